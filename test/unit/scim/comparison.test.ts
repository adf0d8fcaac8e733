import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compareCodePoints,
  comparisonKey,
  findAttribute,
  prefixUpperBound,
  UserType,
  userNameKey,
} from '../../../src/scim/index.js';
import { usernameCaseMapped } from '../../../src/scim/precis.js';

describe('userNameKey', () => {
  it.each([
    ['ASCII case', 'BJensen@Example.COM', 'bjensen@example.com'],
    ['accents in case', 'ZOË', 'zoë'],
    ['NFD and NFC', 'zoe\u0308', 'zo\u00eb'],
    ['composed and decomposed Greek', '\u1f88', '\u1f88'.normalize('NFD')],
    ['fullwidth letters', 'ＡＢＣ', 'abc'],
    ['halfwidth katakana', 'ｶﾞ', 'ガ'],
    ['an ideographic space', 'a\u3000b', 'a b'],
    ['Turkish capital dotted i', 'İstanbul', 'i\u0307stanbul'],
    ['Cyrillic case', 'ИВАН', 'иван'],
    ['spaces and case', 'Jane DOE é', 'jane doe É'],
    ['emoji with case', 'A🎉B', 'a🎉b'],
    ['compatibility characters', 'ﬁn', 'fin'],
    ['sharp s where the profile refuses', 'Große Straße', 'GROSSE STRASSE'],
  ])('B100 takes two spellings for one name: %s', (_, one, other) => {
    expect(userNameKey(one)).toBe(userNameKey(other));
  });

  it.each([
    ['Turkish dotless i and i', 'ışık', 'isik'],
    ['a Cyrillic look-alike', 'раураl', 'paypal'],
    ['sharp s and ss in a proper identifier', 'straße', 'strasse'],
    ['zero and o', 'bo0', 'boo'],
    ['accent and none', 'zoe', 'zoë'],
  ])('B100 keeps apart %s', (_, one, other) => {
    expect(userNameKey(one)).not.toBe(userNameKey(other));
  });

  it('is a key of itself: preparing twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const key = userNameKey(text);
        expect(userNameKey(key)).toBe(key);
      }),
    );
  });
});

describe('usernameCaseMapped', () => {
  it.each([
    ['juliet@example.com', 'juliet@example.com'],
    ['fussball', 'fussball'],
    ['fußball', 'fußball'],
    ['π', 'π'],
    ['Σ', 'σ'],
    ['ς', 'ς'],
    ['שלום', 'שלום'],
    ['שלום1', 'שלום1'],
  ])('RFC 8265 §3.5 allows %s', (text, enforced) => {
    expect(usernameCaseMapped(text)).toBe(enforced);
  });

  it.each([
    ['a space', 'foo bar'],
    ['nothing', ''],
    ['a roman numeral', 'henryⅣ'],
    ['a symbol', '♚'],
    ['an emoji', 'a🎉'],
    ['a zero-width joiner', 'a\u200db'],
    ['a soft hyphen', 'a\u00adb'],
    ['two directions', 'שלוםabc'],
    ['a right-to-left name that begins with a digit', '1שלום'],
  ])('RFC 8265 §3.5 refuses %s', (_, text) => {
    expect(usernameCaseMapped(text)).toBeUndefined();
  });
});

describe('comparisonKey', () => {
  it.each([
    ['externalId', 'AbC', 'AbC'],
    ['profileUrl', 'https://X.test/A', 'https://X.test/A'],
    ['title', 'AbC', 'abc'],
    ['department', 'SALES', 'sales'],
    ['userName', 'ＡＢＣ', 'abc'],
    ['title', 'ＡＢＣ', 'ａｂｃ'],
  ])('A60 compares %s by its characteristics', (name, text, key) => {
    expect(comparisonKey(findAttribute(UserType, name)!.attribute, text)).toBe(key);
  });
});

describe('prefixUpperBound', () => {
  it.each([
    ['a', 'b'],
    ['abc', 'abd'],
    ['a%_', 'a%`'],
    ['\ud7ff', '\ue000'],
    ['\uffff', '\u{10000}'],
    ['a\u{10ffff}', 'b'],
    ['🎉', '🎊'],
    ['', undefined],
    ['\u{10ffff}', undefined],
  ])('%j ends before %j', (key, bound) => {
    expect(prefixUpperBound(key)).toBe(bound);
  });

  it('is above every string with the prefix and at or below every other string above', () => {
    const text = fc.string({ unit: 'binary', maxLength: 4 });
    fc.assert(
      fc.property(text, text, (key, other) => {
        const bound = prefixUpperBound(key);
        if (bound === undefined) return;
        const within = compareCodePoints(other, key) >= 0 && compareCodePoints(other, bound) < 0;
        expect(within).toBe(other.startsWith(key));
      }),
    );
  });
});

describe('compareCodePoints', () => {
  it.each([
    ['a', 'b', -1],
    ['b', 'a', 1],
    ['a', 'a', 0],
    ['a', 'ab', -1],
    ['', 'a', -1],
    ['\uffff', '\u{10000}', -1],
    ['\u{1f389}', '\u{1f38a}', -1],
  ])('orders %j and %j', (a, b, sign) => {
    expect(Math.sign(compareCodePoints(a, b))).toBe(sign);
  });
});
