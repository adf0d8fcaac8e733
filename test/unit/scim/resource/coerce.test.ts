import { describe, expect, it } from '@jest/globals';
import {
  type Attribute,
  type AttributeRef,
  coerceAttribute,
  coerceElement,
  coerceSub,
  findAttribute,
  type Json,
  LENIENT,
  STRICT,
  UserType,
} from '../../../../src/scim/index.js';
import { coerceSimple } from '../../../../src/scim/resource/coerce-simple.js';
import { string } from '../../../../src/scim/schema/define.js';

const ref = (path: string): AttributeRef => findAttribute(UserType, path)!;

describe('coercion of one value, for PATCH', () => {
  it('gives a whole attribute, one element or one sub-attribute', () => {
    const tolerances = new Set<never>();
    expect(coerceAttribute(ref('emails'), [{ VALUE: 'a' }], LENIENT, tolerances)).toEqual([{ value: 'a' }]);
    expect(coerceAttribute(ref('emails'), [], LENIENT, tolerances)).toBeUndefined();
    expect(coerceElement(ref('emails'), { VALUE: 'a' }, LENIENT, tolerances)).toEqual({ value: 'a' });
    const primary = ref('emails.primary') as AttributeRef & { sub: Attribute };
    expect(coerceSub(primary, 'True', LENIENT, tolerances)).toBe(true);
    expect(() => coerceSub(primary, 'perhaps', LENIENT, tolerances)).toThrow('emails.primary must be true or false.');
    expect(() => coerceSub(primary, 'True', STRICT, tolerances)).toThrow('emails.primary must be true or false.');
  });
});

describe('types no schema of ours uses yet', () => {
  const of = (type: Attribute['type']): Attribute => ({ ...string('x', 'An x.'), type });
  const coerce = (type: Attribute['type'], value: Json, dialect = LENIENT) => {
    const attribute = of(type);
    return coerceSimple({ attribute }, attribute, value, { dialect, tolerances: new Set() });
  };

  it.each<[Attribute['type'], Json, Json]>([
    ['integer', 5, 5],
    ['decimal', 1.5, 1.5],
    ['dateTime', '2026-01-31T09:30:00Z', '2026-01-31T09:30:00Z'],
    ['dateTime', '2026-01-31T09:30:00.123+02:00', '2026-01-31T09:30:00.123+02:00'],
    ['binary', 'AAEC', 'AAEC'],
    ['reference', '../Users/1', '../Users/1'],
  ])('A05 A06 A07 A08 takes %s %j', (type, value, expected) => {
    expect(coerce(type, value)).toBe(expected);
  });

  it.each<[Attribute['type'], Json]>([
    ['integer', 1.5],
    ['integer', '5'],
    ['integer', '1.5'],
    ['integer', '1e3'],
    ['integer', 2 ** 60],
    ['decimal', 'NaN'],
    ['decimal', '0x10'],
    ['decimal', true],
    ['dateTime', '2026-01-31'],
    ['dateTime', '2026-02-30T00:00:00Z'],
    ['dateTime', 5],
    ['binary', '***'],
    ['complex', 'x'],
  ])('A05 A06 A07 refuses %s %j', (type, value) => {
    expect(() => coerce(type, value)).toThrow('x must be');
  });

  it('takes a number written as a string only where the dialect is lenient', () => {
    expect(() => coerce('integer', '5', STRICT)).toThrow('x must be an integer.');
  });
});
