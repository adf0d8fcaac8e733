import { describe, expect, it } from '@jest/globals';
import { etag, matches, parseEntityTags } from '../../../../src/scim/index.js';

describe('entity-tags', () => {
  it('A30 are weak', () => {
    expect(etag(7)).toBe('W/"7"');
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
