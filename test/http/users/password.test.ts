import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LogWriter } from '../../../src/provisioning-log/log-writer.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { person } from './people.js';

const SECRET = 'Tr0ub4dor-and-3';
const lines: string[] = [];
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ lines });
});
afterAll(() => app.close());

/** Every row of every table as text. */
async function wholeDatabase(): Promise<string> {
  const tables = await app.rows(`select tablename from pg_tables where schemaname = 'public'`);
  const dumps = await Promise.all(
    tables.map(({ tablename }) => app.rows(`select t::text as row from ${String(tablename)} t`)),
  );
  return JSON.stringify(dumps);
}

describe('A password (decision “Password”)', () => {
  it.each(['generic', 'okta', 'strict'] as const)('is taken from %s and is nowhere afterwards', async (idp) => {
    const client = await app.connection(idp);
    const answers = [await client.post('/Users', person(`kim-${idp}`, { password: SECRET }))];
    const path = `/Users/${String(answers[0]?.json.id)}`;
    answers.push(
      await client.put(path, person(`kim-${idp}`, { password: SECRET, title: 'Pilot' })),
      await client.patch(path, [{ op: 'replace', path: 'password', value: SECRET }]),
      await client.patch(path, [{ op: 'add', value: { password: SECRET, nickName: 'K' } }]),
      await client.get(`${path}?attributes=password,userName`),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200]);
    for (const { text, headers } of answers) expect(text + JSON.stringify(headers)).not.toContain(SECRET);
    await app.http.get(LogWriter).flush();
    expect(await wholeDatabase()).not.toContain(SECRET);
    expect(lines.join('')).not.toContain(SECRET);
  });

  it('is the name of nobody, and asking for it as one gets it into no log line', async () => {
    const client = await app.connection();
    await client.create(person('ann', { password: SECRET }));
    const { status, json, text } = await client.find(`userName eq "${SECRET}"`);
    expect({ status, totalResults: json.totalResults }).toEqual({ status: 200, totalResults: 0 });
    expect(text + lines.join('')).not.toContain(SECRET);
  });

  it('stays out of refusals as well', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('lee'));
    const refused = [
      await client.post('/Users', person('lee', { password: SECRET })),
      await client.post('/Users', person('max', { password: [SECRET] })),
      await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: { [SECRET]: 1 } }]),
      await client.find(`password eq "${SECRET}"`),
      await client.get('/Users?sortBy=password'),
      await client.post('/Users', `{"password":"${SECRET}",}`),
    ];
    for (const { status, text } of refused) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain(SECRET);
    }
    expect(lines.join('')).not.toContain(SECRET);
  });

  it('would be seen by this test: a displayName is in the tables, and log lines are there to be read', async () => {
    const client = await app.connection();
    await client.create(person('kim', { displayName: SECRET }));
    expect(await wholeDatabase()).toContain(SECRET);
    expect(lines.join('')).toContain('/scim/v2/Users');
  });

  it('changes nothing in the advertised features', async () => {
    const config = await app.call('GET', '/scim/v2/ServiceProviderConfig');
    expect(config.json.changePassword).toEqual({ supported: false });
  });
});
