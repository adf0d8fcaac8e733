import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { BucketMap } from '../../../src/auth/bucket-map.js';
import { debited, type Rate, unitsLeft, waitMs } from '../../../src/auth/rate-bucket.js';
import { RateLimits } from '../../../src/auth/rate-limit.js';
import { RateUsage } from '../../../src/auth/rate-usage.js';
import { ROUTE_WEIGHTS } from '../../../src/auth/route-weights.js';
import { LimitCounter } from '../../../src/config/limit-counter.js';
import { LIMITS } from '../../../src/config/limits.js';
import type { Caller } from '../../../src/domain/caller.js';
import { IDP_PROFILES } from '../../../src/domain/idp-profile.js';
import { DEFAULT_SETTINGS, type TenantLimits } from '../../../src/domain/tenant.js';
import { FixedClock } from '../../support/fixed-clock.js';

const RATE: Rate = { perSecond: 50, burst: 100 };
const NOW = 1_700_000_000_000;

/** How many of `requests` at one moment pass, and the state they leave. */
function flood(requests: number, now: number, fullAt?: number) {
  let state = fullAt;
  let passed = 0;
  for (let sent = 0; sent < requests; sent += 1) {
    if (waitMs(state, now, RATE) > 0) continue;
    state = debited(state, now, RATE.perSecond, 1);
    passed += 1;
  }
  return { passed, state };
}

describe('A bucket', () => {
  it('lets a burst of 100 pass and no more', () => {
    expect(flood(500, NOW).passed).toBe(100);
  });

  it.each([
    [19, 0],
    [20, 1],
    [1000, 50],
    [2000, 100],
    [3_600_000, 100],
  ])('lets pass, %i ms after a burst, %i more', (later, more) => {
    const { state } = flood(100, NOW);
    expect(flood(500, NOW + later, state).passed).toBe(more);
  });

  it('says after how long the next one passes, and keeps the word', () => {
    const { state } = flood(100, NOW);
    expect(waitMs(state, NOW + 5, RATE)).toBe(15);
    expect(waitMs(state, NOW + 20, RATE)).toBe(0);
  });

  it('lets 50 a second pass for ever', () => {
    let state: number | undefined;
    for (let at = NOW; at < NOW + 60_000; at += 20) {
      if (waitMs(state, at, RATE) > 0) throw new Error(`refused after ${at - NOW} ms`);
      state = debited(state, at, RATE.perSecond, 1);
    }
    expect(state).toBe(NOW + 60_000);
  });

  it('lets a request pass that weighs more than the burst, and makes the next one wait until the debt is paid', () => {
    const state = debited(undefined, NOW, RATE.perSecond, 1000);
    expect(unitsLeft(state, NOW, RATE)).toBe(0);
    expect(waitMs(state, NOW, RATE)).toBe((1000 - 99) * 20);
  });

  it.each([
    [0, 100],
    [1, 99],
    [37, 63],
    [100, 0],
    [101, 0],
  ])('of which %i units were taken has %i left', (taken, left) => {
    expect(unitsLeft(debited(undefined, NOW, RATE.perSecond, taken), NOW, RATE)).toBe(left);
  });
});

describe('The map of buckets', () => {
  it('forgets none that is not full, however many others come', () => {
    const map = new BucketMap(10);
    map.set('limited', NOW + 60_000, NOW);
    for (let stranger = 0; stranger < 100_000; stranger += 1) map.set(`stranger ${stranger}`, NOW + 1000, NOW);
    expect(map.get('limited', NOW)).toBe(NOW + 60_000);
    expect(map.size).toBe(10);
  });

  it('gives those who find no place buckets to share, so that they are limited too', () => {
    const map = new BucketMap(0);
    for (let stranger = 0; stranger < 10_000; stranger += 1) map.set(`stranger ${stranger}`, NOW + 1000, NOW);
    expect(map.get('stranger 9999', NOW)).toBe(NOW + 1000);
    expect(map.get('stranger 9999', NOW + 1000)).toBeUndefined();
  });

  it('frees the places of full buckets for new ones, as a control', () => {
    const map = new BucketMap(10);
    for (let second = 0; second < 1000; second += 1) {
      expect(map.set(`subject ${second}`, NOW + second * 1000 + 500, NOW + second * 1000)).toBe(true);
    }
    expect(map.size).toBeLessThanOrEqual(10);
  });
});

function callerOf(of: { tenant?: string; connection?: string; account?: string; limits?: TenantLimits }): Caller {
  const { tenant = 't', connection = 'c', account = 'a', limits = {} } = of;
  return {
    tenantId: tenant,
    tenantSlug: tenant,
    serviceAccountId: account,
    tokenId: 'token',
    scopes: [],
    settings: DEFAULT_SETTINGS,
    limits,
    connection: { id: connection, profile: IDP_PROFILES.okta, unknownMembers: 'refuse' },
  };
}

function limiter(on = true) {
  const clock = new FixedClock();
  const counter = new LimitCounter();
  return { clock, counter, limits: new RateLimits(on, clock, counter) };
}

const passing = (times: number, ask: (time: number) => { seconds: number }): number =>
  Array.from({ length: times }, (_, time) => ask(time)).filter(({ seconds }) => seconds === 0).length;

describe('RateLimits', () => {
  it('let a connection burst and no more, and count the refusals', () => {
    const { limits, counter } = limiter();
    expect(passing(130, () => limits.ofCaller(callerOf({}), true, 1))).toBe(LIMITS.connectionRequestBurst.value);
    expect(counter.of('connectionRequestBurst')).toBe(30);
  });

  it('hold a tenant to its own limit, however many connections it has', () => {
    const { limits } = limiter();
    const asked = passing(2000, (time) => limits.ofCaller(callerOf({ connection: `c${time % 400}` }), true, 1));
    expect(asked).toBe(LIMITS.requestBurst.value);
  });

  it('let another tenant pass meanwhile', () => {
    const { limits } = limiter();
    passing(2000, (time) => limits.ofCaller(callerOf({ connection: `c${time % 400}` }), true, 1));
    expect(limits.ofCaller(callerOf({ tenant: 'other', connection: 'other' }), true, 1).seconds).toBe(0);
  });

  it('take nothing from a tenant for what its connection is refused', () => {
    const { limits } = limiter();
    passing(5000, () => limits.ofCaller(callerOf({}), true, 1));
    const others = passing(5000, () => limits.ofCaller(callerOf({ connection: 'other' }), true, 1));
    expect(others).toBe(LIMITS.connectionRequestBurst.value);
  });

  it('count requests outside SCIM by service account, by their weight', () => {
    const { limits } = limiter();
    expect(passing(100, () => limits.ofCaller(callerOf({}), false, 10))).toBe(10);
  });

  it('let 1 000 operations pass at once from an idle connection, and one such request of many that come together', () => {
    const { limits, clock } = limiter();
    const ask = () => limits.ofCaller(callerOf({}), true, 999);
    expect(passing(50, ask)).toBe(1);
    clock.advance(1000);
    expect(ask().seconds).toBeGreaterThan(10);
    clock.advance(20_000);
    expect(ask().seconds).toBe(0);
  });

  it('follow what the operator set for a tenant', () => {
    const { limits } = limiter();
    const set = { connectionRequestBurst: 7 };
    expect(passing(130, () => limits.ofCaller(callerOf({ limits: set }), true, 1))).toBe(7);
  });

  it('tell policy and state as the draft of the IETF has them', () => {
    const { limits } = limiter();
    passing(40, () => limits.ofCaller(callerOf({}), true, 1));
    expect(limits.ofCaller(callerOf({}), true, 1).headers).toEqual({
      'ratelimit-policy': '"connection";q=100;w=2, "tenant";q=300;w=3',
      ratelimit: '"connection";r=59;t=1',
    });
  });

  it('limit addresses and failures apart, an IPv6 network as one address', () => {
    const { limits } = limiter();
    expect(passing(500, (time) => limits.ofAddress(`2001:db8::${time.toString(16)}`, 1))).toBe(300);
    expect(passing(500, () => limits.ofFailure('2001:db8::1'))).toBe(100);
    expect(limits.ofAddress('203.0.113.7', 1).seconds).toBe(0);
  });

  it('never make a probe wait', () => {
    const { limits } = limiter();
    expect(passing(5000, () => limits.ofAddress('203.0.113.7', 0))).toBe(5000);
  });

  it('make nobody wait when they are off, as a control', () => {
    const { limits } = limiter(false);
    expect(passing(5000, () => limits.ofCaller(callerOf({}), true, 1000))).toBe(5000);
    expect(limits.ofCaller(callerOf({}), true, 1).headers).toEqual({});
  });
});

describe('Two instances', () => {
  /** The rows of the table, as the statement keeps them. */
  function shared() {
    const rows = new Map<
      string,
      { instance: string; kind: string; subject: string; units: number; perSecond: number }
    >();
    return {
      exchange: (
        instance: string,
        used: readonly { kind: string; subject: string; units: number; perSecond: number }[],
      ) => {
        for (const use of used) {
          const key = `${instance} ${use.kind} ${use.subject}`;
          rows.set(key, { ...use, instance, units: use.units + (rows.get(key)?.units ?? 0) });
        }
        return Promise.resolve([...rows.values()].filter((row) => row.instance !== instance));
      },
    };
  }

  function pair(share: boolean) {
    const table = shared();
    const clock = new FixedClock();
    const [one, other] = [1, 2].map(() => {
      const limits = new RateLimits(true, clock, new LimitCounter());
      return { limits, usage: new RateUsage(true, limits, table) };
    });
    if (!one || !other) throw new Error('There are two.');
    const sync = async () => {
      if (!share) return;
      await one.usage.sync();
      await other.usage.sync();
    };
    return { one: one.limits, other: other.limits, sync };
  }

  it.each([
    [true, 0],
    [false, 100],
  ])('give a tenant one burst between them: shared %s, %i pass at the other', async (share, expected) => {
    const { one, other, sync } = pair(share);
    await sync();
    passing(100, () => one.ofCaller(callerOf({}), true, 1));
    await sync();
    await sync();
    expect(passing(500, () => other.ofCaller(callerOf({}), true, 1))).toBe(expected);
  });

  it('do not count what one of them used before the other began', async () => {
    const { one, other, sync } = pair(true);
    passing(100, () => one.ofCaller(callerOf({}), true, 1));
    await sync();
    expect(passing(500, () => other.ofCaller(callerOf({}), true, 1))).toBe(100);
  });
});

describe('The weights of routes', () => {
  const routes = readFileSync('test/golden/routes.txt', 'utf8').split('\n');
  const known = new Set(routes.map((line) => line.split(/\s+/).slice(0, 2).join(' ')));

  it('name routes that there are', () => {
    expect(Object.keys(ROUTE_WEIGHTS).filter((route) => !known.has(route))).toEqual([]);
  });
});
