import { describe, expect, it } from '@jest/globals';
import { bearerToken } from '../../../src/auth/bearer.js';

describe('bearerToken', () => {
  it.each(['Bearer abc', 'bearer abc', 'BEARER abc', 'Bearer   abc', 'Bearer abc '])('reads %j', (header) => {
    expect(bearerToken(header)).toBe('abc');
  });

  it.each([
    undefined,
    '',
    'abc',
    'Bearer',
    'Bearer ',
    'Bearerabc',
    'Basic abc',
    'Token abc',
    'Bearer abc def',
    'Bearer abc, Bearer def',
    'Bearer [object Object]',
    'Bearer "abc"',
    'Bearer abc\r\nX: y',
  ])('finds no token in %j', (header) => {
    expect(bearerToken(header)).toBeUndefined();
  });
});
