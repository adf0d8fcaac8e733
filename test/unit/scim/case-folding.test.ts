import { describe, expect, it } from '@jest/globals';
import { foldCase, lowerCase } from '../../../src/scim/case-folding.js';

/** Every character but halves of surrogate pairs. */
const ALL = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));

/** Those that have another spelling, for this Node.js or for the table. */
const CASED = ALL.filter(
  (each) =>
    each.toLowerCase() !== each || each.toUpperCase() !== each || foldCase(each) !== each || lowerCase(each) !== each,
);

/** Two spellings of one letter, as this Node.js knows them: one character each. */
const variantsOf = (character: string) =>
  [character.toLowerCase(), character.toUpperCase()].filter((text) => Array.from(text).length === 1);

/** Unicode folds the dotless i of Turkish for Turkish only; its capital is the I of everybody. */
const DOTLESS_I = '\u0131';

describe('foldCase', () => {
  it('takes the spellings of a letter for one, whatever the letter', () => {
    const parted = CASED.filter(
      (character) =>
        character !== DOTLESS_I && variantsOf(character).some((each) => foldCase(each) !== foldCase(character)),
    );
    expect(parted).toEqual([]);
  });

  it('folds no two letters into one that no version of Unicode calls spellings of one letter', () => {
    const joined = CASED.filter((character) => {
      const folded = foldCase(character);
      // `i` and `u` compare by simple case folding as well, of the version that Node.js has.
      const isKnown = /^\p{Assigned}$/u.test(character);
      return (
        isKnown &&
        folded !== character &&
        folded !== 'i\u0307' &&
        !new RegExp(`^${escaped(folded)}$`, 'iu').test(character)
      );
    });
    expect(joined).toEqual([]);
  });

  it.each([
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['İstanbul', 'i\u0307stanbul'],
    ['ᲒᲘᲝᲠᲒᲘ', 'გიორგი'],
    ['STRASSE', 'strasse'],
    ['\u{10D50}', '\u{10D70}'],
  ])('takes %s and %s for one', (one, other) => {
    expect(foldCase(one)).toBe(foldCase(other));
  });

  it.each([
    ['straße', 'strasse'],
    ['ı', 'i'],
    ['é', 'e'],
  ])('keeps apart %s and %s', (one, other) => {
    expect(foldCase(one)).not.toBe(foldCase(other));
  });

  it('changes nothing the second time', () => {
    const all = ALL.join('');
    expect(foldCase(foldCase(all))).toBe(foldCase(all));
  });

  it('folds what an older version lowered to the same', () => {
    expect(CASED.filter((each) => foldCase(each.toLowerCase()) !== foldCase(each))).toEqual([]);
  });
});

describe('lowerCase', () => {
  it('is that of a Node.js that knows Unicode 17', () => {
    const differing = CASED.filter((each) => lowerCase(each) !== each.toLowerCase());
    expect(differing.filter((each) => /^\p{Assigned}$/u.test(each))).toEqual([]);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
