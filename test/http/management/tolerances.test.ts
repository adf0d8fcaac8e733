import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ToleranceCounter } from '../../../src/http/tolerance-counter.js';
import { ToleranceFlush } from '../../../src/tenants/tolerance-flush.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import type { TestPostgres } from '../../support/test-postgres.js';
import { DatabaseLink } from '../users/database-link.js';
import { person } from '../users/people.js';
import { type Admin, adminOf, itemsIn, problem } from './admin.js';

let link: DatabaseLink;
let app: TestApp;
let client: ScimClient;
let admin: Admin;
beforeAll(async () => {
  const postgres = JSON.parse(process.env.MUSTER_TEST_POSTGRES ?? '') as TestPostgres;
  link = await DatabaseLink.open(postgres.appUrl);
  app = await startTestApp({ way: (url) => link.urlOf(url) });
});
afterAll(async () => {
  await app.close();
  await link.cut();
});
beforeEach(async () => {
  client = await app.connection('entra');
  admin = await adminOf(client.tenant);
});

const flush = () => app.http.get(ToleranceFlush).flush();
const path = ({ issued }: ScimClient) => `/connections/${issued.connection.id}/tolerances`;
const stored = () => app.rows('select * from connection_tolerances where tenant_id = $1', [client.tenant.id]);
let names = 0;
const sendString = (who = client) => who.post('/Users', person(`person-${names++}`, { active: 'True' }));

describe('What a connection was forgiven', () => {
  it('is told with how often, when last and what it means, the most used first', async () => {
    await sendString();
    app.clock.advance(60_000);
    await client.post('/Users', person('kim', { active: 'False', shoeSize: 44 }));
    await flush();
    const answer = await admin.get(path(client));
    expect(answer.status).toBe(200);
    const lastUsedAt = app.clock.now().toISOString();
    expect(itemsIn(answer)).toEqual([
      {
        tolerance: 'boolean-as-string',
        uses: 2,
        lastUsedAt,
        meaning: 'A string such as "True" was read as a boolean.',
      },
      { tolerance: 'unknown-attribute', uses: 1, lastUsedAt, meaning: 'An attribute that no schema has was ignored.' },
    ]);
  });

  it('adds up over rounds, and a later round never sets the time back', async () => {
    for (const minutes of [5, -3]) {
      app.clock.advance(minutes * 60_000);
      await sendString();
      await flush();
    }
    const [item] = itemsIn(await admin.get(path(client)));
    expect(item).toMatchObject({ uses: 2, lastUsedAt: new Date(app.clock.now().getTime() + 180_000).toISOString() });
  });

  it('is kept apart by connection and by tenant', async () => {
    const sibling = await client.tenant.connect('okta');
    const stranger = await app.connection('entra');
    await sendString();
    await sendString(stranger);
    await flush();
    expect(itemsIn(await admin.get(path(client)))).toMatchObject([{ uses: 1 }]);
    expect(itemsIn(await admin.get(path(sibling)))).toEqual([]);
    const foreign = await admin.get(path(stranger));
    expect(foreign).toMatchObject(problem(404));
    expect(foreign.text).toBe((await admin.get('/connections/x/tolerances')).text);
  });

  it('costs its request no write, and a round one statement for each tenant', async () => {
    await Promise.all(Array.from({ length: 20 }, () => sendString()));
    expect(await stored()).toEqual([]);
    await flush();
    expect(await stored()).toMatchObject([{ uses: '20' }]);
    await flush();
    expect(await stored()).toMatchObject([{ uses: '20' }]);
  });

  it('is nothing for a connection that keeps to the standard', async () => {
    await client.post('/Users', person('kim'));
    await flush();
    expect((await admin.get(path(client))).json).toEqual({ items: [] });
  });

  it('is counted for Prometheus by IdP, and names no tenant there', async () => {
    await sendString();
    const { text } = await app.call('GET', '/metrics');
    expect(text).toMatch(/scim_tolerances_total\{idp="entra",tolerance="boolean-as-string"\} \d+/);
    expect(text).not.toContain(client.issued.connection.id);
  });
});

describe('While the database is away', () => {
  it('counts are kept, and written when it is back', async () => {
    await sendString();
    await link.cut();
    try {
      await flush();
      await flush();
    } finally {
      await link.mend();
    }
    expect(await stored()).toEqual([]);
    await sendString();
    await flush();
    expect(await stored()).toMatchObject([{ tolerance: 'boolean-as-string', uses: '2' }]);
  });

  it('a connection that has gone holds up no other', async () => {
    const { pending } = app.http.get(ToleranceCounter);
    const gone = '00000000-0000-7000-8000-000000000000';
    const use = { tenantId: client.tenant.id, tolerance: 'op-capitalised', uses: 1, lastUsedAt: 0 } as const;
    pending.add({ ...use, connectionId: gone });
    pending.add({ ...use, tenantId: gone, connectionId: gone });
    await sendString();
    await flush();
    expect(await stored()).toMatchObject([{ tolerance: 'boolean-as-string', uses: '1' }]);
    expect(pending.take().size).toBe(0);
  });
});

describe('Stopping', () => {
  it('loses no count', async () => {
    const stopped = await startTestApp();
    const idp = await stopped.connection('entra');
    await Promise.all([1, 2, 3].map((n) => idp.post('/Users', person(`p${n}`, { active: 'True' }))));
    await stopped.http.close();
    expect(await stopped.rows('select uses from connection_tolerances')).toEqual([{ uses: '3' }]);
    await stopped.close();
  });
});
