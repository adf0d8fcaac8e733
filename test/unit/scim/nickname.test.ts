import { describe, expect, it } from '@jest/globals';
import { comparisonKey, findAttribute, GroupType } from '../../../src/scim/index.js';

const { attribute } = findAttribute(GroupType, 'displayName') ?? {};
const nicknameKey = (text: string): string => (attribute ? comparisonKey(attribute, text) : text);

describe('nicknameKey (RFC 8266)', () => {
  it.each([
    ['Team A', 'team a'],
    [' Team  A ', 'team a'],
    ['Team\u00a0A', 'team a'],
    ['Team\u3000A', 'team a'],
    ['Team\tA\n', 'team a'],
    ['TEAM a', 'team a'],
    ['\uff34eam A', 'team a'],
    ['Te\u0301am', 't\u00e9am'],
    ['T\u00c9AM', 't\u00e9am'],
    ['\u2121 1', 'tel 1'],
    ['Team \u2163', 'team iv'],
  ])('%j is compared as %j', (text, key) => {
    expect(nicknameKey(text)).toBe(key);
    expect(nicknameKey(key)).toBe(key);
  });

  it.each([
    ['Team A', 'TeamA'],
    ['Team A', 'Team B'],
    ['Team-A', 'Team A'],
  ])('%j is not %j', (one, other) => {
    expect(nicknameKey(one)).not.toBe(nicknameKey(other));
  });

  it('of a key is that key, for every code point', () => {
    for (let point = 0; point <= 0x10ffff; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const key = nicknameKey(`a${String.fromCodePoint(point)}b`);
      if (nicknameKey(key) !== key) throw new Error(`U+${point.toString(16)}`);
    }
  });
});
