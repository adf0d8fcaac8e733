import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ScimClient, startTestApp, type TestApp } from '../support/app.js';

const USERS = 6000;
/** Short enough for a filter of many terms over 6 000 users to exceed it. */
const TIMEOUT_MS = '100';
const EXPENSIVE = Array.from({ length: 60 }, (_, term) => `title co "zz${term}"`).join(' or ');

let app: TestApp;
let idp: ScimClient;
let bystander: ScimClient;

beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_HEAVY_TIMEOUT_MS: TIMEOUT_MS } });
  idp = await app.connection();
  bystander = await app.connection();
  await app.rows(
    `insert into members (tenant_id, id, scim_id, external_id, user_name, user_name_key, active, resource, version, created_at, updated_at)
     select $1, id, id, 'x' || n, 'u' || n, 'u' || n, true,
       json_build_object('userName', 'u' || n, 'title', repeat('engineer ', 50)), 1, now(), now()
     from generate_series(1, ${USERS}) n, lateral (select gen_random_uuid() as id offset 0 * n) made`,
    [idp.tenant.id],
  );
});
afterAll(() => app.close());

describe('A filter that looks at many documents', () => {
  it('is 400 tooMany when it takes too long, and names what to use instead', async () => {
    const answer = await idp.find(EXPENSIVE);
    expect(answer).toMatchObject({ status: 400, json: { scimType: 'tooMany' } });
    expect(answer.json.detail).toContain('userName');
  });

  it('is answered for a tenant with few users: the control', async () => {
    await bystander.create({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada' });
    expect(await bystander.find(EXPENSIVE)).toMatchObject({ status: 200, json: { totalResults: 0 } });
  });

  it('over the queue of its tenant is 429 with Retry-After, and requests of another tenant are answered', async () => {
    const answers = await Promise.all([
      ...Array.from({ length: 40 }, () => idp.find(EXPENSIVE)),
      bystander.find('userName eq "ada"'),
      bystander.find(EXPENSIVE),
    ]);
    const others = answers.splice(-2);
    expect(others.map(({ status }) => status)).toEqual([200, 200]);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ headers }) => Number(headers['retry-after']) >= 1)).toBe(true);
    const metrics = await app.call('GET', '/metrics');
    expect(metrics.text).toMatch(/muster_limit_reached_total\{limit="waitingHeavyStatements"\} [1-9]/);
    expect(metrics.text).toContain('muster_statements_waiting{class="heavy"} 0');
  });
});
