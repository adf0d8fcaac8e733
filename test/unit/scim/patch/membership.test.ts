import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Dialect,
  finishSteps,
  foldMembership,
  GroupType,
  type Json,
  type JsonObject,
  LENIENT,
  type MemberSearch,
  parseGroup,
  parsePatch,
  parsePatchInSteps,
  readMembers,
  readMembership,
  SCIM_LIMITS,
  ScimError,
  STRICT,
  selectMembers,
  splitMembership,
  type Tolerance,
  URN,
} from '../../../../src/scim/index.js';
import { memberPatch } from '../../../support/member-operations.js';
import { membershipOf } from '../../../support/membership.js';

function delta(operations: readonly object[]) {
  const members = membershipOf(operations, LENIENT);
  return members && { clear: members.clear, add: [...members.add], remove: [...members.remove] };
}

function refusal(operations: readonly object[], dialect: Dialect = LENIENT): string {
  try {
    membershipOf(operations, dialect);
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
        const members = membershipOf(
          operations.map(({ wire }) => wire),
          LENIENT,
        );
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
    const both = { op: 'replace', value: { displayName: 'x', members: [{ value: 'a' }] } };
    const body = { schemas: [URN.patchOp], Operations: [rename, add('a'), id, both] } as never;
    const { attributes, members } = splitMembership(parsePatch(body, GroupType, LENIENT, new Set()));
    const names = ['displayName', 'externalId', 'displayName'];
    expect(attributes.map(({ target }) => target.ref.attribute.name)).toEqual(names);
    expect(members.map(({ op }) => op)).toEqual(['add', 'replace']);
  });

  const UPPER = 'ABCDEF01-0000-7000-8000-000000000000';
  const LOWER = UPPER.toLowerCase();
  it.each<[string, readonly object[], ReturnType<typeof delta>]>([
    ['out in capitals, in again', [remove(UPPER), add(LOWER)], { clear: false, add: [LOWER], remove: [] }],
    [
      'in, out by a filter in capitals',
      [add(LOWER), { op: 'remove', path: `members[value eq "${UPPER}"]` }],
      { clear: false, add: [], remove: [LOWER] },
    ],
    ['twice in two spellings', [add(LOWER, UPPER)], { clear: false, add: [LOWER], remove: [] }],
  ])('compares ids as ids: %s', (_what, operations, expected) => {
    expect(delta(operations)).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    ['type eq "User" and value eq "a"', ['a']],
    ['value eq "a" and not (type eq "Group")', ['a']],
    ['value eq "a" and value eq "b"', []],
    ['value eq "a" or (value eq "b" and type eq "Group")', ['a']],
    ['(value eq "a" or value eq "b") and value ne "a"', ['b']],
  ])('knows at once whom members[%s] selects', (filter, ids) => {
    expect(delta([{ op: 'remove', path: `members[${filter}]` }])).toEqual({ clear: false, add: [], remove: ids });
  });

  it.each(['display eq "x"', 'not (value eq "a")', 'value eq "a" or display co "x"', 'value sw "a"', 'type pr'])(
    'needs the group for members[%s]',
    (filter) => {
      expect(delta([{ op: 'remove', path: `members[${filter}]` }])).toBeUndefined();
    },
  );
});

describe('A filter that needs the group', () => {
  function folded(operations: readonly object[], members: readonly JsonObject[]) {
    const body = { schemas: [URN.patchOp], Operations: operations } as never;
    const parts = splitMembership(parsePatch(body, GroupType, LENIENT, new Set()));
    const folding = foldMembership(finishSteps(readMembership(parts.members, LENIENT, new Set())));
    const searches: MemberSearch[] = [];
    for (let step = folding.next(); ; ) {
      if (step.done) return { searches, change: step.value };
      if (!step.value) throw new Error('No stretch is full');
      searches.push({ ...step.value, joined: new Set(step.value.joined) });
      step = folding.next(finishSteps(selectMembers(members, step.value.selection.filter)));
    }
  }

  it('asks after the operations before it, and its answer counts before those behind it', () => {
    const { searches, change } = folded(
      [add('c'), { op: 'remove', path: 'members[display sw "A"]' }, add('a')],
      [
        { value: 'a', display: 'ada' },
        { value: 'b', display: 'Anna' },
        { value: 'c', display: 'bob' },
      ],
    );
    expect(searches).toMatchObject([{ cleared: false, joined: new Set(['c']) }]);
    expect([...change.add].sort()).toEqual(['a', 'c']);
    expect([...change.remove]).toEqual(['b']);
  });

  it('names the only members it can be about', () => {
    const { searches } = folded([{ op: 'remove', path: 'members[value eq "A" and display pr]' }], []);
    expect(searches[0]?.selection.named).toEqual(new Set(['a']));
  });
});

describe('What cannot be done to members is refused', () => {
  it.each<[string, object, string]>([
    ['a group as member', { op: 'add', path: 'members', value: [{ value: 'g', type: 'Group' }] }, '400 invalidValue'],
    ['in any letter case', { op: 'add', path: 'members', value: [{ value: 'g', type: 'GROUP' }] }, '400 invalidValue'],
    ['a boolean for a member', { op: 'add', path: 'members', value: true }, '400 invalidValue'],
    ['a sub-attribute', { op: 'replace', path: 'members[value eq "a"].display', value: 'x' }, '400 mutability'],
    ['a member by another', { op: 'replace', path: 'members[value eq "a"]', value: { value: 'b' } }, '400 mutability'],
  ])('%s', (_what, operation, expected) => {
    expect(refusal([operation])).toBe(expected);
  });

  it('a list of values on remove is a leniency, and counted', () => {
    expect(refusal([remove('a')], STRICT)).toBe('400 invalidValue');
    const used = new Set<Tolerance>();
    membershipOf([remove('a')], LENIENT, used);
    expect([...used]).toEqual(['remove-with-value']);
  });
});

describe('A member that names nobody is an error', () => {
  const NOBODY: readonly unknown[] = [
    [{ value: '' }],
    [{ value: null }],
    [{}],
    [null],
    [{ id: 'a' }],
    [{ display: 'A' }],
    [{ value: 'a' }, { value: null }],
    [{ value: 'a' }, {}],
    {},
    { value: '' },
    { members: [{ value: '' }] },
    [{ members: { value: null } }],
  ];
  it.each(NOBODY.map((value) => [JSON.stringify(value), value]))('%s', (_text, value) => {
    for (const op of ['add', 'replace', 'remove']) {
      expect([op, refusal([{ op, path: 'members', value }])]).toEqual([op, '400 invalidValue']);
    }
    for (const op of ['add', 'replace']) expect(refusal([{ op, value: { members: value } }])).toBe('400 invalidValue');
    expect(() => finishSteps(readMembers(value as Json, LENIENT, new Set()))).toThrow(ScimError);
  });

  it('a remove whose value is null, too, but not where the path says whom', () => {
    expect(refusal([{ op: 'remove', path: 'members', value: null }])).toBe('400 invalidValue');
    expect(delta([{ op: 'remove', path: 'members[value eq "a"]', value: null }])?.remove).toEqual(['a']);
  });

  it.each<[string, unknown]>([
    ['an object', { value: 'a' }],
    ['a list', [{ value: 'a' }]],
    ['an object under the name', { members: { value: 'a' } }],
    ['a list under the name', { Members: [{ value: 'a' }] }],
    ['a list of objects under the name', [{ members: { value: 'a' } }, { members: [{ value: 'b' }] }]],
  ])('%s names members', (_what, value) => {
    for (const op of ['add', 'replace', 'remove']) {
      const found = delta([{ op, path: 'members', value }]);
      expect(op === 'remove' ? found?.remove : found?.add).toContain('a');
    }
  });

  it('one object is what strict takes for an add (RFC 7644 §3.5.2.1)', () => {
    expect(refusal([{ op: 'add', path: 'members', value: { value: 'a' } }], STRICT)).toBe('none');
    expect(refusal([{ op: 'replace', path: 'members', value: { value: 'a' } }], STRICT)).toBe('400 invalidValue');
  });
});

it('The members of a body are read apart, by their name in any case', () => {
  const { resource, members } = parseGroup({ displayName: 'T', MEMBERS: [{ value: 'A' }] }, LENIENT, new Set());
  expect(resource).toEqual({ schemas: [URN.group], displayName: 'T' });
  expect(finishSteps(readMembers(members ?? null, LENIENT, new Set()))).toEqual(['a']);
  expect(parseGroup({ displayName: 'T' }, LENIENT, new Set()).members).toBeUndefined();
  const inner = [{ value: 'g', type: 'group' }];
  expect(() => finishSteps(readMembers(inner, LENIENT, new Set()))).toThrow(ScimError);
});

describe('A request of any size is read a stretch at a time', () => {
  const { value: AT_ONCE } = SCIM_LIMITS.stepsAtOnce;
  const COUNT = 100_000;

  /** The most members that are looked at between two yields. */
  function longestStretch<T>(work: (members: Json) => Generator<unknown, T, undefined>): number {
    let [now, longest] = [0, 0];
    const members = Array.from({ length: COUNT }, (_, at) =>
      Object.defineProperty({}, 'value', {
        enumerable: true,
        get: () => {
          now += 1;
          return `id-${at}`;
        },
      }),
    );
    const steps = work(members as Json);
    for (let step = steps.next(); !step.done; step = steps.next()) {
      longest = Math.max(longest, now);
      now = 0;
    }
    return Math.max(longest, now);
  }

  it('members, of a POST as of a PATCH', () => {
    expect(longestStretch((members) => readMembers(members, LENIENT, new Set()))).toBeLessThanOrEqual(AT_ONCE);
    const patched = longestStretch((members) => {
      const body = { schemas: [URN.patchOp], Operations: [{ op: 'add', path: 'members', value: members }] };
      return readMembership(parsePatch(body, GroupType, LENIENT, new Set()), LENIENT, new Set());
    });
    expect(patched).toBeLessThanOrEqual(AT_ONCE);
  });

  it('the change they come to, and operations with long filters', () => {
    const ids = Array.from({ length: COUNT }, (_, at) => `id-${at}`);
    const yields = (steps: Generator<unknown>) => [...steps].length;
    expect(yields(foldMembership([{ kind: 'add', ids }]))).toBeGreaterThanOrEqual(COUNT / AT_ONCE - 1);
    const path = `members[${Array.from({ length: 90 }, (_, at) => `value eq "${at}"`).join(' or ')}]`;
    const Operations = Array.from({ length: 1000 }, () => ({ op: 'remove', path }));
    const parsing = parsePatchInSteps({ schemas: [URN.patchOp], Operations }, GroupType, LENIENT, new Set());
    expect(yields(parsing)).toBeGreaterThan(50);
  });

  it('and the negative control: a small one is read at once', () => {
    expect([...readMembers([{ value: 'a' }], LENIENT, new Set())]).toEqual([]);
  });
});
