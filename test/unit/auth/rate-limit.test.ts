import { describe, expect, it } from '@jest/globals';
import { PER_CONNECTION, RateLimiter, RateLimits, take } from '../../../src/auth/rate-limit.js';
import { FixedClock } from '../../support/fixed-clock.js';

const LIMIT = { perSecond: 50, burst: 100 };
const NOW = 1_700_000_000_000;

/** How many of `requests` at one moment pass, and the state they leave. */
function flood(requests: number, now: number, fullAt?: number) {
  let state = fullAt;
  let passed = 0;
  for (let sent = 0; sent < requests; sent += 1) {
    const taken = take(state, now, LIMIT);
    if ('retryAfterMs' in taken) continue;
    state = taken.fullAt;
    passed += 1;
  }
  return { passed, state };
}

describe('take', () => {
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
    const refused = take(state, NOW + 5, LIMIT);
    expect(refused).toEqual({ retryAfterMs: 15 });
    expect(take(state, NOW + 5 + 15, LIMIT)).toHaveProperty('fullAt');
  });

  it('lets 50 a second pass for ever', () => {
    let state: number | undefined;
    for (let at = NOW; at < NOW + 60_000; at += 20) {
      const taken = take(state, at, LIMIT);
      if ('retryAfterMs' in taken) throw new Error(`refused after ${at - NOW} ms`);
      state = taken.fullAt;
    }
    expect(state).toBe(NOW + 60_000);
  });
});

describe('RateLimiter', () => {
  it('keeps a bucket for each key', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, new FixedClock());
    expect([limiter.secondsToWait('a'), limiter.secondsToWait('a'), limiter.secondsToWait('b')]).toEqual([0, 1, 0]);
  });

  it('answers in whole seconds, rounded up', () => {
    const clock = new FixedClock();
    const limiter = new RateLimiter({ perSecond: 0.5, burst: 1 }, clock);
    limiter.secondsToWait('a');
    clock.advance(500);
    expect(limiter.secondsToWait('a')).toBe(2);
  });
});

describe('RateLimits', () => {
  const waits = (on: boolean) => {
    const limits = new RateLimits(on, new FixedClock());
    return Array.from({ length: PER_CONNECTION.burst + 1 }, () => limits.ofConnection('c')).filter((wait) => wait > 0);
  };

  it('makes the 101st request at one moment wait', () => {
    expect(waits(true)).toEqual([1]);
  });

  it('makes nobody wait when it is off', () => {
    expect(waits(false)).toEqual([]);
  });
});
