import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { looksLikeToken } from '../../../src/auth/token.js';
import { LogWriter } from '../../../src/provisioning-log/log-writer.js';
import { ToleranceFlush } from '../../../src/tenants/tolerance-flush.js';
import { type Answer, startTestApp, type TestApp, type TestTenant } from '../../support/app.js';
import { type Admin, adminOf, itemsIn, problem } from '../management/admin.js';
import { person } from '../users/people.js';
import { eventsOf } from './platform.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function newTenant(settings: object = {}): Promise<{ tenant: TestTenant; admin: Admin }> {
  const tenant = await app.tenant(settings);
  return { tenant, admin: await adminOf(tenant) };
}

const post = (admin: Admin, path: string, body?: object) => admin.call('POST', path, body);
const scim = (token: unknown) => {
  app.clock.advance(1000);
  return app.call('GET', '/scim/v2/Users', undefined, { token: String(token) });
};
const idOf = ({ json }: Answer) => String(json.id);

describe('A new connection', () => {
  it('is answered with all that its identity provider needs, the token this once', async () => {
    const { tenant, admin } = await newTenant();
    const made = await post(admin, '/connections', { idp: 'entra', name: 'entra-production', expires: '90d' });
    expect(made).toMatchObject({
      status: 201,
      json: {
        name: 'entra-production',
        idp: 'entra',
        status: 'enabled',
        scimUrl: 'https://scim.example.com/scim/v2',
        token: expect.stringMatching(/^muster_/),
        tokenExpiresAt: new Date(app.clock.now().getTime() + 90 * 86_400_000).toISOString(),
      },
    });
    expect(looksLikeToken(String(made.json.token))).toBe(true);
    expect((await scim(made.json.token)).status).toBe(200);
    const read = await admin.get(`/connections/${idOf(made)}`);
    expect(read.text + (await admin.get('/connections')).text).not.toContain(String(made.json.token));
    const told = await eventsOf(app, tenant.id, 'connection.%');
    expect(told.find(({ subject_id }) => subject_id === made.json.id)).toMatchObject({
      type: 'connection.created',
      actor_type: 'service_account',
      data: { after: { name: 'entra-production', idp: 'entra' } },
    });
    expect(JSON.stringify(await eventsOf(app, tenant.id))).not.toContain(String(made.json.token));
  });

  it('is one of several, each with a name of its own', async () => {
    const { admin } = await newTenant();
    expect((await post(admin, '/connections', { idp: 'okta' })).json).toMatchObject({ name: 'okta' });
    expect(await post(admin, '/connections', { idp: 'okta' })).toMatchObject(problem(409));
    expect((await post(admin, '/connections', { idp: 'okta', name: 'okta-2' })).status).toBe(201);
    const names = itemsIn(await admin.get('/connections')).map(({ name }) => name);
    expect(names.sort()).toEqual(['generic-1', 'okta', 'okta-2']);
  });

  it('may come without a token, for whoever gets one by OAuth', async () => {
    const { admin } = await newTenant();
    const made = await post(admin, '/connections', { idp: 'ping', token: false });
    expect(made).toMatchObject({ status: 201, json: { token: null, tokenId: null, tokenExpiresAt: null } });
  });

  it.each<[string, object, string]>([
    ['no identity provider', {}, 'idp'],
    ['an identity provider nobody knows', { idp: 'nobody' }, 'idp'],
    ['a name with blanks', { idp: 'okta', name: 'my okta' }, 'name'],
    ['a name that is null', { idp: 'okta', name: null }, 'name'],
    ['a lifetime that is none', { idp: 'okta', expires: 'never' }, 'expires'],
    ['a status', { idp: 'okta', status: 'disabled' }, 'status'],
  ])('is not made with %s', async (_what, wish, field) => {
    const { admin } = await newTenant();
    const answer = await post(admin, '/connections', wish);
    expect(answer).toMatchObject(problem(422));
    expect((answer.json.errors as { field: string }[]).map((each) => each.field)).toContain(field);
    expect(itemsIn(await admin.get('/connections'))).toHaveLength(1);
  });

  it('does not live for more than a year', async () => {
    const { admin } = await newTenant();
    expect(await post(admin, '/connections', { idp: 'okta', expires: '367d' })).toMatchObject(problem(422));
  });
});

describe('A tenant that asks for single sign-on first', () => {
  it('gets no connection, and enables none, until it has the settings', async () => {
    const { admin } = await newTenant();
    const before = await post(admin, '/connections', { idp: 'okta' });
    await post(admin, `/connections/${idOf(before)}/disable`);
    await admin.call('PATCH', '/tenant', { settings: { ssoRequired: true } });
    for (const [path, body] of [
      ['/connections', { idp: 'entra' }],
      [`/connections/${idOf(before)}/enable`, {}],
    ] as const) {
      const refused = await post(admin, path, body);
      expect(refused).toMatchObject(problem(409));
      expect(refused.json.detail).toMatch(/single sign-on before SCIM.*sso/);
    }
    const sso = { protocol: 'oidc', issuer: 'https://login.example.com/acme' };
    await admin.call('PATCH', '/tenant', { settings: { sso } });
    expect((await post(admin, '/connections', { idp: 'entra' })).status).toBe(201);
    expect((await post(admin, `/connections/${idOf(before)}/enable`)).status).toBe(200);
  });
});

describe('A connection', () => {
  it('is disabled and enabled, and its token is refused and taken', async () => {
    const { tenant, admin } = await newTenant();
    const { json } = await post(admin, '/connections', { idp: 'okta' });
    const path = `/connections/${String(json.id)}`;
    for (const _again of [1, 2]) {
      expect((await post(admin, `${path}/disable`)).json).toMatchObject({ status: 'disabled' });
    }
    expect((await scim(json.token)).status).toBe(401);
    expect((await post(admin, `${path}/enable`)).json).toMatchObject({ status: 'enabled', token: null });
    expect((await scim(json.token)).status).toBe(200);
    const told = await eventsOf(app, tenant.id, 'connection.%abled');
    expect(told.map(({ type }) => type)).toEqual(['connection.disabled', 'connection.enabled']);
  });

  it('gets a new token when it is enabled and has none that is good, or when one is asked for', async () => {
    const { admin } = await newTenant();
    const { json } = await post(admin, '/connections', { idp: 'okta', expires: '30m' });
    const path = `/connections/${String(json.id)}/enable`;
    expect((await post(admin, path)).json.token).toBeNull();
    expect((await post(admin, path, { token: true })).json.token).toMatch(/^muster_/);
    app.clock.advance(366 * 86_400_000);
    const later = await adminOf(admin.tenant);
    expect((await post(later, path, { token: false })).json.token).toBeNull();
    const { token } = (await post(later, path)).json;
    expect((await scim(token)).status).toBe(200);
  });

  it('is renamed and gets another profile, told with before and after', async () => {
    const { tenant, admin } = await newTenant();
    const id = idOf(await post(admin, '/connections', { idp: 'okta' }));
    await post(admin, '/connections', { idp: 'entra' });
    const revised = await admin.call('PATCH', `/connections/${id}`, { name: 'people', idp: 'okta-custom' });
    expect(revised).toMatchObject({ status: 200, json: { name: 'people', idp: 'okta-custom' } });
    expect(await admin.call('PATCH', `/connections/${id}`, { name: 'entra' })).toMatchObject(problem(409));
    expect(await admin.call('PATCH', `/connections/${id}`, { name: null })).toMatchObject(problem(422));
    expect((await admin.call('PATCH', `/connections/${id}`, {})).status).toBe(200);
    const told = await eventsOf(app, tenant.id, 'connection.updated');
    expect(told).toMatchObject([
      {
        data: {
          changed: ['name', 'idp'],
          before: { name: 'okta', idp: 'okta' },
          after: { name: 'people', idp: 'okta-custom' },
        },
      },
    ]);
  });

  it('shows whom it manages, how it does and what it was forgiven', async () => {
    const { tenant, admin } = await newTenant();
    const client = await tenant.connect('okta');
    const { id: ada } = await client.create(person('ada'));
    await client.create(person('bob'));
    await client.create(person('cyd', { active: 'False' }));
    await client.get(`/Users/${uuid()}`);
    await client.delete(`/Users/${ada}`);
    await client.post('/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Pilots' });
    await app.http.get(LogWriter).flush();
    await app.http.get(ToleranceFlush).flush();
    expect((await admin.get(`/connections/${client.issued.connection.id}`)).json).toMatchObject({
      id: client.issued.connection.id,
      manages: { activeMembers: 1, inactiveMembers: 1, teams: 1 },
      lastSyncAt: app.clock.now().toISOString(),
      last24Hours: { requests: 6, errors: 1, errorRatio: 1 / 6 },
      last30Days: { requests: 6, errors: 1, errorRatio: 1 / 6 },
      tolerances: [{ tolerance: 'boolean-as-string', uses: 1, meaning: expect.any(String) }],
    });
  });

  it('is of its tenant alone', async () => {
    const [{ admin }, stranger] = [await newTenant(), await newTenant()];
    const id = idOf(await post(stranger.admin, '/connections', { idp: 'okta' }));
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['GET', '/setup', undefined],
      ['PATCH', '', { name: 'mine' }],
      ['POST', '/enable', {}],
      ['POST', '/disable', undefined],
      ['DELETE', '?members=unlink', undefined],
    ] as const) {
      const foreign = await admin.call(method, `/connections/${id}${path}`, body);
      const nobody = await admin.call(method, `/connections/${uuid()}${path}`, body);
      expect(foreign).toMatchObject(problem(404));
      expect(foreign.text).toBe(nobody.text);
    }
    expect((await stranger.admin.get(`/connections/${id}`)).json).toMatchObject({ name: 'okta', status: 'enabled' });
  });

  it('is read with tenant:read, and changed with tenant:admin only', async () => {
    const { tenant, admin } = await newTenant();
    const id = idOf(await post(admin, '/connections', { idp: 'okta' }));
    const reader = await adminOf(tenant, ['tenant:read']);
    for (const path of ['', `/${id}`, `/${id}/setup`])
      expect((await reader.get(`/connections${path}`)).status).toBe(200);
    expect(await post(reader, '/connections', { idp: 'entra' })).toMatchObject(problem(403));
    expect(await reader.delete(`/connections/${id}`)).toMatchObject(problem(403));
    const stranger = await adminOf(tenant, ['members:write', 'audit:read']);
    expect(await stranger.get('/connections')).toMatchObject(problem(403));
  });
});

describe('Setting an identity provider up', () => {
  it('is told in steps, with the values of the connection and never its token', async () => {
    const { admin } = await newTenant();
    const { json } = await post(admin, '/connections', { idp: 'entra', name: 'people' });
    const guide = await admin.get(`/connections/${String(json.id)}/setup`);
    expect(guide).toMatchObject({ status: 200, json: { idp: 'entra', title: 'Microsoft Entra ID' } });
    expect(guide.text).toContain('{"name":"Tenant URL","value":"https://scim.example.com/scim/v2"}');
    expect(guide.text).toContain('the access token of the connection people');
    expect(guide.text).not.toContain('{scimUrl}');
    expect(guide.text).not.toContain(String(json.token));
    expect(JSON.stringify(guide.json.users)).toContain('Switch([IsSoftDeleted]');
  });
});
