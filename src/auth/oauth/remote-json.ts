import type { Clock } from '../../config/clock.js';
import { LIMITS } from '../../config/limits.js';
import { ByteCache } from '../../http/byte-cache.js';

/** A document is believed for so long. */
const FRESH_MS = 10 * 60_000;
/** An address is asked no more often than this, whatever is hoped to be found there, and whether it answered or not. */
const PAUSE_MS = 30_000;
/** What an entry takes beside the document, and a document beside its JSON text. */
const ENTRY_BYTES = 512;
const BYTES_PER_CHARACTER = 4;

interface Asked {
  readonly at: number;
  /** Undefined when there was no answer. */
  readonly document: unknown;
}

/** What an address holds cannot be had now. */
export class NoDocument extends Error {}

/** Documents of other servers, kept for a while: clients can make the server ask, but not often. */
export class RemoteJson {
  private readonly known = new ByteCache<Asked>({
    total: LIMITS.remoteDocumentsBytes.value,
    share: LIMITS.remoteDocumentsTenantBytes.value,
  });
  private readonly flights = new Map<string, Promise<unknown>>();

  constructor(
    private readonly fetch: (url: string) => Promise<unknown>,
    private readonly clock: Clock,
  ) {}

  /** Estimate of what all documents take in memory. */
  get bytes(): number {
    return this.known.bytes;
  }

  /**
   * @param tenantId the tenant that named the address; tenants share no entries
   * @param lacks whether the document is not what is needed: then it is asked for again, unless that was done a moment ago
   * @throws NoDocument
   */
  async get(tenantId: string, url: string, lacks: (document: unknown) => boolean): Promise<unknown> {
    const asked = this.known.get(tenantId, url);
    const age = asked ? this.now() - asked.at : Number.POSITIVE_INFINITY;
    const believed = asked?.document === undefined || lacks(asked.document) ? PAUSE_MS : FRESH_MS;
    if (asked && age >= 0 && age < believed) return documentIn(asked.document);
    return documentIn(await this.ask(tenantId, url));
  }

  /** Once for all who ask at the same time. */
  private ask(tenantId: string, url: string): Promise<unknown> {
    const key = `${tenantId} ${url}`;
    const flight = this.flights.get(key);
    if (flight) return flight;
    const at = this.now();
    const answer = this.fetch(url)
      // Why it failed is for nobody who chose the address.
      .catch(() => undefined)
      .then((document) => {
        this.known.set(tenantId, url, { at, document }, ENTRY_BYTES + url.length + textLength(document));
        return document;
      })
      .finally(() => this.flights.delete(key));
    this.flights.set(key, answer);
    return answer;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

function documentIn(document: unknown): unknown {
  if (document === undefined) throw new NoDocument();
  return document;
}

function textLength(document: unknown): number {
  return document === undefined ? 0 : BYTES_PER_CHARACTER * JSON.stringify(document).length;
}
