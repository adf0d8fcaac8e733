import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthFailures } from '../../../src/auth/auth-failures.js';
import { OAuthUpkeep } from '../../../src/auth/oauth/oauth-upkeep.js';
import { type Answer, startTestApp, type TestApp } from '../../support/app.js';
import { adminOf } from '../management/admin.js';
import { ask, basic, CLIENT_CREDENTIALS, isGood, type OAuthSpace, oauthSpace, secretOf } from './oauth-space.js';

const HOUR = 3_600_000;

let app: TestApp;
let space: OAuthSpace;
let secret: string;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  space = await oauthSpace(app);
  secret = String((await secretOf(space)).secret);
});

const asClient = (fields: Record<string, string> = {}, by = basic(space.clientId, secret)) =>
  ask(app, { ...CLIENT_CREDENTIALS, ...fields }, by);
const error = (status: number, code: string) => ({
  status,
  json: { error: code, error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/) },
});
const refusals = async () => {
  await app.http.get(AuthFailures).flush();
  return app.rows(
    `select subject_id, data ->> 'reason' as reason, data ->> 'address' as address from events
     where tenant_id = $1 and type = 'auth.client_failed' order by id`,
    [space.idp.tenant.id],
  );
};

describe('Who is no client', () => {
  it('hears the same, byte by byte, whether there is such a client or not', async () => {
    const nobody = '01a20352-4462-7086-a810-28ce40c40511';
    const answers = await Promise.all([
      asClient({}, basic(space.clientId, 'muster_cs_wrong')),
      asClient({}, basic(nobody, 'muster_cs_wrong')),
      asClient({}, basic('entra', secret)),
      asClient({}, basic(nobody, secret)),
      asClient({}, basic(space.clientId, '')),
    ]);
    expect(answers[0]).toMatchObject(error(401, 'invalid_client'));
    expect(answers[0]?.headers['www-authenticate']).toMatch(/^Basic realm="muster"/);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it.each(['Basic', 'Basic !', 'Basic eA==', 'Basic Onk=', 'Basic JTp5', 'Bearer x'])(
    'shows a header that cannot be read: %s',
    async (authorization) => {
      expect(await ask(app, CLIENT_CREDENTIALS, { authorization })).toMatchObject(error(401, 'invalid_client'));
    },
  );

  it('says nothing of itself', async () => {
    expect(await ask(app, { ...CLIENT_CREDENTIALS, client_id: space.clientId })).toMatchObject(
      error(401, 'invalid_client'),
    );
  });

  it('shows a token or the secret of another', async () => {
    const neighbour = await oauthSpace(app);
    const other = String((await secretOf(neighbour)).secret);
    for (const wrong of [space.admin.token, other, `${secret} `, secret.slice(0, -1)]) {
      expect(await asClient({}, basic(space.clientId, wrong))).toMatchObject(error(401, 'invalid_client'));
    }
  });

  it('is told of in the audit log of the client that it wanted to be, once a minute', async () => {
    for (let times = 0; times < 3; times++) await asClient({}, basic(space.clientId, 'muster_cs_wrong'));
    expect(await refusals()).toEqual([{ subject_id: space.clientId, reason: 'wrong_secret', address: '127.0.0.1' }]);
  });
});

describe('A client secret', () => {
  const revoke = (id: unknown) => space.admin.delete(`/service-accounts/${space.clientId}/secrets/${id}`);

  it('is one of several that are good at the same time', async () => {
    const second = String((await secretOf(space, { name: 'second' })).secret);
    const both = await Promise.all([secret, second].map((each) => asClient({}, basic(space.clientId, each))));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('stays good behind 60 newer ones that have ended', async () => {
    for (let times = 0; times < 60; times++) {
      app.clock.advance(1000);
      expect((await revoke((await secretOf(space)).id)).status).toBe(200);
    }
    expect((await asClient({}, basic(space.clientId, secret))).status).toBe(200);
    // The newest ended ones are still told why they are refused.
    const last = await secretOf(space);
    await revoke(last.id);
    expect((await asClient({}, basic(space.clientId, String(last.secret)))).json.error_description).toContain(
      'revoked',
    );
  });

  it('is one of ten at most that are good, and an eleventh is refused with what to do', async () => {
    for (let times = 0; times < 9; times++) await secretOf(space);
    const answer = await space.admin.call('POST', `/service-accounts/${space.clientId}/secrets`, {});
    expect(answer).toMatchObject({ status: 409, text: expect.stringMatching(/at most 10 secrets .* revoke one/) });
    expect((await app.call('GET', '/metrics')).text).toMatch(/muster_limit_reached_total\{limit="clientSecrets"\} 1\n/);
  });

  it('ends by itself, and says so to who has it', async () => {
    const short = await secretOf(space, { expiresInDays: 1 });
    app.clock.advance(24 * HOUR - 1);
    expect((await asClient({}, basic(space.clientId, String(short.secret)))).status).toBe(200);
    app.clock.advance(1);
    const answer = await asClient({}, basic(space.clientId, String(short.secret)));
    expect(answer).toMatchObject(error(401, 'invalid_client'));
    expect(answer.json.error_description).toContain('has expired');
    expect(await refusals()).toMatchObject([{ reason: 'secret_expired' }]);
  });

  it('that is revoked ends the tokens that were got with it, and no others', async () => {
    const second = await secretOf(space);
    const [one, other] = await Promise.all([asClient(), asClient({}, basic(space.clientId, String(second.secret)))]);
    const answer = await revoke(second.id);
    expect(answer).toMatchObject({ status: 200, json: { revokedAt: app.clock.now().toISOString() } });
    app.clock.advance(1000);
    expect([await isGood(app, one.json.access_token), await isGood(app, other.json.access_token)]).toEqual([
      true,
      false,
    ]);
    const again = await asClient({}, basic(space.clientId, String(second.secret)));
    expect(again).toMatchObject(error(401, 'invalid_client'));
    expect(await refusals()).toMatchObject([{ reason: 'secret_revoked' }]);
  });

  it('is remembered to have been used', async () => {
    await asClient();
    const { json } = await space.admin.get(`/service-accounts/${space.clientId}/secrets`);
    expect(json.items).toMatchObject([{ lastUsedAt: app.clock.now().toISOString(), revokedAt: null }]);
  });
});

describe('A client that may have no token', () => {
  const change = (sql: string, id: unknown) => app.rows(sql, [id]);

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'is of a suspended tenant',
      () => change(`update tenants set status = 'suspended' where id = $1`, space.idp.tenant.id),
      'tenant_suspended',
    ],
    [
      'is of a disabled connection',
      () => change(`update connections set status = 'disabled' where id = $1`, space.idp.issued.connection.id),
      'connection_disabled',
    ],
  ])('%s', async (_what, end, reason) => {
    await end();
    expect(await asClient()).toMatchObject(error(400, 'unauthorized_client'));
    expect(await refusals()).toMatchObject([{ reason }]);
  });

  it('is removed, and its tokens end with it', async () => {
    const { json } = await asClient();
    expect((await space.admin.delete(`/service-accounts/${space.clientId}`)).status).toBe(204);
    app.clock.advance(1000);
    expect(await isGood(app, json.access_token)).toBe(false);
    expect(await asClient()).toMatchObject(error(401, 'invalid_client'));
  });

  it('asks from a network that is not allowed, and hears from which address', async () => {
    await space.admin.call('PATCH', `/service-accounts/${space.clientId}`, { allowedAddresses: ['203.0.113.0/24'] });
    const answer = await asClient();
    expect(answer).toMatchObject(error(400, 'unauthorized_client'));
    expect(answer.json.error_description).toContain('127.0.0.1');
    expect(await refusals()).toMatchObject([{ reason: 'address_not_allowed' }]);
  });
});

describe('With the rate limit on', () => {
  let limited: TestApp;
  beforeAll(async () => {
    limited = await startTestApp({ env: { MUSTER_RATE_LIMIT: 'on' } });
  });
  afterAll(() => limited.close());

  async function statuses(count: number, send: () => Promise<Answer>): Promise<number[]> {
    const found: number[] = [];
    for (let sent = 0; sent < count; sent++) found.push((await send()).status);
    return found;
  }

  it('who guesses is slowed down, and the right secret is good all the same', async () => {
    const here = await oauthSpace(limited);
    const right = basic(here.clientId, String((await secretOf(here)).secret));
    const guess = () => ask(limited, CLIENT_CREDENTIALS, basic(here.clientId, 'muster_cs_wrong'));
    expect((await statuses(101, guess)).indexOf(429)).toBe(100);
    const slowed = await guess();
    expect(slowed).toMatchObject(error(429, 'temporarily_unavailable'));
    expect(slowed.headers['retry-after']).toBe('1');
    expect((await ask(limited, CLIENT_CREDENTIALS, right)).status).toBe(200);
  });

  it('who takes too many tokens waits', async () => {
    const here = await oauthSpace(limited);
    const by = basic(here.clientId, String((await secretOf(here)).secret));
    expect((await statuses(101, () => ask(limited, CLIENT_CREDENTIALS, by))).indexOf(429)).toBe(100);
  });
});

describe('What is over', () => {
  it('is forgotten in time, and not before', async () => {
    const { json } = await asClient();
    const left = () =>
      app.rows(`select id from access_tokens where kind = 'oauth' and tenant_id = $1`, [space.idp.tenant.id]);
    app.clock.advance(7 * 24 * HOUR);
    await app.http.get(OAuthUpkeep).round();
    expect(await left()).toHaveLength(1);
    expect(
      (await app.call('GET', '/scim/v2/Users', undefined, { token: String(json.access_token) })).json.detail,
    ).toMatch(/has expired/);
    app.clock.advance(HOUR + 1);
    await app.http.get(OAuthUpkeep).round();
    expect(await left()).toHaveLength(0);
  });

  it('does not end the tokens that admins made', async () => {
    const admin = await adminOf(space.idp.tenant);
    app.clock.advance(30 * 24 * HOUR);
    await app.http.get(OAuthUpkeep).round();
    expect((await admin.get('/service-accounts')).status).toBe(200);
  });
});
