import { describe, expect, it } from '@jest/globals';
import {
  comparisonKey,
  etag,
  findAttribute,
  matches,
  matchesTag,
  parseEntityTags,
  UserType,
} from '../../../../src/scim/index.js';

describe('entity-tags', () => {
  it('A30 are weak', () => {
    expect(etag(7)).toBe('W/"7"');
    expect(etag(7, 'a-Z_9')).toBe('W/"7.a-Z_9"');
  });

  it.each([
    ['W/"7.abc"', true],
    ['"7.abc"', true],
    ['*', true],
    ['W/"6", W/"7.abc"', true],
    ['W/"7"', false],
    ['W/"7.abd"', false],
    ['W/"6.abc"', false],
  ])('%s names the representation 7.abc: %s', (header, expected) => {
    expect(matchesTag(header, etag(7, 'abc'))).toBe(expected);
  });

  it.each([
    ['W/"7.abc"', true],
    ['W/"7.abc-_9"', true],
    ['W/"7."', false],
    ['W/"7.a.b"', false],
    ['W/"77.abc"', false],
    ['W/".7"', false],
    ['W/"6.7"', false],
  ])('%s names version 7: %s', (header, expected) => {
    expect(matches(header, 7)).toBe(expected);
  });

  it('are compared by filters without their fingerprint', () => {
    const { sub } = findAttribute(UserType, 'meta.version') ?? {};
    expect(sub && comparisonKey(sub, 'W/"3.abc"')).toBe('W/"3"');
    expect(sub && comparisonKey(sub, 'W/"3"')).toBe('W/"3"');
  });

  it.each([
    ['W/"7"', true],
    ['"7"', true],
    ['*', true],
    [' * ', true],
    ['W/"6", W/"7"', true],
    ['"a,b" , "7"', true],
    ['W/"6"', false],
    ['W/"77"', false],
    ['"a,7"', false],
    ['7', false],
    ['', false],
    ['""', false],
    ['W/"7', false],
    ['"*"', false],
  ])('B96 %s names version 7: %s', (header, expected) => {
    expect(matches(header, 7)).toBe(expected);
  });

  it('come apart at their quotes', () => {
    expect(parseEntityTags('W/"1", "2",W/"x y"')).toEqual(['1', '2']);
    expect(parseEntityTags('*')).toBe('*');
  });
});
