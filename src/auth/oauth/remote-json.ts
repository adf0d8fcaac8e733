import type { Clock } from '../../config/clock.js';
import { BoundedMap } from '../../http/bounded-map.js';

/** A document is believed for so long. */
const FRESH_MS = 10 * 60_000;
/** An address is asked no more often than this, whatever is hoped to be found there, and whether it answered or not. */
const PAUSE_MS = 30_000;
const MOST_DOCUMENTS = 1000;

interface Asked {
  readonly at: number;
  /** Undefined when there was no answer. */
  readonly document: unknown;
}

/** What an address holds cannot be had now. */
export class NoDocument extends Error {}

/** Documents of other servers, kept for a while: strangers can make us ask, but not often. */
export class RemoteJson {
  private readonly known = new BoundedMap<string, Asked>(MOST_DOCUMENTS);
  private readonly flights = new Map<string, Promise<unknown>>();

  constructor(
    private readonly fetch: (url: string) => Promise<unknown>,
    private readonly clock: Clock,
  ) {}

  /**
   * @param lacks whether the document is not what is needed: then it is asked for again, unless that was done a moment ago
   * @throws NoDocument
   */
  async get(url: string, lacks: (document: unknown) => boolean): Promise<unknown> {
    const asked = this.known.get(url);
    const age = asked ? this.now() - asked.at : Number.POSITIVE_INFINITY;
    const believed = asked?.document === undefined || lacks(asked.document) ? PAUSE_MS : FRESH_MS;
    if (asked && age >= 0 && age < believed) return documentIn(asked.document);
    return documentIn(await this.ask(url));
  }

  /** Once for all who ask at the same time. */
  private ask(url: string): Promise<unknown> {
    const flight = this.flights.get(url);
    if (flight) return flight;
    const at = this.now();
    const answer = this.fetch(url)
      // Why it failed is for nobody who chose the address.
      .catch(() => undefined)
      .then((document) => {
        this.known.set(url, { at, document });
        return document;
      })
      .finally(() => this.flights.delete(url));
    this.flights.set(url, answer);
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
