import type { Clock } from '../config/clock.js';
import { LIMITS } from '../config/limits.js';
import { BoundedMap } from '../http/bounded-map.js';
import { SharedMap } from '../http/shared-map.js';
import type { TokenGrant } from '../persistence/access-tokens.repository.js';
import { type Standing, standingOf } from './standing.js';

/** An answer of the database is believed for so long: a revocation works on every instance within a second. */
const FRESH_MS = 500;
/** An answer in use is renewed from this age on, beside the requests, so that a busy token never waits. */
const RENEW_MS = 250;
const MOST_TOKENS = 10_000;

interface Checked {
  readonly standing: Standing;
  /** When the database was asked, not when it answered: what changed after that is not in the answer. */
  readonly at: number;
}

interface Flight {
  readonly at: number;
  readonly answer: Promise<Standing>;
}

/**
 * What tokens are worth, by their digests. Nothing is served that the database has not confirmed within FRESH_MS;
 * while it cannot answer, neither can this.
 */
export class TokenCache {
  /** Of each tenant a share, so that one with many tokens pushes no other's out. */
  private readonly known = new SharedMap<string, Checked>(MOST_TOKENS, LIMITS.tokensCached.value);
  /** Apart from the known, so that guessing pushes no real token out. */
  private readonly unknown = new BoundedMap<string, Checked>(MOST_TOKENS);
  private readonly flights = new Map<string, Flight>();

  constructor(
    private readonly findByDigest: (digest: string) => Promise<TokenGrant | undefined>,
    private readonly clock: Clock,
  ) {}

  /** The standing of a token if it needs no waiting, else undefined. */
  fresh(digest: string): Standing | undefined {
    const checked = this.known.get(digest) ?? this.unknown.get(digest);
    if (checked === undefined || !this.isYounger(checked.at, FRESH_MS)) return undefined;
    if (!this.isYounger(checked.at, RENEW_MS)) this.renew(digest);
    return checked.standing;
  }

  /**
   * Asks the database, once for all who ask at the same time.
   * @throws DomainException `unavailable` while the database cannot answer
   */
  check(digest: string): Promise<Standing> {
    const flight = this.flights.get(digest);
    return flight && this.isYounger(flight.at, FRESH_MS) ? flight.answer : this.ask(digest);
  }

  /** A failure is left to the next request that has to wait: it will ask, and fail, by itself. */
  private renew(digest: string): void {
    this.check(digest).catch(() => undefined);
  }

  private ask(digest: string): Promise<Standing> {
    const at = this.now();
    const answer = this.findByDigest(digest)
      .then((grant) => this.remember(digest, grant, at))
      .finally(() => {
        if (this.flights.get(digest)?.answer === answer) this.flights.delete(digest);
      });
    this.flights.set(digest, { at, answer });
    return answer;
  }

  private remember(digest: string, grant: TokenGrant | undefined, at: number): Standing {
    const standing = standingOf(grant);
    (grant ? this.unknown : this.known).delete(digest);
    const before = (grant ? this.known : this.unknown).get(digest);
    if ((before?.at ?? 0) > at) return standing;
    if (grant) this.known.set(grant.tenantId, digest, { standing, at });
    else this.unknown.set(digest, { standing, at });
    return standing;
  }

  private now(): number {
    return this.clock.now().getTime();
  }

  /** A clock that was set back makes an answer old, not young. */
  private isYounger(at: number, age: number): boolean {
    const passed = this.now() - at;
    return passed >= 0 && passed < age;
  }
}
