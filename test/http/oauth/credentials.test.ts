import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import type { JsonObject } from '../../../src/scim/index.js';
import { type Method, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, itemsIn, problem } from '../management/admin.js';
import { isGood, made, type OAuthSpace, oauthSpace } from './oauth-space.js';

const DAY = 86_400_000;

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
const token = async (wish: object = {}) => made(await post(`${path}/tokens`, wish)).json;

describe('A token', () => {
  it('is shown once, listed without its secret, and good for its connection', async () => {
    const json = await token({ name: 'autumn', expiresInDays: 30 });
    const { token: secret, ...shown } = json;
    expect(shown).toEqual({
      id: expect.any(String),
      name: 'autumn',
      kind: 'issued',
      prefix: String(secret).slice(0, 12),
      scopes: null,
      createdAt: app.clock.now().toISOString(),
      expiresAt: new Date(app.clock.now().getTime() + 30 * DAY).toISOString(),
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(itemsIn(await admin.get(`${path}/tokens`))).toEqual([shown]);
    expect(await isGood(app, secret)).toBe(true);
    const [told] = (await events('token.created')).filter(({ subject_id }) => subject_id === json.id);
    expect(told).toMatchObject({ data: { after: { name: 'autumn', prefix: shown.prefix } } });
    expect(JSON.stringify(told)).not.toContain(String(secret).slice(0, 20));
  });

  it('may be for less than its account, and loses what its account loses', async () => {
    const { token: narrow } = await token({ scopes: ['members:read', 'teams:write'] });
    const teams = () => app.call('GET', '/scim/v2/Groups', undefined, { token: String(narrow) });
    const write = () => app.call('POST', '/scim/v2/Users', {}, { token: String(narrow) });
    expect([(await teams()).status, (await write()).status]).toEqual([200, 403]);
    await admin.call('PATCH', path, { scopes: ['members:write'] });
    app.clock.advance(1000);
    expect([(await teams()).status, await isGood(app, narrow)]).toEqual([403, true]);
  });

  it.each([{ expiresInDays: 0 }, { expiresInDays: 367 }, { expiresInDays: null }, { scopes: [] }, { name: 7 }])(
    'is refused as %j',
    async (wish) => {
      expect(await post(`${path}/tokens`, wish)).toMatchObject(problem(422));
    },
  );

  it('is revoked once, and refused within a second', async () => {
    const { id, token: secret } = await token();
    const first = await admin.delete(`${path}/tokens/${id}`);
    app.clock.advance(1000);
    const again = await admin.delete(`${path}/tokens/${id}`);
    expect(again.json.revokedAt).toBe(first.json.revokedAt);
    expect(await isGood(app, secret)).toBe(false);
    expect((await events('token.revoked')).filter(({ subject_id }) => subject_id === id)).toHaveLength(1);
  });

  it('is rotated at once: the old one ends and the new one has its name, scopes and time', async () => {
    const old = await token({ name: 'autumn', scopes: ['members:read'], expiresInDays: 30 });
    app.clock.advance(DAY);
    const { json } = made(await post(`${path}/tokens/${old.id}/rotate`, { overlapHours: 0 }));
    expect(json).toMatchObject({
      name: 'autumn',
      scopes: ['members:read'],
      expiresAt: new Date(app.clock.now().getTime() + 30 * DAY).toISOString(),
      previous: { id: old.id, expiresAt: app.clock.now().toISOString() },
    });
    app.clock.advance(1000);
    expect([await isGood(app, old.token), await isGood(app, json.token)]).toEqual([false, true]);
  });

  it('is rotated with an overlap: both are good, then the new one alone', async () => {
    const old = await token();
    const { json } = made(await post(`${path}/tokens/${old.id}/rotate`, { overlapHours: 2 }));
    const both = () => Promise.all([old.token, json.token].map((each) => isGood(app, each)));
    app.clock.advance(2 * 3_600_000 - 1);
    expect(await both()).toEqual([true, true]);
    app.clock.advance(1);
    expect(await both()).toEqual([false, true]);
    const [told] = (await events('token.rotated')).filter(({ subject_id }) => subject_id === old.id);
    expect(told?.data).toEqual({
      after: { newTokenId: json.id, oldExpiresAt: (json.previous as JsonObject).expiresAt },
    });
  });

  it('never lives longer for being rotated', async () => {
    const old = await token({ expiresInDays: 1 });
    const { json } = made(await post(`${path}/tokens/${old.id}/rotate`, { overlapHours: 168 }));
    expect((json.previous as JsonObject).expiresAt).toBe(old.expiresAt);
  });

  it('that has ended is not rotated', async () => {
    const { id } = await token();
    await admin.delete(`${path}/tokens/${id}`);
    expect(await post(`${path}/tokens/${id}/rotate`)).toMatchObject(problem(409));
  });

  it('of one service account is none of another', async () => {
    const { id } = await token();
    const other = made(await post('/service-accounts', { name: 'x', scopes: ['members:read'] })).json;
    for (const send of [
      () => admin.delete(`/service-accounts/${other.id}/tokens/${id}`),
      () => post(`/service-accounts/${other.id}/tokens/${id}/rotate`),
    ]) {
      expect(await send()).toMatchObject(problem(404));
    }
  });

  it("of another tenant is as unknown as one that nobody has, like the tenant's secrets and identities", async () => {
    const stranger = await oauthSpace(app);
    const theirs = `/service-accounts/${stranger.clientId}`;
    const { id } = made(await stranger.admin.call('POST', `${theirs}/tokens`, {})).json;
    const secret = made(await stranger.admin.call('POST', `${theirs}/secrets`, {})).json;
    const identity = { issuer: 'https://login.example.com', subject: 'a', audience: 'b' };
    const trusted = made(await stranger.admin.call('POST', `${theirs}/federated-identities`, identity)).json;
    const paths: readonly [Method, string, object?][] = [
      ['DELETE', `tokens/${id}`],
      ['POST', `tokens/${id}/rotate`, {}],
      ['DELETE', `secrets/${secret.id}`],
      ['POST', `secrets/${secret.id}/rotate`, {}],
      ['DELETE', `federated-identities/${trusted.id}`],
    ];
    for (const [method, below, body] of paths) {
      const absent = below.replace(/[0-9a-f-]{36}/, uuid());
      const answers = [
        await admin.call(method, `${theirs}/${below}`, body),
        await admin.call(method, `/service-accounts/${uuid()}/${below}`, body),
        await admin.call(method, `${path}/${below}`, body),
        await admin.call(method, `${path}/${absent}`, body),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect([answers[0]?.text, answers[2]?.text]).toEqual([answers[1]?.text, answers[3]?.text]);
    }
    expect((await stranger.admin.get(`${theirs}/tokens`)).json.items).toMatchObject([{ revokedAt: null }]);
  });

  it('is one of a hundred at most', async () => {
    for (let made = 0; made < 100; made++) await token();
    expect(await post(`${path}/tokens`)).toMatchObject(problem(409));
  });
});

describe('A client secret', () => {
  it('is shown once, listed without it, rotated and revoked, each with its event', async () => {
    const { secret, clientId, ...shown } = made(await post(`${path}/secrets`, { name: 'spring' })).json;
    expect({ secret, clientId }).toEqual({
      secret: expect.stringMatching(/^muster_cs_[0-9A-Za-z]{49}$/),
      clientId: space.clientId,
    });
    expect(itemsIn(await admin.get(`${path}/secrets`))).toEqual([shown]);
    const rotated = made(await post(`${path}/secrets/${shown.id}/rotate`, { overlapHours: 1, expiresInDays: 7 })).json;
    expect(rotated).toMatchObject({ name: 'spring', previous: { id: shown.id } });
    await admin.delete(`${path}/secrets/${rotated.id}`);
    expect((await events('service_account.secret%')).map(({ type }) => type).sort()).toEqual([
      'service_account.secret_created',
      'service_account.secret_created',
      'service_account.secret_revoked',
      'service_account.secret_rotated',
    ]);
  });

  it('is one of ten at most', async () => {
    for (let count = 0; count < 10; count++) made(await post(`${path}/secrets`));
    expect(await post(`${path}/secrets`)).toMatchObject(problem(409));
  });
});

describe('A federated identity', () => {
  const identity = { issuer: 'https://login.example.com/acme', subject: 'a', audience: 'b' };

  it('is added once, listed and removed, each with its event', async () => {
    const { json } = made(await post(`${path}/federated-identities`, identity));
    expect(await post(`${path}/federated-identities`, identity)).toMatchObject(problem(409));
    expect(itemsIn(await admin.get(`${path}/federated-identities`))).toEqual([json]);
    app.clock.advance(1);
    expect((await admin.delete(`${path}/federated-identities/${json.id}`)).status).toBe(204);
    expect(await admin.delete(`${path}/federated-identities/${json.id}`)).toMatchObject(problem(404));
    expect((await events('service_account.identity%')).map(({ data }) => data)).toEqual([
      { changed: ['identityId', 'issuer', 'subject', 'audience'], after: { identityId: json.id, ...identity } },
      { before: { identityId: json.id, ...identity } },
    ]);
  });

  it.each<[string, object]>([
    ['no issuer', { subject: 'a', audience: 'b' }],
    ['an issuer that cannot be asked for keys', { ...identity, issuer: 'kubernetes' }],
    ['an issuer over http', { ...identity, issuer: 'http://login.example.com' }],
    ['an issuer next door', { ...identity, issuer: 'https://10.0.0.1' }],
    ['keys next door', { ...identity, jwksUri: 'https://[::1]/keys' }],
    ['an empty subject', { ...identity, subject: '' }],
    ['anybody', { ...identity, subject: null }],
  ])('is refused with %s', async (_what, wish) => {
    expect(await post(`${path}/federated-identities`, wish)).toMatchObject(problem(422));
  });

  it('is not the client itself', async () => {
    expect(await post(`${path}/federated-identities`, { ...identity, issuer: space.clientId })).toMatchObject(
      problem(422),
    );
  });
});
