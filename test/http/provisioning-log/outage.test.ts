import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LIMITS } from '../../../src/config/limits.js';
import { LogWriter } from '../../../src/provisioning-log/log-writer.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import type { TestPostgres } from '../../support/test-postgres.js';
import { type Admin, adminOf } from '../management/admin.js';
import { DatabaseLink } from '../users/database-link.js';
import { person } from '../users/people.js';
import { flush, logOf } from './log-reader.js';

const lines: string[] = [];
let link: DatabaseLink;
let app: TestApp;
let client: ScimClient;
let admin: Admin;
beforeAll(async () => {
  const postgres = JSON.parse(process.env.MUSTER_TEST_POSTGRES ?? '') as TestPostgres;
  link = await DatabaseLink.open(postgres.appUrl);
  app = await startTestApp({ way: (url) => link.urlOf(url), lines });
});
afterAll(async () => {
  await app.close();
  await link.cut();
});
beforeEach(async () => {
  client = await app.connection();
  admin = await adminOf(client.tenant);
});

/** Puts requests into the queue as if they had been answered. */
function answer(count: number, from = 0): void {
  const writer = app.http.get(LogWriter);
  for (let number = from; number < from + count; number++) {
    const at = app.clock.now().getTime() + number;
    writer.add({
      id: `${at
        .toString(16)
        .padStart(12, '0')
        .replace(/^(.{8})/, '$1-')}-7000-8000-${String(number).padStart(12, '0')}`,
      tenantId: client.tenant.id,
      connectionId: client.issued.connection.id,
      at,
      action: 'read-user',
      targetType: 'User',
      targetId: String(number),
      targetName: null,
      targetKey: String(number),
      status: 200,
      scimType: null,
      detail: null,
      cause: null,
      tolerances: [],
      durationMs: 1,
      requestId: null,
      body: null,
      clientAddress: null,
      notRecorded: null,
      repeats: null,
    });
  }
}

const metric = async (name: string) => {
  const { text } = await app.call('GET', '/metrics');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
};

describe('While the database is away', () => {
  it('requests are kept, refused ones too, and written when it is back', async () => {
    await client.create(person('kim'));
    await link.cut();
    try {
      expect((await client.get('/Users')).status).toBe(503);
      await flush(app);
      await flush(app);
    } finally {
      await link.mend();
    }
    expect((await logOf(admin, client)).map(({ status, reason }) => [status, reason])).toEqual([
      [503, 'unavailable'],
      [201, null],
    ]);
    expect(lines.filter((line) => line.includes('waits for the database'))).toHaveLength(1);
  });

  it('no more are kept than there is room for: the newest, and the log says how many are missing', async () => {
    const before = await metric('muster_provisioning_log_dropped_total');
    await link.cut();
    try {
      await flush(app);
      answer(LIMITS.provisioningLogQueued.value + 250);
      await flush(app);
    } finally {
      await link.mend();
    }
    await flush(app);
    const [counted] = await app.rows(
      `select count(*)::int as kept, min(target_id::int) as oldest from provisioning_requests
       where connection_id = $1 and status is not null`,
      [client.issued.connection.id],
    );
    expect(counted).toEqual({ kept: LIMITS.provisioningLogQueued.value, oldest: 250 });
    const since = app.clock.now();
    const until = new Date(since.getTime() + 249);
    expect(await logOf(admin, client, '?action=not-recorded')).toMatchObject([
      {
        at: until.toISOString(),
        summary: `250 requests were not recorded between ${since.toISOString()} and ${until.toISOString()}`,
        status: null,
        notRecorded: { requests: 250, since: since.toISOString() },
      },
    ]);
    expect((await metric('muster_provisioning_log_dropped_total')) - before).toBe(250);
  });

  it('nothing is told missing when everything had room, as a control', async () => {
    await link.cut();
    try {
      answer(LIMITS.provisioningLogQueued.value);
      await flush(app);
    } finally {
      await link.mend();
    }
    expect(await logOf(admin, client, '?action=not-recorded')).toEqual([]);
    const [counted] = await app.rows(
      'select count(*)::int as kept from provisioning_requests where connection_id = $1',
      [client.issued.connection.id],
    );
    expect(counted).toEqual({ kept: LIMITS.provisioningLogQueued.value });
  });
});

describe('What the database takes not', () => {
  it('is given up and told missing, so that nothing waits behind it for ever', async () => {
    await app.rows(
      'alter table provisioning_requests_default add constraint refusal check (target_id <> $$7$$) not valid',
    );
    try {
      answer(10);
      await flush(app);
    } finally {
      await app.rows('alter table provisioning_requests_default drop constraint refusal');
    }
    answer(1, 100);
    const entries = await logOf(admin, client);
    expect(entries.map(({ action, notRecorded }) => [action, notRecorded])).toMatchObject([
      ['read-user', null],
      ['not-recorded', { requests: 10 }],
    ]);
  });
});

describe('Stopping', () => {
  it('writes what was answered', async () => {
    const stopped = await startTestApp();
    const idp = await stopped.connection();
    for (let number = 0; number < 20; number++) await idp.get('/Users');
    await stopped.http.close();
    expect(await stopped.rows('select count(*)::int as requests from provisioning_requests')).toEqual([
      { requests: 20 },
    ]);
    await stopped.close();
  });
});

describe('The setting', () => {
  it('turns recording off', async () => {
    const quiet = await startTestApp({ env: { MUSTER_PROVISIONING_LOG: 'off' } });
    const idp = await quiet.connection();
    await idp.get('/Users');
    await flush(quiet);
    expect(await quiet.rows('select from provisioning_requests')).toEqual([]);
    await quiet.close();
  });

  it('keeps addresses where they are wanted', async () => {
    const curious = await startTestApp({ env: { MUSTER_PROVISIONING_LOG_ADDRESSES: 'on' } });
    const idp = await curious.connection();
    await idp.get('/Users');
    expect(await logOf(await adminOf(idp.tenant), idp)).toMatchObject([{ clientAddress: '127.0.0.1' }]);
    await curious.close();
  });
});
