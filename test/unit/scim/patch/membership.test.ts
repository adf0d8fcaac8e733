import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Dialect, LENIENT, STRICT, type Tolerance } from '../../../../src/scim/dialect.js';
import { memberValues, splitMembership } from '../../../../src/scim/patch/membership.js';
import { parsePatch } from '../../../../src/scim/patch/parser.js';
import { GroupType } from '../../../../src/scim/schema/resource-types.js';
import { ScimError } from '../../../../src/scim/scim-error.js';
import { URN } from '../../../../src/scim/urns.js';
import { memberPatch } from '../../../support/member-operations.js';

function split(operations: readonly object[], dialect: Dialect = LENIENT, used = new Set<Tolerance>()) {
  const body = { schemas: [URN.patchOp], Operations: operations } as never;
  return splitMembership(parsePatch(body, GroupType, dialect, used), dialect, used);
}

function delta(operations: readonly object[]) {
  const { members } = split(operations);
  return members && { clear: members.clear, add: [...members.add], remove: [...members.remove] };
}

function refusal(operations: readonly object[], dialect?: Dialect): string {
  try {
    split(operations, dialect);
  } catch (error) {
    if (error instanceof ScimError) return `${error.status} ${error.scimType}`;
    throw error;
  }
  return 'none';
}

const add = (...ids: string[]) => ({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
const remove = (...ids: string[]) => ({ op: 'remove', path: 'members', value: ids.map((value) => ({ value })) });
const replace = (...ids: string[]) => ({ op: 'replace', path: 'members', value: ids.map((value) => ({ value })) });
const clear = { op: 'remove', path: 'members' };

describe('Operations on members come to one change', () => {
  it.each<[string, readonly object[], ReturnType<typeof delta>]>([
    ['additions add up', [add('a'), add('b', 'a')], { clear: false, add: ['a', 'b'], remove: [] }],
    ['removals add up', [remove('a'), remove('b')], { clear: false, add: [], remove: ['a', 'b'] }],
    [
      'the last word on somebody counts: out',
      [add('a', 'b'), remove('a')],
      { clear: false, add: ['b'], remove: ['a'] },
    ],
    ['the last word on somebody counts: in', [remove('a'), add('a')], { clear: false, add: ['a'], remove: [] }],
    [
      'a replacement forgets what was before',
      [add('a'), remove('b'), replace('c')],
      { clear: true, add: ['c'], remove: [] },
    ],
    [
      'after a replacement nobody else is left to leave',
      [replace('a', 'b'), remove('b', 'c')],
      { clear: true, add: ['a'], remove: [] },
    ],
    ['somebody joins after all left', [clear, add('a')], { clear: true, add: ['a'], remove: [] }],
    ['nobody is a replacement too', [replace()], { clear: true, add: [], remove: [] }],
    ['an empty list adds nobody', [add()], { clear: false, add: [], remove: [] }],
    ['an empty list removes nobody', [remove()], { clear: false, add: [], remove: [] }],
    ['nothing about members is no change of them', [{ op: 'replace', path: 'displayName', value: 'x' }], undefined],
  ])('%s', (_what, operations, expected) => {
    expect(delta(operations)).toEqual(expected);
  });

  it('does to a set what the operations do one after the other', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    fc.assert(
      fc.property(fc.subarray(ids), memberPatch(ids, 6), (before, operations) => {
        const { members } = split(operations.map(({ wire }) => wire));
        const kept = members?.clear ? [] : before.filter((id) => !members?.remove.has(id));
        const one = operations.reduce((set, { apply }) => apply(set), new Set(before));
        expect(new Set([...kept, ...(members?.add ?? [])])).toEqual(one);
        expect([...(members?.add ?? [])].filter((id) => members?.remove.has(id))).toEqual([]);
      }),
    );
  });

  it('leaves the other operations as they are, in their order', () => {
    const rename = { op: 'replace', path: 'displayName', value: 'x' };
    const id = { op: 'add', path: 'externalId', value: 'y' };
    const { attributes, members } = split([rename, add('a'), id]);
    expect(attributes.map(({ target }) => target.ref.attribute.name)).toEqual(['displayName', 'externalId']);
    expect(members?.add).toEqual(new Set(['a']));
  });

  it('a value without path is parted too', () => {
    const { attributes, members } = split([{ op: 'replace', value: { displayName: 'x', members: [{ value: 'a' }] } }]);
    expect(attributes).toHaveLength(1);
    expect(members).toEqual({ clear: true, add: new Set(['a']), remove: new Set() });
  });
});

describe('What cannot be done to members is refused', () => {
  it.each<[string, object, string]>([
    ['a group as member', { op: 'add', path: 'members', value: [{ value: 'g', type: 'Group' }] }, '400 invalidValue'],
    ['in any letter case', { op: 'add', path: 'members', value: [{ value: 'g', type: 'GROUP' }] }, '400 invalidValue'],
    ['a member without value', { op: 'add', path: 'members', value: [{ display: 'x' }] }, '400 invalidValue'],
    ['a boolean for a member', { op: 'add', path: 'members', value: true }, '400 invalidValue'],
    ['a sub-attribute', { op: 'replace', path: 'members[value eq "a"].display', value: 'x' }, '400 mutability'],
    ['a member by another', { op: 'replace', path: 'members[value eq "a"]', value: { value: 'b' } }, '400 mutability'],
    ['by display', { op: 'remove', path: 'members[display eq "a"]' }, '400 invalidPath'],
    ['by two at once', { op: 'remove', path: 'members[value eq "a" and value eq "b"]' }, '400 invalidPath'],
    ['by what it is not', { op: 'remove', path: 'members[value ne "a"]' }, '400 invalidPath'],
  ])('%s', (_what, operation, expected) => {
    expect(refusal([operation])).toBe(expected);
  });

  it('a list of values on remove is a leniency, and counted', () => {
    expect(refusal([remove('a')], STRICT)).toBe('400 invalidValue');
    const used = new Set<Tolerance>();
    split([remove('a')], LENIENT, used);
    expect([...used]).toEqual(['remove-with-value']);
  });
});

it('The ids of a parsed resource are read the same way', () => {
  expect(memberValues(undefined)).toEqual([]);
  expect(memberValues([{ value: 'a', type: 'User' }, { value: 'b' }])).toEqual(['a', 'b']);
  expect(() => memberValues([{ value: 'g', type: 'group' }])).toThrow(ScimError);
});
