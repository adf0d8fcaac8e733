import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteCache } from '../../../src/http/byte-cache.js';

describe('A cache bounded by bytes', () => {
  it('finds what it was given, by owner and key, until it is deleted', () => {
    const cache = new ByteCache<string>({ total: 100, share: 50 });
    cache.set('a', 'k', 'one', 10);
    cache.set('a', 'k', 'two', 20);
    expect([cache.get('a', 'k'), cache.get('b', 'k'), cache.bytes, cache.size]).toEqual(['two', undefined, 20, 1]);
    cache.delete('a', 'k');
    expect([cache.get('a', 'k'), cache.bytes, cache.size]).toEqual([undefined, 0, 0]);
  });

  it('drops the oldest entries of an owner that is over its share, and no others', () => {
    const cache = new ByteCache<string>({ total: 100, share: 50 });
    cache.set('victim', 'k', 'v', 10);
    for (const key of ['1', '2', '3']) cache.set('flood', key, key, 20);
    expect(cache.get('flood', '1')).toBeUndefined();
    expect(cache.get('flood', '3')).toBe('3');
    expect(cache.get('victim', 'k')).toBe('v');
  });

  it('keeps nothing that is larger than a share, and forgets what was there before', () => {
    const cache = new ByteCache<string>({ total: 100, share: 50 });
    cache.set('a', 'k', 'small', 10);
    cache.set('a', 'k', 'large', 51);
    expect([cache.get('a', 'k'), cache.bytes]).toEqual([undefined, 0]);
  });

  it('takes from large owners when it is full: ten that flood displace nothing of a small one', () => {
    const cache = new ByteCache<number>({ total: 1000, share: 500 });
    cache.set('victim', 'k', 1, 20);
    for (let n = 0; n < 1000; n++) cache.set(`flood ${n % 10}`, String(n), n, 25);
    expect(cache.get('victim', 'k')).toBe(1);
    expect(cache.bytes).toBeLessThanOrEqual(1000);
  });

  it('gives a small owner room although large ones have filled it', () => {
    const cache = new ByteCache<number>({ total: 1000, share: 500 });
    for (let n = 0; n < 100; n++) cache.set(`flood ${n % 2}`, String(n), n, 20);
    cache.set('victim', 'k', 1, 20);
    expect(cache.get('victim', 'k')).toBe(1);
    expect(cache.bytes).toBeLessThanOrEqual(1000);
  });

  it('is within its bounds whatever is written and deleted, and its sums are those of its entries', () => {
    const step = fc.record({
      owner: fc.constantFrom('a', 'b', 'c', 'd'),
      key: fc.constantFrom('1', '2', '3', '4', '5'),
      bytes: fc.integer({ min: 0, max: 60 }),
      deletes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const cache = new ByteCache<number>({ total: 100, share: 50 });
        const share = (owner: string) =>
          ['1', '2', '3', '4', '5'].reduce((sum, k) => sum + (cache.get(owner, k) ?? 0), 0);
        for (const { owner, key, bytes, deletes } of steps) {
          if (deletes) cache.delete(owner, key);
          else cache.set(owner, key, bytes, bytes);
          const shares = ['a', 'b', 'c', 'd'].map(share);
          expect(Math.max(...shares)).toBeLessThanOrEqual(50);
          expect(shares.reduce((sum, bytes) => sum + bytes, 0)).toBe(cache.bytes);
          expect(cache.bytes).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
