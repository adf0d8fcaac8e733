import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import type { TestPostgres } from '../../support/test-postgres.js';
import { DatabaseLink } from './database-link.js';
import { eventTypes, person, refusal } from './people.js';

const lines: string[] = [];
let link: DatabaseLink;
let app: TestApp;
let client: ScimClient;
let path: string;

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
  path = `/Users/${(await client.create(person('kim'))).id}`;
});

const changes: [string, () => Promise<Answer>][] = [
  ['POST', () => client.post('/Users', person('lee'))],
  ['PUT', () => client.put(path, person('kim', { title: 'Pilot' }))],
  ['PATCH', () => client.patch(path, [{ op: 'replace', path: 'title', value: 'Pilot' }])],
  ['DELETE', () => client.delete(path)],
];
const requests: [string, () => Promise<Answer>][] = [
  ['GET', () => client.get(path)],
  ['a list', () => client.get('/Users')],
  ['a filter', () => client.find('userName sw "k"')],
  ...changes,
];

/** Everything the tenant has, to be compared. */
async function everything(): Promise<unknown> {
  return Promise.all(
    ['members', 'member_keys', 'events', 'outbox', 'adoption_reviews'].map((table) =>
      app.rows(`select t::text as row from ${table} t where tenant_id = $1 order by 1`, [client.tenant.id]),
    ),
  );
}

describe('While the database cannot be reached', () => {
  it.each(requests)('%s is 503 in the words of SCIM, with Retry-After, and leaves no trace', async (_what, send) => {
    await client.get('/Users?count=0');
    const before = await everything();
    await link.cut();
    const answer = await send();
    await link.mend();
    expect(answer).toMatchObject({ ...refusal(503), headers: { 'retry-after': '5' } });
    expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres|select|pg/i);
    expect(await everything()).toEqual(before);
  });

  it('nobody is told that a token is wrong when nobody can know', async () => {
    const other = await client.tenant.connect('okta');
    await link.cut();
    const answer = await other.get('/Users');
    await link.mend();
    expect(answer).toMatchObject(refusal(503));
  });

  it('discovery answers, and the server says it is not ready', async () => {
    await link.cut();
    const [config, ready] = [await app.call('GET', '/scim/v2/ServiceProviderConfig'), await app.call('GET', '/readyz')];
    await link.mend();
    expect([config.status, ready.status]).toEqual([200, 503]);
    expect((await app.call('GET', '/readyz')).status).toBe(200);
  });

  it('is over without a restart when the database is back', async () => {
    await link.cut();
    await client.get(path);
    await link.mend();
    for (const [, send] of requests) expect((await send()).status).toBeLessThan(300);
    expect(await eventTypes(client.tenant)).toEqual([
      'member.provisioned',
      'member.provisioned',
      'member.updated',
      'member.removed',
    ]);
  });
});

describe('When the database goes in the middle of a change', () => {
  /** Holds the row, so that the request waits inside the database, and ends the request's sessions there. */
  async function interrupted(send: () => Promise<Answer>): Promise<Answer> {
    const holder = new pg.Client({ connectionString: app.database.superuserUrl });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select from members where tenant_id = $1 for update', [client.tenant.id]);
      // A name that is about to be taken makes a POST wait as well.
      await holder.query(
        `insert into members (tenant_id, id, scim_id, user_name, user_name_key, active, resource, version, created_at, updated_at)
         values ($1, gen_random_uuid(), gen_random_uuid(), 'lee', 'lee@example.com', true, '{}', 1, now(), now())`,
        [client.tenant.id],
      );
      const answer = send();
      const waiting = `from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      while ((await holder.query(`select ${waiting}`)).rowCount === 0);
      await holder.query(`select pg_terminate_backend(pid) ${waiting}`);
      return await answer;
    } finally {
      await holder.query('rollback');
      await holder.end();
    }
  }

  it.each(changes)('%s is 503 and half of nothing is done', async (_what, send) => {
    const before = await everything();
    const answer = await interrupted(send);
    expect(answer).toMatchObject(refusal(503));
    expect(await everything()).toEqual(before);
    expect((await send()).status).toBeLessThan(300);
  });
});

it('Log lines of an outage hold no connection string and no password', () => {
  const { password } = new URL(app.database.appUrl);
  expect(password).not.toBe('');
  expect(lines.join('')).not.toContain(password);
});
