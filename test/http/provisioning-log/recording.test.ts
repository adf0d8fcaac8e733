import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TenantsService } from '../../../src/tenants/tenants.service.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminOf } from '../management/admin.js';
import { person } from '../users/people.js';
import { WireTap } from '../wire-tap.js';
import { entryOf, flush, logOf } from './log-reader.js';

const CANARY = 'c4n4ry-5b1e';

const lines: string[] = [];
const tap = new WireTap();
let app: TestApp;
let client: ScimClient;
let admin: Admin;
beforeAll(async () => {
  await tap.listen();
  app = await startTestApp({ lines, way: tap.way });
});
afterAll(async () => {
  await app.close();
  await tap.close();
});
beforeEach(async () => {
  client = await app.connection('entra');
  admin = await adminOf(client.tenant);
});

describe('A request in the log', () => {
  it('is told with what it meant to do, about whom, and what came of it', async () => {
    const { id } = await client.create(person('kim', { active: 'True' }));
    const [entry] = await logOf(admin, client);
    expect(entry).toEqual({
      id: expect.any(String),
      at: app.clock.now().toISOString(),
      action: 'create-user',
      summary: 'Create user kim@example.com',
      target: { type: 'User', id, name: 'kim@example.com' },
      status: 201,
      scimType: null,
      detail: null,
      reason: null,
      cause: null,
      remedy: null,
      tolerances: ['boolean-as-string'],
      durationMs: expect.any(Number),
      requestId: expect.any(String),
      clientAddress: null,
      notRecorded: null,
      repeats: null,
    });
  });

  it('has the id that the answer had', async () => {
    await client.get('/Users', { 'x-request-id': 'r-77' });
    expect(await logOf(admin, client)).toMatchObject([{ action: 'list-users', requestId: 'r-77' }]);
  });

  it('says why it failed and what to do, and shows its body', async () => {
    await client.create(person('kim'));
    await client.post('/Users', person('kim', { title: 'Pilot' }));
    const [entry] = await logOf(admin, client);
    expect(entry).toMatchObject({
      action: 'create-user',
      status: 409,
      scimType: 'uniqueness',
      detail: 'The value of userName is already in use.',
      reason: 'user-taken',
      cause: expect.stringContaining('userName'),
      remedy: expect.stringContaining('match by userName'),
    });
    expect((await entryOf(admin, client, entry ?? {})).json).toEqual({
      ...entry,
      body: person('kim', { title: 'Pilot' }),
    });
  });

  it('keeps no body where it succeeded', async () => {
    await client.create(person('kim'));
    const [entry] = await logOf(admin, client);
    expect((await entryOf(admin, client, entry ?? {})).json).toEqual({ ...entry, body: null });
  });

  it('is there in the order of the answers, the newest first', async () => {
    const { id } = await client.create(person('kim'));
    await client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
    await client.find('userName eq "kim@example.com"');
    await client.delete(`/Users/${id}`);
    const entries = await logOf(admin, client);
    expect(entries.map(({ summary }) => summary)).toEqual([
      `Delete user ${id}`,
      'Look up user kim@example.com',
      `Deactivate user ${id}`,
      'Create user kim@example.com',
    ]);
  });

  it.each<[string, number, string, () => Promise<unknown>]>([
    ['a filter nobody can read', 400, 'filter-wrong', () => client.find('userName eq')],
    ['somebody unknown', 404, 'user-unknown', () => client.get('/Users/nobody')],
    ['an address there is not', 404, 'endpoint-unknown', () => client.get('/Nowhere')],
    ['a method there is not', 405, 'method-unknown', () => client.call('PUT', '/Users', {})],
    ['a group of people unknown', 400, 'members-unknown', () => changeMembers('nobody')],
    ['something not built', 501, 'not-built', () => client.get('/Me')],
    ['a user without a name', 400, 'user-value-wrong', () => client.post('/Users', { displayName: 'x' })],
  ])('knows the cause: %s', async (_what, status, reason, ask) => {
    await ask();
    expect((await logOf(admin, client))[0]).toMatchObject({ status, reason });
  });

  async function changeMembers(value: string) {
    const { json } = await client.post('/Groups', { displayName: 'Pilots' });
    await client.patch(`/Groups/${json.id}`, [{ op: 'add', path: 'members', value: [{ value }] }]);
  }

  it('costs no statement of its own: all of them are written in one', async () => {
    const { id } = await client.create(person('kim'));
    await flush(app);
    tap.take();
    for (let count = 0; count < 40; count++) await client.get(`/Users/${id}`);
    await flush(app);
    // A round may be due in the middle, and another token look-up.
    expect(tap.take()).toBeLessThanOrEqual(40 + 5);
    expect(await logOf(admin, client)).toHaveLength(41);
  });
});

describe('A token that is refused', () => {
  const remake = () => new TenantsService(app.work, app.clock);

  it.each<[string, string, () => Promise<unknown>]>([
    ['revoked', 'token-revoked', () => remake().revokeToken(client.tenant.slug, client.issued.tokenId)],
    [
      'expired',
      'token-expired',
      async () =>
        app.rows('update access_tokens set expires_at = $1 where id = $2', [app.clock.now(), client.issued.tokenId]),
    ],
    [
      'of a disabled connection',
      'connection-disabled',
      () => app.rows(`update connections set status = 'disabled' where id = $1`, [client.issued.connection.id]),
    ],
  ])('is in the log of its connection: %s', async (_what, reason, end) => {
    expect((await client.get('/Users')).status).toBe(200);
    await end();
    app.clock.advance(1000);
    expect((await client.post('/Users', person('kim'))).status).toBe(401);
    expect((await logOf(admin, client))[0]).toMatchObject({ action: 'create-user', status: 401, reason });
  });

  it('is in no log when nobody was given it', async () => {
    await app.call('GET', '/scim/v2/Users', undefined, { token: `muster_${'0'.repeat(49)}` });
    expect(await logOf(admin, client)).toEqual([]);
  });

  it('is in the log when it lacks a scope', async () => {
    const { token } = await app.tenants.createToken({
      tenant: client.tenant.slug,
      scopes: ['teams:read'],
      connection: client.issued.connection.id,
    });
    await app.call('GET', '/scim/v2/Users', undefined, { token });
    expect((await logOf(admin, client))[0]).toMatchObject({ status: 403, reason: 'scope-missing' });
  });
});

describe('What is secret', () => {
  it('is in no entry, no table, no line and no metric', async () => {
    const before = lines.length;
    const secret = { password: CANARY, 'urn:x:2.0:User:clientSecret': CANARY };
    await client.post('/Users', { ...secret, userName: '' });
    await client.post('/Users/.search', { filter: `password eq "${CANARY}" and` });
    await client.find(`password eq "${CANARY}" and`);
    const { id } = await client.create(person('kim', { password: CANARY }));
    await client.patch(`/Users/${id}`, [
      { op: 'replace', path: 'password', value: CANARY },
      { op: 'replace', path: 'userName', value: '' },
    ]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', value: { password: CANARY, emails: 7 } }]);
    await client.post('/Bulk', { Operations: [{ method: 'POST', path: '/Users', data: secret }] });
    await client.get('/Users', { authorization: `Bearer ${CANARY}` });
    const entries = await logOf(admin, client);
    expect(entries.filter(({ status }) => Number(status) >= 400).length).toBeGreaterThan(4);
    const details = await Promise.all(entries.map((entry) => entryOf(admin, client, entry)));
    const stored = await app.rows('select r::text as row from provisioning_requests r');
    const metrics = await app.call('GET', '/metrics');
    const everything = [
      ...details.map(({ text }) => text),
      ...stored.map(({ row }) => row),
      ...lines.slice(before),
      metrics.text,
    ];
    expect(everything.join('\n')).not.toContain(CANARY);
    expect(everything.join('\n')).not.toContain(client.issued.token);
  });

  it('is told from what is not, as a control', async () => {
    await client.post('/Users', { userName: '', title: CANARY });
    const [entry] = await logOf(admin, client);
    expect((await entryOf(admin, client, entry ?? {})).text).toContain(CANARY);
  });
});

describe('Any text at all', () => {
  it.each<[string, object]>([
    ['a zero', { userName: 'a\0b', title: '\0' }],
    ['half a character', { userName: 'a\ud800', title: '\udfff' }],
    ['what has a meaning in SQL', { userName: `'; drop table members; --"{},\\N`, title: '{NULL,"\\' }],
    ['a very long name', { userName: 'x'.repeat(100_000), title: 'y'.repeat(100_000) }],
  ])('can be written: %s', async (_what, body) => {
    await client.post('/Users', { ...body, active: 7 });
    const [entry] = await logOf(admin, client);
    expect(entry).toMatchObject({ action: 'create-user', status: 400 });
    expect((await entryOf(admin, client, entry ?? {})).status).toBe(200);
  });
});
