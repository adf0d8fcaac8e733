import type { Clock } from '../config/clock.js';
import type { LimitCounter } from '../config/limit-counter.js';
import { LIMITS, type LimitName, type TenantLimitName } from '../config/limits.js';
import type { Caller } from '../domain/caller.js';
import type { TenantLimits } from '../domain/tenant.js';
import { addressBlock } from '../http/address-ranges.js';
import { limitOf } from '../persistence/tenant-limits.js';
import { BucketMap } from './bucket-map.js';
import { debited, type Rate, secondsToFull, unitsLeft, waitMs } from './rate-bucket.js';
import { policyItem, stateItem } from './rate-headers.js';

/** What a rate limit said of one request. */
export interface RateVerdict {
  /** Whole seconds to wait, at least one; 0 when the request may pass. */
  readonly seconds: number;
  /** `RateLimit-Policy` and `RateLimit`; none when rate limits are off. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One limit that a request is held against. */
interface Share {
  readonly kind: BucketKind;
  readonly subject: string;
  readonly rate: Rate;
}

/** Kinds of buckets, each with the limit that is counted when one of them refuses. */
const KINDS = {
  connection: 'connectionRequestBurst',
  account: 'accountRequestBurst',
  tenant: 'requestBurst',
  client: 'clientTokenBurst',
  tokens: 'tokenBurst',
  address: 'publicRequestBurst',
  failures: 'failureBurst',
  platform: 'platformRequestBurst',
} as const satisfies Readonly<Record<string, LimitName>>;
export type BucketKind = keyof typeof KINDS;

/** Units that were taken from one bucket. */
export interface UsedUnits {
  readonly kind: BucketKind;
  readonly subject: string;
  units: number;
  /** Units a second with which the bucket refills. */
  readonly perSecond: number;
}

/** Kinds whose use instances tell each other: whose subjects are those of a tenant. */
const SHARED_KINDS: ReadonlySet<BucketKind> = new Set(['connection', 'account', 'tenant', 'client', 'tokens']);

const ADMITTED: RateVerdict = { seconds: 0, headers: {} };
const PLATFORM = 'platform';

/** Rates of one tenant: those of the table, or what the operator set for it. */
interface TenantRates {
  readonly connection: Rate;
  readonly account: Rate;
  readonly tenant: Rate;
  readonly tokens: Rate;
}

/**
 * The rate limits of all routes. A request passes while each of its buckets has a unit left, and takes its weight from all of them
 * or from none. All in memory and in constant time: what other instances used is brought here by RateUsage.
 */
export class RateLimits {
  private readonly buckets: Readonly<Record<BucketKind, BucketMap>>;
  /** What was used here and the other instances do not know yet. */
  private readonly used = new Map<string, UsedUnits>();
  private readonly rates = new WeakMap<TenantLimits, TenantRates>();

  constructor(
    private readonly on: boolean,
    private readonly clock: Clock,
    private readonly counter: LimitCounter,
  ) {
    const kinds = Object.keys(KINDS).map((kind) => [kind, new BucketMap(LIMITS.rateBuckets.value)]);
    this.buckets = Object.fromEntries(kinds) as Record<BucketKind, BucketMap>;
  }

  /** A request with a valid access token. SCIM is counted for its connection, the rest for its service account. */
  ofCaller(caller: Caller, scim: boolean, weight: number): RateVerdict {
    return this.on ? this.take(this.sharesOf(caller, scim), weight) : ADMITTED;
  }

  /** Takes what a request that passed costs besides its weight, also when fewer units are left: later requests wait. */
  charge(caller: Caller, scim: boolean, units: number): void {
    if (!this.on || units === 0) return;
    const now = this.clock.now().getTime();
    for (const share of this.sharesOf(caller, scim)) this.spend(share, units, now);
  }

  /** An access token of the token endpoint. */
  ofClient({ id, tenantId, tenantLimits }: { id: string; tenantId: string; tenantLimits: TenantLimits }): RateVerdict {
    if (!this.on) return ADMITTED;
    const shares: Share[] = [
      { kind: 'client', subject: id, rate: CLIENT },
      { kind: 'tokens', subject: tenantId, rate: this.ratesOf(tenantLimits).tokens },
    ];
    return this.take(shares, 1);
  }

  /** A request to a route that needs no access token. */
  ofAddress(address: string, weight: number): RateVerdict {
    if (!this.on || weight === 0) return ADMITTED;
    return this.take([{ kind: 'address', subject: addressBlock(address), rate: PUBLIC }], weight);
  }

  /** A request without a valid access token, to a route that needs one. */
  ofFailure(address: string): RateVerdict {
    if (!this.on) return ADMITTED;
    return this.take([{ kind: 'failures', subject: addressBlock(address), rate: FAILURES }], 1);
  }

  /** A request with the platform token. */
  ofPlatform(weight: number): RateVerdict {
    if (!this.on) return ADMITTED;
    return this.take([{ kind: 'platform', subject: PLATFORM, rate: PLATFORM_RATE }], weight);
  }

  /** What was used since the last time, at most `maximum` buckets of it; the caller tells it to the other instances. */
  takeUsed(maximum: number): readonly UsedUnits[] {
    const taken: UsedUnits[] = [];
    for (const [key, used] of this.used) {
      if (taken.length === maximum) {
        this.counter.add('rateUsagesPerSync');
        break;
      }
      taken.push(used);
      this.used.delete(key);
    }
    return taken;
  }

  /** Debits what other instances used. */
  debit(uses: readonly UsedUnits[]): void {
    const now = this.clock.now().getTime();
    for (const { kind, subject, units, perSecond } of uses) {
      const buckets = this.buckets[kind];
      buckets.set(subject, debited(buckets.get(subject, now), now, perSecond, units), now);
    }
  }

  private sharesOf({ tenantId, serviceAccountId, connection, limits }: Caller, scim: boolean): readonly Share[] {
    const rates = this.ratesOf(limits);
    const first: Share =
      scim && connection
        ? { kind: 'connection', subject: connection.id, rate: rates.connection }
        : { kind: 'account', subject: serviceAccountId, rate: rates.account };
    return [first, { kind: 'tenant', subject: tenantId, rate: rates.tenant }];
  }

  private take(shares: readonly Share[], weight: number): RateVerdict {
    const now = this.clock.now().getTime();
    const refusing = this.refusing(shares, now);
    if (!refusing) for (const share of shares) this.spend(share, weight, now);
    else this.counter.add(KINDS[refusing.share.kind]);
    const seconds = refusing ? Math.ceil(refusing.wait / 1000) : 0;
    return { seconds, headers: this.headersOf(refusing ? [refusing.share] : shares, shares, now) };
  }

  private refusing(shares: readonly Share[], now: number): { share: Share; wait: number } | undefined {
    let longest: { share: Share; wait: number } | undefined;
    for (const share of shares) {
      const wait = waitMs(this.buckets[share.kind].get(share.subject, now), now, share.rate);
      if (wait > (longest?.wait ?? 0)) longest = { share, wait };
    }
    return longest;
  }

  private spend({ kind, subject, rate: { perSecond } }: Share, weight: number, now: number): void {
    const buckets = this.buckets[kind];
    const own = buckets.set(subject, debited(buckets.get(subject, now), now, perSecond, weight), now);
    if (!own) this.counter.add('rateBuckets');
    if (!SHARED_KINDS.has(kind)) return;
    const key = `${kind} ${subject}`;
    const used = this.used.get(key);
    if (used) used.units += weight;
    else if (own) this.used.set(key, { kind, subject, units: weight, perSecond });
  }

  /** The state is that of the tightest limit: a client that obeys it obeys all. */
  private headersOf(deciding: readonly Share[], all: readonly Share[], now: number): RateVerdict['headers'] {
    let state = '';
    let least = Number.POSITIVE_INFINITY;
    for (const { kind, subject, rate } of deciding) {
      const fullAt = this.buckets[kind].get(subject, now);
      const left = unitsLeft(fullAt, now, rate);
      if (left >= least) continue;
      least = left;
      state = stateItem(kind, left, secondsToFull(fullAt, now));
    }
    return { 'ratelimit-policy': all.map(({ kind, rate }) => policyItem(kind, rate)).join(', '), ratelimit: state };
  }

  private ratesOf(limits: TenantLimits): TenantRates {
    let rates = this.rates.get(limits);
    if (!rates) {
      rates = tenantRates(limits);
      this.rates.set(limits, rates);
    }
    return rates;
  }
}

function tenantRates(limits: TenantLimits): TenantRates {
  const rate = (perSecond: TenantLimitName, burst: TenantLimitName): Rate => ({
    perSecond: limitOf(limits, perSecond),
    burst: limitOf(limits, burst),
  });
  return {
    connection: rate('connectionRequestsPerSecond', 'connectionRequestBurst'),
    account: rate('accountRequestsPerSecond', 'accountRequestBurst'),
    tenant: rate('requestsPerSecond', 'requestBurst'),
    tokens: rate('tokensPerSecond', 'tokenBurst'),
  };
}

const rateOf = (perSecond: LimitName, burst: LimitName): Rate => ({
  perSecond: LIMITS[perSecond].value,
  burst: LIMITS[burst].value,
});
const CLIENT = rateOf('clientTokensPerSecond', 'clientTokenBurst');
const PUBLIC = rateOf('publicRequestsPerSecond', 'publicRequestBurst');
const FAILURES = rateOf('failuresPerSecond', 'failureBurst');
const PLATFORM_RATE = rateOf('platformRequestsPerSecond', 'platformRequestBurst');
