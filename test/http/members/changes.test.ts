import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminOf, group, itemsIn, problem, type Someone, someone } from '../management/admin.js';
import { accountOf, eventTypes, person, refusal, unlinkedMember } from '../users/people.js';
import { act, lastEvent, setBreakGlass, setExternalId } from './room.js';

let app: TestApp;
let client: ScimClient;
let admin: Admin;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  client = await app.connection('entra');
  admin = await adminOf(client.tenant);
});

const connectionId = () => client.issued.connection.id;
const told = (id: string) => ({ subject_id: id, actor_type: 'service_account', queued: true });
const etagOf = async ({ scimId }: Someone) => (await client.get(`/Users/${scimId}`)).headers.etag;

/** 409 that says which connection stands in the way. */
const managed = () => ({
  status: 409,
  json: {
    detail: expect.stringContaining(`managed by the connection ${client.issued.connection.name};`),
    connectionId: connectionId(),
  },
});

describe('Linking by hand', () => {
  it('gives the member to the connection, with one event, and the IdP sees a new version', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    const answer = await act(admin, kim.id, 'link', { connectionId: connectionId(), externalId: 'x-1' });
    expect(answer).toMatchObject({
      status: 200,
      json: {
        id: kim.id,
        externalId: 'x-1',
        version: 2,
        connection: { idp: 'entra' },
        linkedSince: expect.any(String),
      },
    });
    expect(await lastEvent(client.tenant)).toMatchObject({
      ...told(kim.id),
      type: 'member.linked',
      data: {
        changed: ['connectionId', 'externalId'],
        before: {},
        after: { connectionId: connectionId(), externalId: 'x-1' },
      },
    });
    expect((await client.get(`/Users/${kim.scimId}`)).json).toMatchObject({
      externalId: 'x-1',
      meta: { version: 'W/"2"' },
    });
    expect((await client.find('externalId eq "x-1"')).json.totalResults).toBe(1);
  });

  it.each<[string, string | undefined, object]>([
    ['the same externalId', 'x-1', { externalId: 'x-1' }],
    ['an externalId where none was said', undefined, { externalId: 'x-1' }],
    ['none at all', undefined, {}],
  ])('a POST with %s then finds the person: 201 once, later 409', async (_what, externalId, more) => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    await act(admin, kim.id, 'link', { connectionId: connectionId(), ...(externalId && { externalId }) });
    const answer = await client.post('/Users', person('KIM', more));
    expect(answer).toMatchObject({ status: 201, json: { id: kim.scimId, ...more } });
    expect(await client.post('/Users', person('kim', more))).toMatchObject(refusal(409, 'uniqueness'));
    expect(await eventTypes(client.tenant)).toEqual(['member.linked', 'member.updated']);
  });

  it('a POST that changes nothing is 201 once as well', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    await act(admin, kim.id, 'link', { connectionId: connectionId() });
    const { userName, active } = (await client.get(`/Users/${kim.scimId}`)).json;
    const same = { schemas: person('kim').schemas, userName, active };
    expect((await client.post('/Users', same)).status).toBe(201);
    expect((await client.post('/Users', same)).status).toBe(409);
    expect(await eventTypes(client.tenant)).toEqual(['member.linked']);
  });

  it('a POST with another externalId is somebody else: 409, and so is one of another connection', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    await act(admin, kim.id, 'link', { connectionId: connectionId(), externalId: 'x-1' });
    expect(await client.post('/Users', person('kim', { externalId: 'x-2' }))).toMatchObject(refusal(409, 'uniqueness'));
    const other = await client.tenant.connect('okta');
    expect(await other.post('/Users', person('kim', { externalId: 'x-1' }))).toMatchObject(refusal(409, 'uniqueness'));
  });

  it('again changes nothing; to another connection, or with another externalId, is 409', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    const wish = { connectionId: connectionId(), externalId: 'x-1' };
    await act(admin, kim.id, 'link', wish);
    expect(await act(admin, kim.id, 'link', wish)).toMatchObject({ status: 200, json: { version: 2 } });
    expect(await act(admin, kim.id, 'link', { ...wish, externalId: 'x-2' })).toMatchObject(managed());
    const other = await client.tenant.connect('okta');
    expect(await act(admin, kim.id, 'link', { connectionId: other.issued.connection.id })).toMatchObject(managed());
    expect(await eventTypes(client.tenant)).toEqual(['member.linked']);
  });

  it('is 409 when the externalId is taken, when the member is protected, and when it was removed', async () => {
    await client.create(person('lee', { externalId: 'x-1' }));
    const kim = await unlinkedMember(client.tenant, 'kim');
    expect(await act(admin, kim.id, 'link', { connectionId: connectionId(), externalId: 'x-1' })).toMatchObject({
      ...problem(409),
      json: { detail: expect.stringContaining('externalId') },
    });
    const protectedOne = await unlinkedMember(client.tenant, 'eve', { breakGlass: true });
    expect(await act(admin, protectedOne.id, 'link', { connectionId: connectionId() })).toMatchObject(problem(409));
    const gone = await someone(client, 'gus');
    await client.delete(`/Users/${gone.scimId}`);
    expect(await act(admin, gone.id, 'link', { connectionId: connectionId() })).toMatchObject(problem(409));
  });

  it('knows no connection of another tenant, and none that is no id', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    const stranger = await app.connection();
    const absent = await act(admin, kim.id, 'link', { connectionId: uuid() });
    expect(absent).toMatchObject({ ...problem(422), json: { errors: [{ field: 'connectionId' }] } });
    expect((await act(admin, kim.id, 'link', { connectionId: stranger.issued.connection.id })).text).toBe(absent.text);
  });
});

describe('Unlinking', () => {
  it('leaves the member as it is but for the externalId; another connection may have it', async () => {
    const { id: scimId } = await client.create(person('kim', { externalId: 'x-1', title: 'Pilot' }));
    const kim = { scimId, id: await accountOf(client.tenant, scimId) };
    expect(await act(admin, kim.id, 'unlink')).toMatchObject({
      status: 200,
      json: {
        active: true,
        connection: null,
        linkedSince: null,
        externalId: null,
        version: 2,
        attributes: { title: 'Pilot' },
      },
    });
    expect(await lastEvent(client.tenant)).toMatchObject({
      ...told(kim.id),
      type: 'member.unlinked',
      data: {
        changed: ['connectionId', 'externalId'],
        before: { connectionId: connectionId(), externalId: 'x-1' },
        after: {},
      },
    });
    expect((await client.get(`/Users/${scimId}`)).json.externalId).toBeUndefined();
    expect(itemsIn(await admin.get('/members?linked=false'))).toMatchObject([{ id: kim.id }]);
    const other = await client.tenant.connect('okta');
    expect((await other.post('/Users', person('kim', { externalId: 'o-1' }))).json.id).toBe(scimId);
  });

  it('of somebody unlinked changes nothing, of somebody removed is 409', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    expect(await act(admin, kim.id, 'unlink')).toMatchObject({ status: 200, json: { version: 1 } });
    const gone = await someone(client, 'gus');
    await client.delete(`/Users/${gone.scimId}`);
    expect(await act(admin, gone.id, 'unlink')).toMatchObject(problem(409));
    expect(await eventTypes(client.tenant)).toEqual(['member.provisioned', 'member.removed']);
  });
});

describe('Access by hand', () => {
  it('ends and comes back for whom nobody manages, once each', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    for (const action of ['deactivate', 'deactivate', 'reactivate', 'reactivate']) {
      const { status, json } = await act(admin, kim.id, action);
      expect({ status, active: json.active }).toEqual({ status: 200, active: action === 'reactivate' });
    }
    expect(await eventTypes(client.tenant)).toEqual(['member.deactivated', 'member.reactivated']);
    expect((await client.get(`/Users/${kim.scimId}`)).json).toMatchObject({ active: true, meta: { version: 'W/"3"' } });
  });

  it('of a managed member is refused, and with `override` it lasts until the IdP speaks of it', async () => {
    const kim = await someone(client, 'kim');
    expect(await act(admin, kim.id, 'deactivate')).toMatchObject(managed());
    expect(await act(admin, kim.id, 'deactivate', { override: true })).toMatchObject({
      status: 200,
      json: { active: false, connection: { id: connectionId() } },
    });
    expect(await lastEvent(client.tenant)).toMatchObject({
      type: 'member.deactivated',
      data: { changed: ['active'], before: { active: true }, after: { active: false }, reason: 'override' },
    });
    expect(await act(admin, kim.id, 'reactivate')).toMatchObject(managed());
    await client.patch(`/Users/${kim.scimId}`, [{ op: 'replace', path: 'title', value: 'Pilot' }]);
    expect((await client.get(`/Users/${kim.scimId}`)).json.active).toBe(false);
    await client.patch(`/Users/${kim.scimId}`, [{ op: 'replace', path: 'active', value: true }]);
    expect((await client.get(`/Users/${kim.scimId}`)).json.active).toBe(true);
    await act(admin, kim.id, 'deactivate', { override: true });
    expect((await act(admin, kim.id, 'reactivate', { override: true })).json.active).toBe(true);
  });

  it('ends in every team of the member, whose memberships stay', async () => {
    const kim = await someone(client, 'kim');
    await group(client, 'Pilots', [kim]);
    await act(admin, kim.id, 'deactivate', { override: true });
    expect((await admin.get(`/members/${kim.id}/access`)).json).toMatchObject({ active: false, teams: [] });
    await act(admin, kim.id, 'reactivate', { override: true });
    expect((await admin.get(`/members/${kim.id}/access`)).json.teams).toHaveLength(1);
  });

  it('of somebody removed is 409', async () => {
    const kim = await someone(client, 'kim');
    await client.delete(`/Users/${kim.scimId}`);
    expect(await act(admin, kim.id, 'reactivate', { override: true })).toMatchObject(problem(409));
  });
});

describe('Changing the externalId', () => {
  it('is an operation of its own: told, versioned, and what the IdP finds the person by', async () => {
    const { id: scimId } = await client.create(person('kim', { externalId: 'old' }));
    const kim = { scimId, id: await accountOf(client.tenant, scimId) };
    expect(await setExternalId(admin, kim.id, 'new')).toMatchObject({ status: 200, json: { externalId: 'new' } });
    expect(await lastEvent(client.tenant)).toMatchObject({
      ...told(kim.id),
      type: 'member.external_id_changed',
      data: { scimId, changed: ['externalId'], before: { externalId: 'old' }, after: { externalId: 'new' } },
    });
    expect(await etagOf(kim)).toBe('W/"2"');
    expect((await client.find('externalId eq "old"')).json.totalResults).toBe(0);
    expect((await client.find('externalId eq "new"')).json.totalResults).toBe(1);
    expect(await setExternalId(admin, kim.id, 'new')).toMatchObject({ status: 200, json: { version: 2 } });
    expect(await setExternalId(admin, kim.id, null)).toMatchObject({ status: 200, json: { externalId: null } });
    expect((await client.get(`/Users/${scimId}`)).json.externalId).toBeUndefined();
  });

  it('is 409 when another member of the connection has it, and free in another connection', async () => {
    const other = await client.tenant.connect('okta');
    await other.create(person('lee', { externalId: 'theirs' }));
    await client.create(person('amy', { externalId: 'taken' }));
    const kim = await someone(client, 'kim');
    expect(await setExternalId(admin, kim.id, 'taken')).toMatchObject({
      ...problem(409),
      json: { detail: 'The value of externalId is already in use.' },
    });
    expect((await setExternalId(admin, kim.id, 'theirs')).status).toBe(200);
    expect(await eventTypes(client.tenant)).toHaveLength(4);
  });

  it('is 409 for whom no connection manages', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    expect(await setExternalId(admin, kim.id, 'x-1')).toMatchObject(problem(409));
  });
});

describe('A break-glass member', () => {
  it('is made and unmade by an admin, and SCIM can only read it in between', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim');
    const path = `/Users/${kim.scimId}`;
    expect(await setBreakGlass(admin, kim.id, true)).toMatchObject({
      status: 200,
      json: { breakGlass: true, version: 2 },
    });
    expect(await lastEvent(client.tenant)).toMatchObject({
      ...told(kim.id),
      type: 'member.break_glass_changed',
      data: { changed: ['breakGlass'], before: { breakGlass: false }, after: { breakGlass: true } },
    });
    expect((await client.get(path)).status).toBe(200);
    const detail = 'A break-glass member is never managed over SCIM.';
    const off = [{ op: 'replace', path: 'active', value: false }];
    for (const answer of [
      await client.patch(path, off),
      await client.put(path, person('kim', { active: false })),
      await client.delete(path),
    ]) {
      expect(answer).toMatchObject({ ...refusal(403), json: { detail } });
    }
    expect(await client.post('/Users', person('kim'))).toMatchObject(refusal(409, 'uniqueness'));
    await setBreakGlass(admin, kim.id, true);
    expect(await eventTypes(client.tenant)).toEqual(['member.break_glass_changed']);
    await setBreakGlass(admin, kim.id, false);
    expect((await client.patch(path, off)).status).toBe(200);
  });

  it('may be in groups, which are about groups', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim', { breakGlass: true });
    const team = await group(client, 'Pilots', [kim]);
    expect((await admin.get(`/members/${kim.id}`)).json.access).toMatchObject({ teams: [{ teamId: team }] });
    await client.patch(`/Groups/${team}`, [{ op: 'remove', path: `members[value eq "${kim.scimId}"]` }]);
    expect((await admin.get(`/members/${kim.id}`)).json).toMatchObject({ active: true, access: { teams: [] } });
  });

  it('cannot be linked, erased or managed; an admin can end its access', async () => {
    const kim = await unlinkedMember(client.tenant, 'kim', { breakGlass: true });
    expect(await act(admin, kim.id, 'erase', { userName: 'kim@example.com' })).toMatchObject(problem(409));
    expect((await act(admin, kim.id, 'deactivate')).json).toMatchObject({ active: false, breakGlass: true });
    const lee = await someone(client, 'lee');
    expect(await setBreakGlass(admin, lee.id, true)).toMatchObject(managed());
  });
});

describe('Erasure by an admin', () => {
  const traces = (id: string) =>
    app.rows(
      `select (select count(*) from member_keys where member_id = $1)::int as keys,
        (select count(*) from team_memberships where member_id = $1)::int as teams,
        (select count(*) from adoption_reviews where member_id = $1)::int as reviews,
        (select row_to_json(m)::text from members m where id = $1) as row`,
      [id],
    );

  it('takes personal data out of the member, its keys, its teams and its reviews; ids and times stay', async () => {
    const { id: scimId } = await client.create(
      person('kim', { externalId: 'x-1', emails: [{ value: 'kim@b.example' }] }),
    );
    const kim = { scimId, id: await accountOf(client.tenant, scimId) };
    const team = await group(client, 'Pilots', [kim]);
    await app.rows(
      `insert into adoption_reviews (tenant_id, id, member_id, connection_id, user_name, requested_at, last_requested_at)
       values ($1, $2, $3, $4, 'kim@example.com', now(), now())`,
      [client.tenant.id, uuid(), kim.id, connectionId()],
    );
    expect((await act(admin, kim.id, 'erase', { userName: 'KIM@example.com' })).status).toBe(204);
    expect(await lastEvent(client.tenant)).toMatchObject({
      ...told(kim.id),
      type: 'member.removed',
      data: { scimId, reason: 'erased' },
    });
    const [left] = await traces(kim.id);
    expect(left).toMatchObject({ keys: 0, teams: 0, reviews: 0 });
    expect(String(left?.row)).toContain(kim.id);
    expect(String(left?.row)).not.toMatch(/kim|x-1/i);
    expect(await client.get(`/Users/${scimId}`)).toMatchObject(refusal(404));
    expect((await client.get(`/Groups/${team}`)).json.members).toEqual([]);
    expect((await client.post('/Users', person('kim', { externalId: 'x-1' }))).json.id).not.toBe(scimId);
  });

  it('reaches who was removed before, too', async () => {
    const kim = await someone(client, 'kim');
    await client.delete(`/Users/${kim.scimId}`);
    expect((await act(admin, kim.id, 'erase', { userName: 'kim@example.com' })).status).toBe(204);
    expect(String((await traces(kim.id))[0]?.row)).not.toContain('example.com');
    expect(await act(admin, kim.id, 'erase', { userName: 'kim@example.com' })).toMatchObject(problem(404));
    expect(await eventTypes(client.tenant)).toEqual(['member.provisioned', 'member.removed', 'member.removed']);
    const back = await client.create(person('kim'));
    expect(await accountOf(client.tenant, back.id)).not.toBe(kim.id);
  });

  it('is refused for another userName than that of the member', async () => {
    const kim = await someone(client, 'kim');
    expect(await act(admin, kim.id, 'erase', { userName: 'lee@example.com' })).toMatchObject({
      ...problem(422),
      json: { errors: [{ field: 'userName' }] },
    });
    expect((await client.get(`/Users/${kim.scimId}`)).status).toBe(200);
  });
});
