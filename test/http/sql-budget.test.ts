import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../support/app.js';
import { WireTap } from './wire-tap.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

const tap = new WireTap();
let app: TestApp;
let idp: ScimClient;

beforeAll(async () => {
  await tap.listen();
  // The provisioning log is written beside the requests, whenever it is time.
  app = await startTestApp({ way: tap.way, env: { MUSTER_PROVISIONING_LOG: 'off' } });
  idp = await app.connection();
  // The first request looks the token up; the next ones know it.
  await idp.get('/Users');
  for (let number = 1; number <= 20; number++) await idp.create(person(`member-${number}`));
});

afterAll(async () => {
  await app.close();
  await tap.close();
});

interface Budget {
  readonly request: string;
  readonly statements: number;
  readonly status: number;
  /** @param id of a user made for this request */
  ask(id: string): Promise<Answer>;
}

const BUDGETS: readonly Budget[] = [
  { request: 'POST', statements: 1, status: 201, ask: () => idp.post('/Users', person('grace')) },
  // The insert is refused; a second statement asks by whom.
  {
    request: 'POST of a userName that is taken',
    statements: 2,
    status: 409,
    ask: () => idp.post('/Users', person('ada')),
  },
  { request: 'GET of one', statements: 1, status: 200, ask: (id) => idp.get(`/Users/${id}`) },
  {
    request: 'a look-up by userName',
    statements: 1,
    status: 200,
    ask: () => idp.find('userName eq "ada@example.com"'),
  },
  { request: 'a page of the list', statements: 1, status: 200, ask: () => idp.get('/Users?count=10') },
  { request: 'a later page', statements: 1, status: 200, ask: () => idp.get('/Users?startIndex=11&count=10') },
  // Written here a moment ago, so nobody has to be read first.
  {
    request: 'PATCH',
    statements: 1,
    status: 200,
    ask: (id) => idp.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: 'Ada Lovelace' }]),
  },
  {
    request: 'PATCH that changes nothing',
    statements: 1,
    status: 200,
    ask: (id) => idp.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: 'ada' }]),
  },
  {
    request: 'PUT',
    statements: 1,
    status: 200,
    ask: (id) => idp.put(`/Users/${id}`, { ...person('ada'), displayName: 'Countess of Lovelace' }),
  },
  { request: 'GET of nobody', statements: 0, status: 404, ask: () => idp.get('/Users/nobody') },
];

describe('A request about Users', () => {
  it.each(BUDGETS)('takes $statements SQL statement(s): $request', async ({ statements, status, ask }) => {
    const { id } = await idp.create(person('ada'));
    tap.take();
    const answer = await ask(id);
    expect({ statements: tap.take(), status: answer.status }).toEqual({ statements, status });
    await idp.delete(`/Users/${id}`);
  });

  it('takes 2 SQL statements to change somebody whom this instance has not written: one reads, one writes', async () => {
    const created = await idp.create(person('ada'));
    const other = await startTestApp({ beside: app, way: tap.way, env: { MUSTER_PROVISIONING_LOG: 'off' } });
    const client = other.clientOf(idp);
    await client.get('/Users?count=0');
    tap.take();
    const patched = await client.patch(`/Users/${created.id}`, [{ op: 'replace', path: 'title', value: 'Countess' }]);
    expect({ statements: tap.take(), status: patched.status }).toEqual({ statements: 2, status: 200 });
    // What this one remembers is no longer true: the write finds nobody, then it is done again from what is read.
    const stale = await idp.patch(`/Users/${created.id}`, [{ op: 'replace', path: 'title', value: 'Lady' }]);
    expect({ statements: tap.take(), status: stale.status }).toEqual({ statements: 3, status: 200 });
    await other.close();
    await idp.delete(`/Users/${created.id}`);
  });

  it('takes 6 at most to DELETE, begin and commit among them', async () => {
    const { id } = await idp.create(person('ada'));
    tap.take();
    expect((await idp.delete(`/Users/${id}`)).status).toBe(204);
    expect(tap.take()).toBeLessThanOrEqual(6);
  });

  it('is counted rightly: three statements, prepared or not, are three', async () => {
    const client = new pg.Client({ connectionString: tap.way(app.database.appUrl) });
    await client.connect();
    tap.take();
    await client.query('select 1');
    await client.query('select $1::int', [2]);
    await client.query({ name: 'three', text: 'select $1::int', values: ['3'.repeat(9)] });
    await client.end();
    expect(tap.take()).toBe(3);
  });
});

function person(name: string): object {
  return {
    schemas: [USER],
    userName: `${name}@example.com`,
    displayName: name,
    emails: [{ value: `${name}@example.com` }],
  };
}
