import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SCIM_LIMITS } from '../../../src/scim/index.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { refusal } from '../users/people.js';
import { createGroup, elements, group, membersOf, people } from './groups.js';

let app: TestApp;
let idp: ScimClient;
let ada: string;
let bob: string;
let eve: string;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  idp = await app.connection();
  [ada = '', bob = '', eve = ''] = await people(idp, 'ada', 'bob', 'eve');
});

const without = (filter: string) => ({ op: 'remove', path: `members[${filter}]` });
const add = (...ids: readonly string[]) => ({ op: 'add', path: 'members', value: elements(ids) });

describe('A filter in brackets behind members takes what a list filter takes', () => {
  it.each<[string, () => readonly object[], () => readonly string[]]>([
    ['value and type', () => [without(`type eq "User" and value eq "${ada.toUpperCase()}"`)], () => [bob, eve]],
    ['not', () => [without(`not (value eq "${ada}")`)], () => [ada]],
    ['display', () => [without('display eq "ADA@example.com"')], () => [bob, eve]],
    ['part of display, or a value', () => [without(`display sw "bob" or value eq "${eve}"`)], () => [ada]],
    [
      'a value that must have a display',
      () => [without(`value eq "${ada}" and display co "bob"`)],
      () => [ada, bob, eve],
    ],
    ['$ref', () => [without(`$ref ew "/Users/${bob}"`)], () => [ada, eve]],
    ['everybody', () => [without('value pr')], () => []],
    ['nobody', () => [without('type eq "Group"')], () => [ada, bob, eve]],
    [
      'those who joined a moment ago',
      () => [{ op: 'remove', path: 'members' }, add(eve), without('display co "eve"')],
      () => [],
    ],
    ['and those who join afterwards stay', () => [without('display co "eve"'), add(eve)], () => [ada, bob, eve]],
  ])('%s', async (_what, operations, expected) => {
    const { id } = await createGroup(idp, 'Team', [ada, bob, eve]);
    for (let time = 0; time < 2; time++) {
      expect((await idp.patch(`/Groups/${id}`, operations())).status).toBe(204);
      expect(await membersOf(idp, id)).toEqual([...expected()].sort());
    }
  });

  it('and a search of many changes nothing but what it found, while others change the group', async () => {
    const { id } = await createGroup(idp, 'Team', [ada, bob]);
    const answers = await Promise.all([
      idp.patch(`/Groups/${id}`, [without('display sw "ada"')]),
      idp.patch(`/Groups/${id}`, [add(eve)]),
      idp.patch(`/Groups/${id}`, [without('display sw "bob"')]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(await membersOf(idp, id)).toEqual([eve]);
  });

  it('of a group that is not there: 404', async () => {
    expect(await idp.patch(`/Groups/${ada}`, [without('display pr')])).toMatchObject(refusal(404));
  });
});

describe('A member that names nobody is refused, and nothing changes', () => {
  const nobody: readonly unknown[] = [
    [{ value: '' }],
    [{ value: null }],
    [{}],
    [null],
    [{ id: 'x' }],
    [{ display: 'x' }],
  ];
  it.each(nobody.map((members) => [JSON.stringify(members), members]))('%s', async (_text, members) => {
    const { id, meta } = await createGroup(idp, 'Team', [ada, bob]);
    const list = members as object[];
    expect(await idp.post('/Groups', group('New', { members: list }))).toMatchObject(refusal(400, 'invalidValue'));
    for (const body of [list, [{ value: ada }, ...list]]) {
      expect(await idp.put(`/Groups/${id}`, group('Team', { members: body }))).toMatchObject(
        refusal(400, 'invalidValue'),
      );
      for (const op of ['add', 'replace', 'remove']) {
        const operations = [
          { op: 'replace', path: 'displayName', value: 'X' },
          { op, path: 'members', value: body },
        ];
        expect(await idp.patch(`/Groups/${id}`, operations)).toMatchObject(refusal(400, 'invalidValue'));
      }
    }
    expect((await idp.get(`/Groups/${id}`)).json).toMatchObject({ displayName: 'Team', meta });
    expect(await membersOf(idp, id)).toEqual([ada, bob].sort());
  });
});

describe('A body as large as may be', () => {
  it('of 100 000 members that nobody knows is 400, of 1 000 operations is done', async () => {
    const { id } = await createGroup(idp, 'Team', [ada]);
    const unknown = Array.from(
      { length: 100_000 },
      (_, at) => `00000000-0000-7000-8000-${String(at).padStart(12, '0')}`,
    );
    expect(await idp.patch(`/Groups/${id}`, [add(...unknown)])).toMatchObject(refusal(400, 'invalidValue'));
    expect(await idp.put(`/Groups/${id}`, group('Team', { members: elements(unknown) }))).toMatchObject(
      refusal(400, 'invalidValue'),
    );
    expect(
      (await idp.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members', value: elements(unknown) }])).status,
    ).toBe(204);
    const most = SCIM_LIMITS.patchOperations.value;
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => (at % 2 ? add(bob) : without(`value eq "${bob}"`)));
    expect((await idp.patch(`/Groups/${id}`, many(most))).status).toBe(204);
    expect(await idp.patch(`/Groups/${id}`, many(most + 1))).toMatchObject(refusal(400, 'invalidValue'));
    const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`key${at}`, at]));
    expect(await idp.patch(`/Groups/${id}`, [{ op: 'add', value: keys }])).toMatchObject(refusal(400, 'invalidValue'));
    expect(await membersOf(idp, id)).toEqual([ada, bob].sort());
  });
});
