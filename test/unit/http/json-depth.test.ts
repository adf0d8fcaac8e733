import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonDepth } from '../../../src/http/json-depth.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads the text in parts of this many bytes. */
function isDeeperThan(limit: number, text: Uint8Array, part = text.length || 1): boolean {
  const depth = new JsonDepth(limit);
  for (let at = 0; at < text.length; at += part) {
    if (depth.isExceededBy(text.subarray(at, at + part))) return true;
  }
  return false;
}

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
        fc.integer({ min: 1, max: 5 }),
        (value, limit, part) => {
          const text = bytes(JSON.stringify(value));
          expect(isDeeperThan(limit, text)).toBe(depthOf(value) > limit);
          expect(isDeeperThan(limit, text, part)).toBe(depthOf(value) > limit);
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
