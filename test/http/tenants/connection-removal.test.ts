import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ScimClient, startTestApp, type TestApp, type TestTenant } from '../../support/app.js';
import { type Admin, adminOf, group, problem, type Someone, someone } from '../management/admin.js';
import { person } from '../users/people.js';
import { eventsOf } from './platform.js';

let app: TestApp;
let tenant: TestTenant;
let client: ScimClient;
let admin: Admin;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  tenant = await app.tenant();
  client = await tenant.connect('okta');
  admin = await adminOf(tenant);
});

const path = (query = '') => `/connections/${client.issued.connection.id}${query}`;
const membersOf = () =>
  app.rows(
    `select user_name, active, connection_id, external_id, resource::text as resource, version from members
     where tenant_id = $1 and scim_id is not null order by user_name`,
    [tenant.id],
  );

async function two(): Promise<[Someone, Someone]> {
  const ada = await someone(client, 'ada');
  const { id: scimId } = await client.create(person('bob', { externalId: 'b-1' }));
  const [row] = await app.rows('select id from members where scim_id = $1', [scimId]);
  return [ada, { scimId, id: String(row?.id) }];
}

describe('Removing a connection', () => {
  it('is refused while it manages active members, with their number and what to do, and nothing is changed', async () => {
    await two();
    const before = [await membersOf(), await eventsOf(app, tenant.id)];
    const answer = await admin.delete(path());
    expect(answer).toMatchObject(problem(409));
    expect(answer.json.detail).toMatch(/still manages 2 active members.*members=deactivate.*members=unlink/);
    expect([await membersOf(), await eventsOf(app, tenant.id)]).toEqual(before);
    expect((await client.get('/Users')).status).toBe(200);
  });

  it('succeeds once they are inactive, and lets go of them', async () => {
    const [ada, bob] = await two();
    for (const { scimId } of [ada, bob]) {
      await client.patch(`/Users/${scimId}`, [{ op: 'replace', value: { active: false } }]);
    }
    expect((await admin.delete(path())).status).toBe(204);
    expect(await membersOf()).toMatchObject([
      { active: false, connection_id: null },
      { active: false, connection_id: null },
    ]);
    expect((await eventsOf(app, tenant.id, 'member.unlinked')).length).toBe(2);
  });

  it.each([
    ['unlink', true, 'member.unlinked'],
    ['deactivate', false, 'member.deactivated'],
  ] as const)('with members=%s leaves them active: %s', async (fate, active, type) => {
    const [ada, bob] = await two();
    const { id: connectionId } = client.issued.connection;
    expect((await admin.delete(path(`?members=${fate}`))).status).toBe(204);
    const members = await membersOf();
    expect(members).toMatchObject([
      { user_name: 'ada@example.com', active, connection_id: null, external_id: null, version: 2 },
      { user_name: 'bob@example.com', active, connection_id: null, external_id: null, version: 2 },
    ]);
    expect(members.map(({ resource }) => JSON.parse(String(resource)))).toMatchObject([{ active }, { active }]);
    expect(String(members[1]?.resource)).not.toContain('b-1');
    const told = await eventsOf(app, tenant.id, type);
    expect(told.map(({ subject_id }) => subject_id).sort()).toEqual([ada.id, bob.id].sort());
    expect(told[0]).toMatchObject({ queued: true, data: { before: { connectionId } } });
    expect(told.find(({ subject_id }) => subject_id === bob.id)).toMatchObject({
      data: { scimId: bob.scimId, before: { externalId: 'b-1' } },
    });
  });

  it('ends its tokens, and it is in no list; its name is free', async () => {
    await two();
    await admin.delete(path('?members=unlink'));
    app.clock.advance(1000);
    expect((await client.get('/Users')).status).toBe(401);
    expect(await admin.get(path())).toMatchObject(problem(404));
    expect(await admin.get(path('/tolerances'))).toMatchObject(problem(404));
    expect(await admin.delete(path())).toMatchObject(problem(404));
    expect((await admin.get('/connections')).text).not.toContain(client.issued.connection.id);
    const { name } = client.issued.connection;
    expect((await admin.call('POST', '/connections', { idp: 'okta', name })).status).toBe(201);
    const types = (await eventsOf(app, tenant.id)).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['connection.disabled', 'token.revoked', 'connection.removed']));
  });

  it('leaves its teams with their members to whoever comes next', async () => {
    const people = await two();
    const team = await group(client, 'Pilots', people);
    await admin.delete(path('?members=unlink'));
    expect((await admin.get('/teams')).json).toMatchObject({ items: [{ id: team, connectionId: null }] });
    expect((await admin.get(`/teams/${team}/members`)).json.items).toHaveLength(2);
    expect(await eventsOf(app, tenant.id, 'team.unlinked')).toMatchObject([
      { subject_id: team, queued: true, data: { before: { connectionId: client.issued.connection.id } } },
    ]);
    const next = await tenant.connect('entra');
    const adopted = await next.post('/Users', person('ada', { externalId: 'next-1' }));
    expect(adopted).toMatchObject({ status: 201, json: { id: people[0].scimId } });
    const rename = [{ op: 'replace', path: 'displayName', value: 'Flyers' }];
    expect((await next.patch(`/Groups/${team}`, rename)).status).toBeLessThan(300);
  });

  it('lets go of more members than fit into one statement, all or nothing', async () => {
    const count = 1201;
    await app.rows(
      `insert into members (tenant_id, id, scim_id, connection_id, external_id, user_name, user_name_key, active, resource,
         version, created_at, updated_at)
       select $1, gen_random_uuid(), gen_random_uuid(), $2, 'x-' || n, 'm' || n, 'm' || n, true,
         json_build_object('userName', 'm' || n, 'active', true), 1, now(), now()
       from generate_series(1, $3::int) n`,
      [tenant.id, client.issued.connection.id, count],
    );
    expect((await admin.delete(path('?members=deactivate'))).status).toBe(204);
    const [left] = await app.rows(
      'select count(*)::int as n from members where tenant_id = $1 and (active or connection_id is not null)',
      [tenant.id],
    );
    expect(left?.n).toBe(0);
    const told = await eventsOf(app, tenant.id, 'member.deactivated');
    expect(new Set(told.map(({ subject_id }) => subject_id)).size).toBe(count);
  });

  it('touches nobody of another connection or another tenant', async () => {
    const sibling = await tenant.connect('entra');
    const { id } = await sibling.create(person('eve'));
    await two();
    await admin.delete(path('?members=deactivate'));
    expect((await sibling.get(`/Users/${id}`)).json).toMatchObject({ active: true });
    expect((await membersOf()).find(({ user_name }) => user_name === 'eve@example.com')).toMatchObject({
      connection_id: sibling.issued.connection.id,
    });
  });

  it.each(['members=keep', 'members=', 'force=true'])('does not know what %s means', async (query) => {
    expect(await admin.delete(path(`?${query}`))).toMatchObject(problem(422));
  });
});
