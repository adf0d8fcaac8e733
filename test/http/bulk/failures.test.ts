import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import type { TestPostgres } from '../../support/test-postgres.js';
import { DatabaseLink } from '../users/database-link.js';
import { person } from '../users/people.js';
import { bulk, post, resultsOf, team } from './requests.js';

const lines: string[] = [];
let link: DatabaseLink;
let app: TestApp;
let client: ScimClient;
beforeAll(async () => {
  const postgres = JSON.parse(process.env.MUSTER_TEST_POSTGRES ?? '') as TestPostgres;
  link = await DatabaseLink.open(postgres.appUrl);
  app = await startTestApp({ way: (url) => link.urlOf(url), lines });
  client = await app.connection();
});
afterAll(async () => {
  await app.close();
  await link.cut();
});

const statuses = (answer: Answer) => resultsOf(answer).map(({ status }) => status);

describe('a bulk request on a server in trouble', () => {
  it('has a 500 for the operation that fails on our side alone, with the reason in the log and not in the answer', async () => {
    await app.rows('alter table teams rename to teams_away');
    lines.length = 0;
    const answer = await bulk(client, [
      post('/Groups', 'g', team('Guides')),
      post('/Users', 'a', person('a')),
      { method: 'DELETE', path: '/Groups/bulkId:g' },
    ]);
    await app.rows('alter table teams_away rename to teams');
    expect(statuses(answer)).toEqual(['500', '201', '409']);
    const id = String(answer.headers['x-request-id']);
    expect(resultsOf(answer)[0]?.response).toMatchObject({ status: '500', detail: expect.stringContaining(id) });
    expect(answer.text).not.toMatch(/relation|teams/);
    const [failure] = lines.filter((line) => line.includes('bulk request'));
    expect(failure).toContain(id);
    expect(failure).toContain('relation');
    expect(lines.join('')).not.toMatch(/Guides|a@example/);
  });

  it('stops with 503 when the database is gone, for the rest could only wait for it in vain', async () => {
    await client.get('/Users?count=0');
    await link.cut();
    const answer = await bulk(client, [
      { method: 'DELETE', path: '/Users' },
      post('/Users', 'b', person('b')),
      post('/Users', 'c', person('c')),
    ]);
    await link.mend();
    expect(statuses(answer)).toEqual(['400', '503']);
    // The first statement of a pool may still find the connection that broke.
    const find = () => client.find('userName sw "b" or userName sw "c"');
    let found = await find();
    while (found.status === 503) found = await find();
    expect(found.json.totalResults).toBe(0);
  });
});
