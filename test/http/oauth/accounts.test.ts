import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import type { JsonObject } from '../../../src/scim/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminOf, itemsIn, problem } from '../management/admin.js';
import { signer } from './issuer.js';
import { made, type OAuthSpace, oauthSpace } from './oauth-space.js';

let app: TestApp;
let space: OAuthSpace;
let admin: Admin;
let path: string;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  space = await oauthSpace(app);
  admin = space.admin;
  path = `/service-accounts/${space.clientId}`;
});

const post = (to: string, body: object = {}) => admin.call('POST', to, body);
const events = async (type: string): Promise<readonly JsonObject[]> =>
  app.rows(
    `select type, subject_type, subject_id, actor_type, request_id is not null as told, data from events
     where tenant_id = $1 and type like $2 order by id`,
    [space.idp.tenant.id, type],
  );

describe('A service account', () => {
  it('is created, read, listed, changed and removed, each with its event', async () => {
    const wish = { name: 'ci', scopes: ['members:read'], allowedAddresses: ['203.0.113.7', '::ffff:10.0.0.0/104'] };
    const { json } = made(await post('/service-accounts', wish));
    const networks = ['203.0.113.7/32', '10.0.0.0/8'];
    const account = { id: expect.any(String), ...wish, allowedAddresses: networks, connectionId: null };
    expect(json).toMatchObject({ ...account, jwks: null, jwksUri: null, createdAt: app.clock.now().toISOString() });
    expect((await admin.get(`/service-accounts/${json.id}`)).json).toEqual(json);
    expect(itemsIn(await admin.get('/service-accounts'))).toContainEqual(json);
    app.clock.advance(1);
    const changed = await admin.call('PATCH', `/service-accounts/${json.id}`, { name: 'build', allowedAddresses: [] });
    app.clock.advance(1);
    expect(changed.json).toEqual({ ...json, name: 'build', allowedAddresses: [] });
    await admin.call('PATCH', `/service-accounts/${json.id}`, { name: 'build' });
    expect((await admin.delete(`/service-accounts/${json.id}`)).status).toBe(204);
    expect(await admin.get(`/service-accounts/${json.id}`)).toMatchObject(problem(404));
    expect(itemsIn(await admin.get('/service-accounts'))).not.toContainEqual(expect.objectContaining({ id: json.id }));
    const told = (await events('service_account.%')).filter(({ subject_id }) => subject_id === json.id);
    expect(told).toMatchObject([
      { type: 'service_account.created', actor_type: 'service_account', told: true },
      {
        type: 'service_account.updated',
        data: {
          changed: ['name', 'allowedAddresses'],
          before: { name: 'ci', allowedAddresses: networks },
          after: { name: 'build', allowedAddresses: [] },
        },
      },
      { type: 'service_account.removed', data: { before: { name: 'build' } } },
    ]);
  });

  it('is on a page in the order of creation', async () => {
    app.clock.advance(1);
    await post('/service-accounts', { name: 'later', scopes: ['members:read'] });
    const first = await admin.get('/service-accounts?limit=1');
    const rest = await admin.get(`/service-accounts?after=${first.json.next}`);
    const names = [...itemsIn(first), ...itemsIn(rest)].map(({ name }) => name);
    expect(names.at(-1)).toBe('later');
    expect(rest.json.next).toBeNull();
  });

  it.each<[string, object, string]>([
    ['no name', { scopes: ['members:read'] }, 'name'],
    ['a name of two lines', { name: 'a\nb', scopes: ['members:read'] }, 'name'],
    ['no scope', { name: 'x', scopes: [] }, 'scopes'],
    ['an unknown scope', { name: 'x', scopes: ['members:delete'] }, 'scopes'],
    ['no network', { name: 'x', scopes: ['members:read'], allowedAddresses: ['10.0.0.0/33'] }, 'allowedAddresses'],
    ['a host', { name: 'x', scopes: ['members:read'], allowedAddresses: ['example.com'] }, 'allowedAddresses'],
    ['an unknown connection', { name: 'x', scopes: ['members:read'], connectionId: uuid() }, 'connectionId'],
    ['keys of nothing', { name: 'x', scopes: ['members:read'], jwks: {} }, 'jwks'],
    ['a shared key', { name: 'x', scopes: ['members:read'], jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, 'jwks'],
    ['keys over http', { name: 'x', scopes: ['members:read'], jwksUri: 'http://example.com/keys' }, 'jwksUri'],
    ['keys next door', { name: 'x', scopes: ['members:read'], jwksUri: 'https://169.254.169.254/' }, 'jwksUri'],
    ['keys with a password', { name: 'x', scopes: ['members:read'], jwksUri: 'https://a:b@example.com/' }, 'jwksUri'],
    ['something unknown', { name: 'x', scopes: ['members:read'], role: 'admin' }, 'role'],
  ])('is refused with %s', async (_what, wish, field) => {
    const answer = await post('/service-accounts', wish);
    expect(answer).toMatchObject(problem(422));
    expect(answer.json.errors).toContainEqual({ field, detail: expect.any(String) });
  });

  it("is refused with another tenant's connection", async () => {
    const stranger = await app.connection();
    const wish = { name: 'x', scopes: ['members:read'], connectionId: stranger.issued.connection.id };
    expect(await post('/service-accounts', wish)).toMatchObject(problem(422));
  });

  it('keeps of its keys what is needed to verify, and never a private one', async () => {
    const { publicJwk } = await signer('ES256');
    const keys = [{ ...publicJwk, use: 'sig', note: 'ours' }];
    const { json } = await admin.call('PATCH', path, { jwks: { keys } });
    expect(json.jwks).toEqual({ keys: [{ ...publicJwk, use: 'sig' }] });
    expect(await admin.call('PATCH', path, { jwks: { keys: [{ ...publicJwk, d: 'AAAA' }] } })).toMatchObject(
      problem(422),
    );
    app.clock.advance(1);
    const uri = await admin.call('PATCH', path, { jwksUri: 'https://client.example.com/keys' });
    expect(uri.json).toMatchObject({ jwks: null, jwksUri: 'https://client.example.com/keys' });
    app.clock.advance(1);
    expect((await admin.call('PATCH', path, { jwksUri: null })).json).toMatchObject({ jwks: null, jwksUri: null });
    const [, told] = await events('service_account.updated');
    expect(told?.data).toEqual({
      changed: ['jwks', 'jwksUri'],
      before: { jwks: ['key-1'], jwksUri: null },
      after: { jwks: null, jwksUri: 'https://client.example.com/keys' },
    });
  });
});

describe('Nobody gives away more than they hold', () => {
  const platform = { name: 'x', scopes: ['platform:admin'] };

  it('to a new account, or to one that is there', async () => {
    expect(await post('/service-accounts', platform)).toMatchObject(problem(403));
    expect(await admin.call('PATCH', path, { scopes: ['platform:admin'] })).toMatchObject(problem(403));
    expect((await post('/service-accounts', { name: 'x', scopes: ['tenant:admin'] })).status).toBe(201);
  });

  it('by a token, a secret or an identity of an account that may do more', async () => {
    await app.rows(`update service_accounts set scopes = array['platform:admin'] where id = $1`, [space.clientId]);
    const identity = { issuer: 'https://login.example.com', subject: 'a', audience: 'b' };
    const answers = [
      await post(`${path}/tokens`),
      await post(`${path}/secrets`),
      await post(`${path}/federated-identities`, identity),
      await admin.call('PATCH', path, { allowedAddresses: ['0.0.0.0/0'] }),
      await admin.delete(path),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(await post(`${path}/tokens`)).toMatchObject({ json: { detail: expect.stringContaining('platform:admin') } });
  });

  it('and a token has no more than its service account', async () => {
    expect(await post(`${path}/tokens`, { scopes: ['tenant:admin'] })).toMatchObject(problem(422));
  });

  it('and somebody who may read the tenant only reads', async () => {
    const reader = await adminOf(space.idp.tenant, ['tenant:read']);
    expect((await reader.get(path)).status).toBe(200);
    expect((await reader.get(`${path}/tokens`)).status).toBe(200);
    expect((await reader.call('POST', `${path}/tokens`, {})).status).toBe(403);
    expect((await reader.delete(path)).status).toBe(403);
  });
});
