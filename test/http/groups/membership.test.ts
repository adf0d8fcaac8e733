import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import type { JsonObject } from '../../../src/scim/index.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { refusal } from '../users/people.js';
import { createGroup, delta, elements, memberIds, membersOf, people, teamEvents } from './groups.js';

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
  idp = await app.connection('entra');
  [ada = '', bob = '', eve = ''] = await people(idp, 'ada', 'bob', 'eve');
});

describe('What identity providers send about members', () => {
  const add = (...values: object[]) => ({ op: 'add', path: 'members', value: values });
  it.each<[string, () => readonly object[], () => readonly string[]]>([
    ['a new one beside those there', () => [add({ value: eve })], () => [ada, bob, eve]],
    [
      'with `$ref: null`, display and type',
      () => [add({ $ref: null, value: eve, display: 'Eve', type: 'User' })],
      () => [ada, bob, eve],
    ],
    [
      'one element that is no list',
      () => [{ op: 'Add', path: 'members', value: { value: eve } }],
      () => [ada, bob, eve],
    ],
    ['one more than once', () => [add({ value: eve }, { value: eve }), add({ value: eve })], () => [ada, bob, eve]],
    ['an addition of nobody', () => [add()], () => [ada, bob]],
    ['a removal by filter', () => [{ op: 'remove', path: `members[value eq "${ada}"]` }], () => [bob]],
    [
      'a removal by two filters in one',
      () => [{ op: 'remove', path: `members[value eq "${ada}" or value eq "${bob}"]` }],
      () => [],
    ],
    [
      'Entra: a removal with a list of values',
      () => [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: ada }] }],
      () => [bob],
    ],
    [
      'a removal with an object of members',
      () => [{ op: 'remove', path: 'members', value: { members: [{ value: ada }] } }],
      () => [bob],
    ],
    ['a removal with an empty list', () => [{ op: 'remove', path: 'members', value: [] }], () => [ada, bob]],
    ['a removal of all', () => [{ op: 'remove', path: 'members' }], () => []],
    ['a replacement', () => [{ op: 'replace', path: 'members', value: elements([eve]) }], () => [eve]],
    ['Okta: a replacement by nobody', () => [{ op: 'replace', path: 'members', value: [] }], () => []],
    [
      'Okta: one out, one in',
      () => [{ op: 'remove', path: `members[value eq "${ada}"]` }, add({ value: eve, display: 'eve@example.com' })],
      () => [bob, eve],
    ],
    [
      'authentik: the whole group but its members',
      () => [{ op: 'replace', value: { schemas: [], externalId: 'x', displayName: 'Team' } }],
      () => [ada, bob],
    ],
    [
      'in and out again',
      () => [add({ value: eve }), { op: 'remove', path: `members[value eq "${eve}"]` }],
      () => [ada, bob],
    ],
  ])('%s', async (_what, operations, expected) => {
    const { id } = await createGroup(idp, 'Team', [ada, bob]);
    expect((await idp.patch(`/Groups/${id}`, operations())).status).toBe(204);
    expect(await membersOf(idp, id)).toEqual([...expected()].sort());
  });

  it.each<[string, () => object, string]>([
    ['a member without a value', () => add({ display: 'Eve' }), 'invalidValue'],
    [
      'a change of what is told of a member',
      () => ({ op: 'replace', path: `members[value eq "${ada}"].display`, value: 'A' }),
      'mutability',
    ],
  ])('refused: %s', async (_what, operation, scimType) => {
    const { id } = await createGroup(idp, 'Team', [ada, bob]);
    expect(await idp.patch(`/Groups/${id}`, [add({ value: eve }), operation()])).toMatchObject(refusal(400, scimType));
    expect(await membersOf(idp, id)).toEqual([ada, bob].sort());
  });

  it('Okta repeats the id with a new name, and the same name again is no change', async () => {
    const { id } = await createGroup(idp, 'Team', [ada]);
    const rename = (value: object) => idp.patch(`/Groups/${id}`, [{ op: 'replace', value }]);
    expect((await rename({ id, displayName: 'Renamed' })).headers.etag).toBe('W/"2"');
    expect((await rename({ id, displayName: 'Renamed' })).headers.etag).toBe('W/"2"');
    expect((await idp.get(`/Groups/${id}`)).json).toMatchObject({ id, displayName: 'Renamed' });
  });

  it('all operations or none: a new name stays away with an unknown member', async () => {
    const { id } = await createGroup(idp, 'Team', [ada]);
    const rename = { op: 'replace', path: 'displayName', value: 'Renamed' };
    expect(await idp.patch(`/Groups/${id}`, [rename, add({ value: uuid() })])).toMatchObject(
      refusal(400, 'invalidValue'),
    );
    expect((await idp.get(`/Groups/${id}`)).json).toMatchObject({
      displayName: 'Team',
      meta: { version: expect.stringMatching(/^W\/"1\./) },
    });
    expect((await idp.patch(`/Groups/${id}`, [rename, add({ value: eve })])).headers.etag).toBe('W/"2"');
    const types = (await teamEvents(idp.tenant, id)).map(({ type }) => type);
    expect(types.sort()).toEqual([
      'team.created',
      'team.membership_changed',
      'team.membership_changed',
      'team.renamed',
    ]);
  });

  it('PATCH answers 204, and 200 with the resource when attributes are asked for (decision “PATCH answers”)', async () => {
    const { id } = await createGroup(idp, 'Team');
    expect(await idp.patch(`/Groups/${id}`, [add({ value: ada })])).toMatchObject({ status: 204, text: '' });
    const answer = await idp.patch(`/Groups/${id}?attributes=members`, [add({ value: bob })]);
    expect(answer.status).toBe(200);
    expect(memberIds(answer)).toEqual([ada, bob].sort());
    expect(answer.json).not.toHaveProperty('displayName');
  });
});

it('A member is shown with value, $ref, display and type (RFC 7643 §4.2)', async () => {
  const { members } = await createGroup(idp, 'Team', [ada]);
  const $ref = `https://scim.example.com/scim/v2/Users/${ada}`;
  expect(members).toEqual([{ value: ada, $ref, display: 'ada@example.com', type: 'User' }]);
  const { json } = await idp.get('/Groups?attributes=members.value');
  expect((json.Resources as JsonObject[])[0]?.members).toEqual([{ value: ada }]);
});

describe('Groups are found by their members', () => {
  const found = async (filter: string) => {
    const { status, json } = await idp.get(`/Groups?filter=${encodeURIComponent(filter)}&excludedAttributes=members`);
    expect(status).toBe(200);
    return (json.Resources as JsonObject[]).map(({ displayName }) => displayName).sort();
  };
  beforeEach(async () => {
    await createGroup(idp, 'Both', [ada, bob]);
    await createGroup(idp, 'One', [ada]);
    await createGroup(idp, 'Empty');
  });

  it.each<[string, (id: string) => string]>([
    ['members', (id) => `members eq "${id}"`],
    ['members.value', (id) => `members.value eq "${id}"`],
    ['a value path', (id) => `members[value eq "${id}"]`],
    ['an id in capitals', (id) => `members.value eq "${id.toLowerCase()}"`],
  ])('%s', async (_what, filter) => {
    expect(await found(filter(ada))).toEqual(['Both', 'One']);
    expect(await found(`${filter(ada)} and ${filter(bob)}`)).toEqual(['Both']);
    expect(await found(`not (${filter(ada)})`)).toEqual(['Empty']);
    expect(await found(filter(eve))).toEqual([]);
  });

  it.each([
    "' or '1'='1",
    "x') or true --",
    '\\" or displayName pr',
    '%',
    `${'0'.repeat(8)}-0000-0000-0000-000000000000'::uuid) --`,
  ])('by text that would be SQL: nobody, %s', async (text) => {
    for (const path of ['members', 'members.value'])
      expect(await found(`${path} eq ${JSON.stringify(text)}`)).toEqual([]);
    expect(await found(`members[value eq ${JSON.stringify(text)}]`)).toEqual([]);
    expect(await found('displayName pr')).toHaveLength(3);
  });
});

describe('The groups of a user', () => {
  const groupsOf = async (id: string) => {
    const { json } = await idp.get(`/Users/${id}`);
    return ((json.groups ?? []) as JsonObject[]).map(({ value, display }) => [value, display]);
  };

  it('are true after an addition, a rename, a removal and the end of the group', async () => {
    const { id } = await createGroup(idp, 'Team', [ada]);
    app.clock.advance(1);
    const other = await createGroup(idp, 'Other', [ada, bob]);
    expect(await groupsOf(ada)).toEqual([
      [id, 'Team'],
      [other.id, 'Other'],
    ]);
    await idp.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'Renamed' }]);
    expect(await groupsOf(ada)).toEqual([
      [id, 'Renamed'],
      [other.id, 'Other'],
    ]);
    await idp.patch(`/Groups/${id}`, [{ op: 'remove', path: `members[value eq "${ada}"]` }]);
    expect(await groupsOf(ada)).toEqual([[other.id, 'Other']]);
    await idp.delete(`/Groups/${other.id}`);
    expect([await groupsOf(ada), await groupsOf(bob)]).toEqual([[], []]);
  });

  it('are shown in lists too, found by filters, and never taken from a client', async () => {
    const { id } = await createGroup(idp, 'Team', [ada]);
    const { json } = await idp.get(`/Users?filter=${encodeURIComponent(`groups.value eq "${id}"`)}`);
    expect(json.Resources).toMatchObject([{ id: ada, groups: [{ value: id, display: 'Team', type: 'direct' }] }]);
    const put = await idp.put(`/Users/${bob}`, { userName: 'bob@example.com', schemas: [], groups: [{ value: id }] });
    expect(put.status).toBe(200);
    expect(await groupsOf(bob)).toEqual([]);
  });
});

it.each(['deactivate', 'erase'] as const)(
  'Who is removed leaves every group, and it is told of each (%s)',
  async (deletionPolicy) => {
    const here = await app.connection('generic', { deletionPolicy });
    const [leaver = '', stayer = ''] = await people(here, 'leaver', 'stayer');
    const [one, two] = [await createGroup(here, 'One', [leaver, stayer]), await createGroup(here, 'Two', [leaver])];
    const untouched = await createGroup(here, 'Three', [stayer]);
    expect((await here.delete(`/Users/${leaver}`)).status).toBe(204);
    expect(await membersOf(here, one.id)).toEqual([stayer]);
    expect(await membersOf(here, two.id)).toEqual([]);
    const events = (await teamEvents(here.tenant)).filter(({ data }) => data.removed?.length);
    expect(events.map(({ subject_id }) => subject_id).sort()).toEqual([one.id, two.id].sort());
    expect(events.filter(({ queued }) => !queued)).toEqual([]);
    expect(delta(events)).toEqual({ added: [], removed: [leaver, leaver] });
    expect((await here.get(`/Groups/${one.id}`)).json.meta).toMatchObject({
      version: expect.stringMatching(/^W\/"2[."]/),
    });
    expect((await here.get(`/Groups/${untouched.id}`)).json.meta).toEqual(untouched.meta);
  },
);

it('Who is deactivated stays in the groups: reactivation finds everything as it was', async () => {
  const { id } = await createGroup(idp, 'Team', [ada]);
  await idp.patch(`/Users/${ada}`, [{ op: 'replace', path: 'active', value: false }]);
  expect(await membersOf(idp, id)).toEqual([ada]);
});
