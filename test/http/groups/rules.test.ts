import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import type { IdpName } from '../../../src/domain/idp-profile.js';
import type { TenantSettings } from '../../../src/domain/tenant.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { refusal } from '../users/people.js';
import { createGroup, elements, group, memberIds, membersOf, people, teamEvents } from './groups.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** A tenant with two people. */
async function scene(idp: IdpName = 'generic', settings: Partial<TenantSettings> = {}) {
  const client = await app.connection(idp, settings);
  const [ada = '', bob = ''] = await people(client, 'ada', 'bob');
  return { idp: client, ada, bob };
}

describe('The name of a group', () => {
  it('is unique without regard to case (decision “Unique group names”)', async () => {
    const { idp } = await scene();
    const { id } = await createGroup(idp, 'Ärzte');
    expect(await idp.post('/Groups', group('ÄRZTE'))).toMatchObject(refusal(409, 'uniqueness'));
    const other = await createGroup(idp, 'Other');
    expect(
      await idp.patch(`/Groups/${other.id}`, [{ op: 'replace', path: 'displayName', value: 'ärzte' }]),
    ).toMatchObject(refusal(409, 'uniqueness'));
    expect(await idp.put(`/Groups/${other.id}`, group('ärZTE'))).toMatchObject(refusal(409, 'uniqueness'));
    const { status } = await idp.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'ÄRZTE' }]);
    expect(status).toBe(204);
  });

  it('is free for all where the tenant allows it', async () => {
    const { idp } = await scene('generic', { duplicateTeamNames: true });
    await createGroup(idp, 'Twins');
    const twin = await createGroup(idp, 'Twins');
    expect((await idp.get('/Groups?filter=displayName%20eq%20%22twins%22')).json.totalResults).toBe(2);
    expect((await idp.patch(`/Groups/${twin.id}`, [{ op: 'replace', value: { displayName: 'twins' } }])).status).toBe(
      204,
    );
  });

  it('is free again after a rename and after a removal', async () => {
    const { idp } = await scene();
    const { id } = await createGroup(idp, 'Before');
    await idp.patch(`/Groups/${id}`, [{ op: 'replace', value: { displayName: 'After' } }]);
    await createGroup(idp, 'Before');
    await idp.delete(`/Groups/${id}`);
    await createGroup(idp, 'After');
  });

  it('can be the same in two tenants', async () => {
    for (const { idp } of [await scene(), await scene()]) await createGroup(idp, 'Everywhere');
  });
});

describe('Members nobody knows (decision “Unknown members”)', () => {
  const stranger = uuid();
  const asks: [string, (idp: ScimClient, id: string, ids: readonly string[]) => ReturnType<ScimClient['get']>][] = [
    ['POST', (idp, _id, ids) => idp.post('/Groups', group('New', { members: elements(ids) }))],
    ['PUT', (idp, id, ids) => idp.put(`/Groups/${id}`, group('New', { members: elements(ids) }))],
    ['PATCH add', (idp, id, ids) => idp.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: elements(ids) }])],
    [
      'PATCH replace, with a new name',
      (idp, id, ids) =>
        idp.patch(`/Groups/${id}`, [{ op: 'replace', value: { displayName: 'New', members: elements(ids) } }]),
    ],
  ];
  it.each(asks)('are named in a 400, and nothing is done: %s', async (_what, ask) => {
    const { idp, ada, bob } = await scene();
    const { id, meta } = await createGroup(idp, 'Team', [ada]);
    const told = (await teamEvents(idp.tenant)).length;
    const answer = await ask(idp, id, [bob, stranger, 'not-an-id']);
    expect(answer).toMatchObject(refusal(400, 'invalidValue'));
    expect(answer.json.detail).toContain('not-an-id');
    const second = await ask(idp, id, [bob, stranger]);
    expect(second.json.detail).toContain(stranger);
    expect(second.json.detail).not.toContain(bob);
    expect((await idp.get(`/Groups/${id}`)).json).toMatchObject({ displayName: 'Team', meta });
    expect(await membersOf(idp, id)).toEqual([ada]);
    expect((await idp.get('/Groups')).json.totalResults).toBe(1);
    expect(await teamEvents(idp.tenant)).toHaveLength(told);
  });

  it('are also those of another tenant, and those who were removed', async () => {
    const [here, there] = [await scene(), await scene()];
    const { id } = await createGroup(here.idp, 'Team');
    const add = (value: string) =>
      here.idp.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value }] }]);
    expect(await add(there.ada)).toMatchObject(refusal(400, 'invalidValue'));
    await here.idp.delete(`/Users/${here.bob}`);
    expect(await add(here.bob)).toMatchObject(refusal(400, 'invalidValue'));
  });

  it('may leave: whoever is not there is gone already', async () => {
    const { idp } = await scene();
    const { id, meta } = await createGroup(idp, 'Team');
    const operations = [stranger, 'not-an-id'].map((value) => ({ op: 'remove', path: 'members', value: [{ value }] }));
    expect((await idp.patch(`/Groups/${id}`, operations)).status).toBe(204);
    expect((await idp.get(`/Groups/${id}`)).json.meta).toEqual(meta);
  });

  it('are told apart from a group, which is no member (decision “Nested groups”)', async () => {
    const { idp } = await scene();
    const inner = await createGroup(idp, 'Inner');
    const { id } = await createGroup(idp, 'Outer');
    const value = [{ value: inner.id, type: 'Group' }];
    const answer = await idp.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value }]);
    expect(answer).toMatchObject(refusal(400, 'invalidValue'));
    expect(answer.json.detail).toContain('Group');
    expect(await idp.post('/Groups', group('Third', { members: value }))).toMatchObject(refusal(400, 'invalidValue'));
  });
});

describe('A PUT without members (decision “Incomplete PUT”)', () => {
  it.each<[IdpName, boolean]>([
    ['generic', false],
    ['okta', false],
    ['entra', false],
    ['okta-custom', true],
    ['keycloak', true],
  ])('%s: members are kept: %s', async (idpName, kept) => {
    const { idp, ada } = await scene(idpName);
    const { id } = await createGroup(idp, 'Team', [ada]);
    expect(memberIds(await idp.put(`/Groups/${id}`, group('Renamed')))).toEqual(kept ? [ada] : []);
    expect(memberIds(await idp.put(`/Groups/${id}`, group('Again', { members: [] })))).toEqual([]);
  });
});

describe('Versions', () => {
  it('refuse whoever has another one, and nothing is done', async () => {
    const { idp, ada } = await scene();
    const { id, meta } = await createGroup(idp, 'Team');
    await idp.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: elements([ada]) }]);
    const stale = { 'if-match': String(meta.version) };
    const clear = [{ op: 'replace', path: 'members', value: [] }];
    expect(await idp.patch(`/Groups/${id}`, clear, stale)).toMatchObject(refusal(412));
    expect(await idp.put(`/Groups/${id}`, group('New'), stale)).toMatchObject(refusal(412));
    expect(await idp.delete(`/Groups/${id}`, stale)).toMatchObject(refusal(412));
    expect(await membersOf(idp, id)).toEqual([ada]);
    expect((await idp.patch(`/Groups/${id}`, clear, { 'if-match': 'W/"2"' })).headers.etag).toBe('W/"3"');
  });

  it('let one of several who have the same one through', async () => {
    const { idp, ada, bob } = await scene();
    const { id } = await createGroup(idp, 'Team');
    const statuses = await Promise.all(
      [ada, bob, ada, bob].map(async (value) => {
        const operations = [{ op: 'add', path: 'members', value: [{ value }] }];
        return (await idp.patch(`/Groups/${id}`, operations, { 'if-match': 'W/"1"' })).status;
      }),
    );
    expect(statuses.sort()).toEqual([204, 412, 412, 412]);
    expect(await membersOf(idp, id)).toHaveLength(1);
  });

  it('save who has the newest one the answer', async () => {
    const { idp } = await scene();
    const { id } = await createGroup(idp, 'Team');
    expect((await idp.get(`/Groups/${id}`, { 'if-none-match': 'W/"1"' })).status).toBe(304);
  });
});

describe('A group of another connection', () => {
  let owner: ScimClient;
  let other: ScimClient;
  let id: string;
  beforeEach(async () => {
    owner = await app.connection();
    other = await owner.tenant.connect('entra');
    ({ id } = await createGroup(owner, 'Theirs', await people(owner, 'ada')));
  });

  it.each<[string, () => ReturnType<ScimClient['get']>]>([
    ['renamed', () => other.patch(`/Groups/${id}`, [{ op: 'replace', value: { displayName: 'Mine' } }])],
    ['emptied', () => other.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members' }])],
    ['replaced', () => other.put(`/Groups/${id}`, group('Mine'))],
    ['removed', () => other.delete(`/Groups/${id}`)],
  ])('is not %s', async (_what, ask) => {
    const before = (await owner.get(`/Groups/${id}`)).json;
    expect(await ask()).toMatchObject(refusal(403));
    expect((await owner.get(`/Groups/${id}`)).json).toEqual(before);
  });

  it('is not there in another tenant', async () => {
    const stranger = await app.connection();
    expect(await stranger.get(`/Groups/${id}`)).toMatchObject(refusal(404));
    expect(await stranger.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members' }])).toMatchObject(refusal(404));
    expect(await stranger.delete(`/Groups/${id}`)).toMatchObject(refusal(404));
  });
});

it.each<Partial<TenantSettings>>([{}, { defaultTeamPermission: 'can_view' }])(
  'Who comes in over SCIM has the permission that the tenant gives (decision “Team permission”): %j',
  async (settings) => {
    const { idp, ada, bob } = await scene('generic', settings);
    const { id } = await createGroup(idp, 'Team', [ada]);
    await idp.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: elements([bob]) }]);
    const rows = await app.rows('select distinct permission from team_memberships where team_id = $1', [id]);
    expect(rows).toEqual([{ permission: settings.defaultTeamPermission ?? 'can_edit' }]);
  },
);
