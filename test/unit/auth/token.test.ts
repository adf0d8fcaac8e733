import { describe, expect, it } from '@jest/globals';
import { digest, looksLikeToken, mintToken, tokenPrefix } from '../../../src/auth/token.js';

const other = (letter: string) => (letter === 'a' ? 'b' : 'a');

describe('an access token', () => {
  const token = mintToken();

  it('has a mark, 43 characters of secret and 6 of checksum', () => {
    expect(token).toMatch(/^muster_[0-9A-Za-z]{49}$/);
    expect(token.length).toBeLessThanOrEqual(255);
  });

  it('holds all 256 random bits', () => {
    const asked: number[] = [];
    mintToken((size) => {
      asked.push(size);
      return new Uint8Array(size);
    });
    expect(asked).toEqual([32]);
    const tokens = Array.from({ length: 256 }, (_, bit) =>
      mintToken((size) => {
        const bytes = new Uint8Array(size);
        bytes[bit >> 3] = 1 << (bit & 7);
        return bytes;
      }),
    );
    expect(new Set(tokens).size).toBe(256);
  });

  it.each([0x00, 0xff])('has the same length when every byte is %i', (byte) => {
    const made = mintToken((size) => new Uint8Array(size).fill(byte));
    expect(made).toHaveLength(56);
    expect(looksLikeToken(made)).toBe(true);
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => mintToken())).size).toBe(100);
  });

  it('is recognised', () => {
    expect(looksLikeToken(token)).toBe(true);
  });

  it('is not recognised when any one character is wrong', () => {
    const wrong = [...token].map((letter, at) => token.slice(0, at) + other(letter) + token.slice(at + 1));
    expect(wrong.filter(looksLikeToken)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['another word', 'wrong'],
    ['one character more', `${token}x`],
    ['one character less', token.slice(0, -1)],
    ['upper case', token.toUpperCase()],
    ['lower case', token.toLowerCase()],
    ['a line end', `${token}\n`],
    ['no mark', token.slice('muster_'.length)],
  ])('is not recognised in %s', (_what, text) => {
    expect(looksLikeToken(text)).toBe(false);
  });

  it('is stored as its SHA-256', () => {
    expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('is shown by its first 12 characters', () => {
    expect(tokenPrefix(token)).toBe(token.slice(0, 12));
  });
});
