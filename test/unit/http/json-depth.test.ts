import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeeperThan } from '../../../src/http/json-depth.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('the depth of a JSON text', () => {
  it('is that of the value it means', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6, noUnicodeString: false }),
        fc.integer({ min: 0, max: 7 }),
        (value, limit) => {
          expect(isDeeperThan(limit, bytes(JSON.stringify(value)))).toBe(depthOf(value) > limit);
        },
      ),
    );
  });

  it.each(['', '"', '"\\', '}}}}', '"[[[["', '"\\"[[[["', '"𝄞[[["'])('is nothing in %j', (text) => {
    expect(isDeeperThan(0, bytes(text))).toBe(false);
  });

  it('is found however long the text', () => {
    expect(isDeeperThan(32, bytes('['.repeat(2_000_000)))).toBe(true);
  });
});
