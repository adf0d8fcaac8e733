import type { Clock } from '../config/clock.js';
import { BoundedMap } from '../http/bounded-map.js';

/** A bucket of `burst` requests that fills up again with `perSecond`. */
export interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Decisions 30. */
export const PER_CONNECTION: Limit = { perSecond: 50, burst: 100 };
/** Wrong tokens from one client address. A right token is never counted and never refused here. */
const FAILURES_PER_ADDRESS: Limit = { perSecond: 5, burst: 100 };

/** Tokens given to one client of the token endpoint: each is a row and an event. */
const PER_CLIENT: Limit = { perSecond: 2, burst: 100 };

const MOST_BUCKETS = 10_000;

export type Taken =
  /** When the bucket will be full again, in milliseconds since 1970: all there is to remember of a bucket. */
  { readonly fullAt: number } | { readonly retryAfterMs: number };

/** Takes one request out of a bucket. A bucket never used is full since ever. */
export function take(fullAt: number | undefined, now: number, limit: Limit): Taken {
  const interval = 1000 / limit.perSecond;
  const missing = Math.max((fullAt ?? now) - now, 0);
  const retryAfterMs = missing - (limit.burst - 1) * interval;
  return retryAfterMs > 0 ? { retryAfterMs } : { fullAt: now + missing + interval };
}

/** One bucket per key. */
export class RateLimiter {
  private readonly buckets = new BoundedMap<string, number>(MOST_BUCKETS);

  constructor(
    private readonly limit: Limit,
    private readonly clock: Clock,
  ) {}

  /** Whole seconds to wait, at least one, or 0 when the request may pass. */
  secondsToWait(key: string): number {
    const taken = take(this.buckets.get(key), this.clock.now().getTime(), this.limit);
    if ('retryAfterMs' in taken) return Math.ceil(taken.retryAfterMs / 1000);
    this.buckets.set(key, taken.fullAt);
    return 0;
  }
}

/** The limits of the guard and of the token endpoint; switched off, nobody waits. */
export class RateLimits {
  private readonly connections: RateLimiter;
  private readonly failures: RateLimiter;
  private readonly clients: RateLimiter;

  constructor(
    private readonly on: boolean,
    clock: Clock,
  ) {
    this.connections = new RateLimiter(PER_CONNECTION, clock);
    this.failures = new RateLimiter(FAILURES_PER_ADDRESS, clock);
    this.clients = new RateLimiter(PER_CLIENT, clock);
  }

  /** Seconds a connection has to wait before its next SCIM request. */
  ofConnection(id: string): number {
    return this.on ? this.connections.secondsToWait(id) : 0;
  }

  /** Seconds a client has to wait before it gets another token. */
  ofClient(id: string): number {
    return this.on ? this.clients.secondsToWait(id) : 0;
  }

  /** Seconds an address that has just shown a wrong token has to wait. */
  ofFailure(address: string): number {
    return this.on ? this.failures.secondsToWait(address) : 0;
  }
}
