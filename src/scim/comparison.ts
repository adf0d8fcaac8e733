import { foldCase } from './case-folding.js';
import { nicknameKey, userNameKey } from './precis.js';
import { withoutFingerprint } from './resource/etag.js';
import type { Attribute } from './schema/model.js';

/**
 * What two values of `attribute` have in common when they count as equal: filters, sorting and uniqueness all compare
 * these keys and nothing else (RFC 7643 §7 caseExact, RFC 7644 §5 preparation).
 */
export function comparisonKey(attribute: Attribute, text: string): string {
  if (attribute.preparation === 'entityTag') return withoutFingerprint(text);
  if (attribute.caseExact) return text;
  if (attribute.preparation === 'username') return userNameKey(text);
  return attribute.preparation === 'nickname' ? nicknameKey(text) : foldCase(text);
}

/**
 * The least string, in code point order, that is above every string beginning with `key`; undefined when there is none
 * (an empty key, or nothing but U+10FFFF). With it `sw` becomes a range that an index can answer.
 */
export function prefixUpperBound(key: string): string | undefined {
  const points = Array.from(key);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = nextCodePoint(last.codePointAt(0)!);
    if (next !== undefined) return points.join('') + String.fromCodePoint(next);
  }
  return undefined;
}

/** Surrogates are no characters: UTF-8 cannot hold them. */
function nextCodePoint(point: number): number | undefined {
  if (point >= 0xd7ff && point < 0xe000) return 0xe000;
  return point < 0x10ffff ? point + 1 : undefined;
}

/** Order by code points, as PostgreSQL's "C" collation has it. `<` of JavaScript orders by UTF-16 units, which differs above U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Lifts surrogates, which stand for the highest code points, above the rest of the units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
