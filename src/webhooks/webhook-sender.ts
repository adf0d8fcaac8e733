import { promises as dns, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowedHosts, isListed, mayReach } from './allowed-hosts.js';

/** What a consumer has to answer within, from the look-up of the name to the status. */
const TIME_OUT_MS = 15_000;
/** As much of an answer as is kept for the log. */
const EXCERPT_BYTES = 1024;

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of one attempt: an answer, or a reason why there is none. */
export interface WebhookAnswer {
  /** Null when nothing was answered. */
  readonly status: number | null;
  readonly latencyMs: number;
  /** The first bytes of the answer's body. */
  readonly excerpt: string | null;
  readonly error: string | null;
}

/** Every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

type Addresses = readonly [LookupAddress, ...LookupAddress[]];

const systemResolve: Resolve = (hostname) => dns.lookup(hostname, { all: true });

class ForbiddenAddress extends Error {
  constructor() {
    super('The address is in a network that webhooks may not reach.');
  }
}

/** Why a request is cut off, beside the end of the process. */
const LATE = new Error('late');

/**
 * Posts to consumers. Whoever may write an endpoint chooses where we send to, so the address is held against the allowed
 * networks at the moment of connecting: the addresses that were checked are the ones that are connected to, and a name that
 * means something else a second later is checked again. No redirect is followed and no proxy asked.
 */
export class WebhookSender {
  private readonly lookup: LookupFunction;

  constructor(
    private readonly allowed: AllowedHosts,
    resolve: Resolve = systemResolve,
    private readonly timeOutMs = TIME_OUT_MS,
  ) {
    this.lookup = (hostname, { all }, callback) => {
      this.checked(hostname, resolve).then(
        (addresses) => {
          if (all) callback(null, [...addresses]);
          else callback(null, addresses[0].address, addresses[0].family);
        },
        (error) => callback(error, []),
      );
    };
  }

  /** Never throws: whatever goes wrong is an answer too. */
  async send(request: WebhookRequest, stop: AbortSignal): Promise<WebhookAnswer> {
    const started = performance.now();
    const latencyMs = () => Math.round(performance.now() - started);
    // Not AbortSignal.any, which leaves something behind on `stop` with each request, for as long as the process runs.
    const cut = new AbortController();
    const cutByStop = () => cut.abort();
    const timer = setTimeout(() => cut.abort(LATE), this.timeOutMs);
    stop.addEventListener('abort', cutByStop);
    if (stop.aborted) cutByStop();
    try {
      const response = await this.post(request, cut.signal);
      const excerpt = await firstBytes(response);
      return { status: response.statusCode ?? null, latencyMs: latencyMs(), excerpt, error: null };
    } catch (error) {
      const isLate = cut.signal.reason === LATE;
      const reason = isLate ? `No answer within ${this.timeOutMs / 1000} s.` : reasonOf(error);
      return { status: null, latencyMs: latencyMs(), excerpt: null, error: reason };
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', cutByStop);
    }
  }

  /** Whether a request to this URL would be refused for what the URL itself says. */
  refuses(url: URL): boolean {
    const host = hostOf(url);
    return isIP(host) !== 0 && !this.permits(host, host);
  }

  /** Whether the operator has listed this very host, so that it may be asked without encryption. */
  trusts(url: URL): boolean {
    return isListed(hostOf(url), this.allowed);
  }

  private post({ url: text, headers, body }: WebhookRequest, signal: AbortSignal): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const url = new URL(text);
      // A host that is an address is connected to without a look-up.
      if (this.refuses(url)) throw new ForbiddenAddress();
      const { request } = url.protocol === 'https:' ? https : http;
      const options = { method: 'POST', agent: false, lookup: this.lookup, signal };
      const length = String(Buffer.byteLength(body));
      request(url, { ...options, headers: { ...headers, 'content-length': length } })
        .on('response', resolve)
        .on('error', reject)
        // Whoever answers with 101 is hung up on without an error.
        .on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
        .end(body);
    });
  }

  /** One address that is refused refuses the name: who mixes them wants us to try until it works. */
  private async checked(hostname: string, resolve: Resolve): Promise<Addresses> {
    const [first, ...others] = await resolve(hostname);
    if (first === undefined) throw Object.assign(new Error('The name has no address.'), { code: 'ENODATA' });
    const addresses: Addresses = [first, ...others];
    if (addresses.every(({ address }) => this.permits(hostname, address))) return addresses;
    throw new ForbiddenAddress();
  }

  private permits(hostname: string, address: string): boolean {
    return isListed(hostname, this.allowed) || mayReach(address, this.allowed);
  }
}

/** The URL parser has turned decimal, octal and hexadecimal addresses into the usual form. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** The status decides; a body that never ends or breaks off takes nothing from it. */
async function firstBytes(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= EXCERPT_BYTES) break;
    }
  } catch {
    // What has come so far is what there is.
  }
  response.destroy();
  // PostgreSQL's text holds everything but this one character.
  return Buffer.concat(chunks).subarray(0, EXCERPT_BYTES).toString('utf8').replaceAll('\0', '');
}

function reasonOf(error: unknown): string {
  if (error instanceof ForbiddenAddress) return error.message;
  const { code } = error as { readonly code?: unknown };
  return `The request failed: ${code ?? 'unknown'}.`;
}
