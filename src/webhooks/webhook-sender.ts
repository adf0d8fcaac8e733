import http from 'node:http';
import https from 'node:https';
import type { AllowedHosts } from '../http/allowed-hosts.js';
import { ForbiddenAddress, OutboundGuard, type Resolve } from '../http/outbound-guard.js';

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

/** Why a request is cut off, beside the end of the process. */
const LATE = new Error('late');

/**
 * Posts to consumers. Whoever may write an endpoint chooses where we send to, so a guard stands before each connection. No
 * redirect is followed and no proxy asked.
 */
export class WebhookSender {
  private readonly guard: OutboundGuard;

  constructor(
    allowed: AllowedHosts,
    resolve?: Resolve,
    private readonly timeOutMs = TIME_OUT_MS,
  ) {
    this.guard = new OutboundGuard(allowed, resolve);
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
    return this.guard.refuses(url);
  }

  /** Whether the operator has listed this very host, so that it may be asked without encryption. */
  trusts(url: URL): boolean {
    return this.guard.trusts(url);
  }

  private post({ url: text, headers, body }: WebhookRequest, signal: AbortSignal): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const url = new URL(text);
      if (this.guard.refuses(url)) throw new ForbiddenAddress();
      const { request } = url.protocol === 'https:' ? https : http;
      const options = { method: 'POST', agent: false, lookup: this.guard.lookup, signal };
      const length = String(Buffer.byteLength(body));
      request(url, { ...options, headers: { ...headers, 'content-length': length } })
        .on('response', resolve)
        .on('error', reject)
        // Whoever answers with 101 is hung up on without an error.
        .on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
        .end(body);
    });
  }
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
  if (error instanceof ForbiddenAddress) return 'The address is in a network that webhooks may not reach.';
  const { code } = error as { readonly code?: unknown };
  return `The request failed: ${code ?? 'unknown'}.`;
}
