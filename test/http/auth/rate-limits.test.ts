import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthFailures } from '../../../src/auth/auth-failures.js';
import { LIMITS } from '../../../src/config/limits.js';
import { Relay } from '../../../src/events/relay.js';
import { LogWriter } from '../../../src/provisioning-log/log-writer.js';
import { URN } from '../../../src/scim/index.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { sealAll } from '../../support/relays.js';
import { type Admin, adminOf } from '../management/admin.js';
import { ask as askToken, basic, CLIENT_CREDENTIALS } from '../oauth/oauth-space.js';
import { eventsOf, Operator, PLATFORM } from '../tenants/platform.js';
import { person } from '../users/people.js';

let app: TestApp;
let client: ScimClient;
let admin: Admin;
beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_RATE_LIMIT: 'on', MUSTER_PLATFORM_TOKEN: PLATFORM } });
});
afterAll(() => app.close());
beforeEach(async () => {
  app.clock.advance(3_600_000);
  client = await app.connection();
  admin = await adminOf(client.tenant);
});

/** At once: a refusal is sent a moment later. The answers are in the order of the requests. */
const times = (count: number, ask: () => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, ask));
const passed = (answers: readonly Answer[]) => answers.filter(({ status }) => status !== 429).length;
const bulk = (operations: number) =>
  client.post('/Bulk', {
    schemas: [URN.bulkRequest],
    Operations: Array.from({ length: operations }, (_, index) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `u${index}`,
      data: person(`bulk-${index}`),
    })),
  });
const refusedRows = () =>
  app.rows(
    `select status, repeats from provisioning_requests where connection_id = $1 and status in (401, 429) order by id`,
    [client.issued.connection.id],
  );

describe('Every answer of a route with a rate limit', () => {
  it('tells the limits and what is left of the tightest', async () => {
    const { headers } = await client.get('/Users');
    expect(headers['ratelimit-policy']).toBe('"connection";q=100;w=2, "tenant";q=300;w=3');
    expect(headers.ratelimit).toBe('"connection";r=99;t=1');
    expect((await admin.get('/tenant')).headers['ratelimit-policy']).toMatch(/^"account";q=100;w=5, "tenant"/);
    expect((await app.call('GET', '/scim/v2/Schemas')).headers['ratelimit-policy']).toBe('"address";q=300;w=6');
  });

  it('refuses with the state of the limit that is used up, and a wait', async () => {
    const last = (await times(101, () => client.get('/Users?count=0'))).at(-1);
    expect(last).toMatchObject({ status: 429, headers: { 'retry-after': '1', ratelimit: '"connection";r=0;t=2' } });
  });

  it('is refused by weight outside SCIM too, as problem details', async () => {
    const answers = await times(15, () => admin.get('/audit'));
    expect(passed(answers)).toBe(10);
    expect(answers.at(-1)?.json).toMatchObject({ status: 429 });
  });

  it('is never refused to probes, and to strangers beyond their share', async () => {
    expect(passed(await times(300, () => app.call('GET', '/livez')))).toBe(300);
    const documents = () => app.call('GET', '/docs-json');
    expect(passed(await times(70, documents))).toBe(LIMITS.publicRequestBurst.value / 5);
    expect((await client.get('/Users?count=0')).status).toBe(200);
  });
});

describe('A bulk request', () => {
  it('weighs its operations and its bytes: one beyond the whole burst is carried out, and the next one waits', async () => {
    const first = await bulk(150);
    expect(first).toMatchObject({ status: 200, headers: { ratelimit: '"connection";r=0;t=4' } });
    expect(await bulk(2)).toMatchObject({ status: 429 });
    app.clock.advance(1500);
    expect(await bulk(2)).toMatchObject({ status: 200 });
  });
});

describe('A body', () => {
  const title = (bytes: number) => person(`large-${bytes}`, { title: 't'.repeat(bytes) });

  it('costs one unit for each 16 KiB, beside the one of its request', async () => {
    await client.post('/Users', title(10_000));
    expect((await client.get('/Users?count=0')).headers.ratelimit).toBe('"connection";r=98;t=1');
    await client.post('/Users', title(100_000));
    const units = Math.floor(100_000 / LIMITS.bodyBytesPerUnit.value);
    expect((await client.get('/Users?count=0')).headers.ratelimit).toMatch(`"connection";r=${96 - units};`);
  });

  it('costs nothing when it is refused for its size', async () => {
    expect((await client.post('/Users', title(LIMITS.userBodyBytes.value))).status).toBe(413);
    expect((await client.get('/Users?count=0')).headers.ratelimit).toBe('"connection";r=98;t=1');
  });

  it('lets large ones pass while a unit is left, and later requests wait', async () => {
    const answers: Answer[] = [];
    for (let sent = 0; sent < 10; sent++) answers.push(await client.post('/Users', title(200_000)));
    expect(passed(answers)).toBe(8);
  });
});

describe('A refusal of a rate limit', () => {
  const elapsed = async (work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };

  it('is sent later than an answer, so that a client cannot keep the server busy with refusals', async () => {
    await times(100, () => client.get('/Users?count=0'));
    expect(await elapsed(() => client.get('/Users?count=0'))).toBeGreaterThanOrEqual(
      LIMITS.refusalHoldMs.value / 2 - 5,
    );
  });
});

describe('A tenant', () => {
  const operator = () => new Operator(app);

  it('gets the limits that the operator sets, and cannot set them itself', async () => {
    const path = `/tenants/${client.tenant.id}`;
    expect(await operator().call('PATCH', path, { limits: { connectionRequestBurst: 30 } })).toMatchObject({
      status: 200,
      json: { limits: { connectionRequestBurst: 30 } },
    });
    app.clock.advance(1000);
    expect(passed(await times(40, () => client.get('/Users?count=0')))).toBe(30);
    expect(await admin.call('PATCH', '/tenant', { limits: { connectionRequestBurst: 1000 } })).toMatchObject({
      status: 422,
    });
    expect(await eventsOf(app, client.tenant.id, 'tenant.limits_changed')).toMatchObject([
      { data: { before: { connectionRequestBurst: null }, after: { connectionRequestBurst: 30 } } },
    ]);
  });

  it.each([
    [{ connectionRequestsPerSecond: 24 }],
    [{ requestsPerSecond: 1_000_001 }],
    [{ idpConnections: 1.5 }],
    [{ nonsense: 3 }],
  ])('gets no limits such as %j', async (limits) => {
    expect((await operator().call('PATCH', `/tenants/${client.tenant.id}`, { limits })).status).toBe(422);
  });
});

describe('The provisioning log', () => {
  it('has one row for the first refused request and one for all of the minute after it, counted in the figures', async () => {
    await times(150, () => client.get('/Users?count=0'));
    await app.http.get(LogWriter).flush();
    expect(await refusedRows()).toEqual([{ status: 429, repeats: null }]);
    app.clock.advance(60_000);
    await app.http.get(LogWriter).flush();
    expect(await refusedRows()).toEqual([
      { status: 429, repeats: null },
      { status: 429, repeats: 49 },
    ]);
    const [figures] = await app.rows(
      'select sum(errors)::int as errors from provisioning_figures where connection_id = $1',
      [client.issued.connection.id],
    );
    expect(figures).toEqual({ errors: 50 });
  });

  it('has a row for each request that was carried out and failed, as a control', async () => {
    await times(5, () => client.get('/Users/nobody'));
    await app.http.get(LogWriter).flush();
    const rows = await app.rows('select status from provisioning_requests where connection_id = $1 and status = 404', [
      client.issued.connection.id,
    ]);
    expect(rows).toHaveLength(5);
  });

  it('folds requests with a revoked token', async () => {
    await app.tenants.revokeToken(client.tenant.slug, client.issued.tokenId);
    app.clock.advance(1000);
    await times(20, () => client.get('/Users'));
    app.clock.advance(60_000);
    await app.http.get(LogWriter).flush();
    expect(await refusedRows()).toEqual([
      { status: 401, repeats: null },
      { status: 401, repeats: 19 },
    ]);
  });
});

describe('The removal of a suspended tenant', () => {
  it('is not held up by clients of it that are refused meanwhile', async () => {
    const operator = new Operator(app);
    const account = await admin.call('POST', '/service-accounts', { name: 'ci', scopes: ['members:read'] });
    const id = String(account.json.id);
    await admin.call('POST', `/service-accounts/${id}/secrets`, {});
    const path = `/tenants/${client.tenant.id}`;
    await operator.post(`${path}/suspend`);
    await sealAll(app.http.get(Relay));
    await operator.get(`${path}/audit/export`);
    await askToken(app, CLIENT_CREDENTIALS, basic(id, 'wrong'));
    await app.http.get(AuthFailures).flush();
    expect(await eventsOf(app, client.tenant.id, 'auth.client_failed')).toHaveLength(1);
    expect((await operator.post(`${path}/removal`, { slug: client.tenant.slug })).status).toBe(201);
  });

  it('is followed by no event of what is refused afterwards', async () => {
    await app.rows(`update tenants set status = 'removed', removed_at = now() where id = $1`, [client.tenant.id]);
    app.clock.advance(1000);
    await client.get('/Users');
    await app.http.get(AuthFailures).flush();
    expect(await eventsOf(app, client.tenant.id, 'auth.failed')).toEqual([]);
  });
});
