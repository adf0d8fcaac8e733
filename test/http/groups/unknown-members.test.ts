import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IdpName } from '../../../src/domain/idp-profile.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { person, refusal } from '../users/people.js';
import { memberIds } from './groups.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const unknown = randomUUID();

async function set(client: ScimClient, value: 'refuse' | 'skip' | null): Promise<void> {
  await app.rows('update connections set unknown_members = $2 where tenant_id = $1', [client.tenant.id, value]);
}

async function skippedEvents(client: ScimClient) {
  return app.rows(
    `select data from events where tenant_id = $1 and type = 'team.members_skipped' order by (data ->> 'count')::int`,
    [client.tenant.id],
  );
}

describe('A write to a group that names members no user has', () => {
  it.each<[IdpName, 'refuse' | 'skip']>([
    ['generic', 'refuse'],
    ['entra', 'refuse'],
    ['okta', 'skip'],
    ['onelogin', 'skip'],
    ['keycloak', 'skip'],
  ])('is treated as the profile %s says: %s', async (idp, expected) => {
    const client = await app.connection(idp);
    const { id: known } = await client.create(person('kim'));
    const members = [{ value: known }, { value: unknown }];
    const answer = await client.post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Team',
      members,
    });
    if (expected === 'refuse') expect(answer).toMatchObject(refusal(400, 'invalidValue'));
    else expect([answer.status, memberIds(answer)]).toEqual([201, [known]]);
    expect((await skippedEvents(client)).length).toBe(expected === 'skip' ? 1 : 0);
  });

  it('is done without them by POST, PUT and PATCH where the connection skips, and the event names them', async () => {
    const client = await app.connection('generic');
    await set(client, 'skip');
    const skipping = await client.tenant.connect('okta');
    const { id: known } = await skipping.create(person('kim'));
    const { id: other } = await skipping.create(person('lee'));
    const body = (...values: readonly string[]) => ({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Team',
      members: values.map((value) => ({ value })),
    });
    const group = await skipping.post('/Groups', body(unknown));
    expect([group.status, memberIds(group)]).toEqual([201, []]);
    const path = `/Groups/${String(group.json.id)}`;
    const add = (...values: readonly string[]) => [
      { op: 'add', path: 'members', value: values.map((value) => ({ value })) },
    ];
    expect((await skipping.patch(path, add(known, unknown, 'no id'))).status).toBe(204);
    expect(memberIds(await skipping.get(path))).toEqual([known]);
    const before = (await skipping.get(path)).headers.etag;
    expect((await skipping.patch(path, add(unknown))).status).toBe(204);
    expect((await skipping.get(path)).headers.etag).toBe(before);
    expect(memberIds(await skipping.put(path, body(other, unknown)))).toEqual([other]);
    expect((await skippedEvents(skipping)).map(({ data }) => data)).toEqual([
      { count: 1, members: [unknown] },
      { count: 1, members: [unknown] },
      { count: 1, members: [unknown] },
      { count: 2, members: [unknown, 'no id'] },
    ]);
  });
});

describe('Names of groups', () => {
  it.each([
    ['a blank at the end', 'Team \u00e9 A '],
    ['two blanks', 'Team  \u00e9 A'],
    ['a no-break space', 'Team\u00a0\u00e9 A'],
    ['another normal form', 'Team e\u0301 A'],
    ['full width', '\uff34eam \u00e9 A'],
    ['capitals', 'TEAM \u00c9 A'],
  ])('are taken where they differ in %s alone', async (_, displayName) => {
    const client = await app.connection();
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    expect((await client.post('/Groups', { schemas, displayName: 'Team \u00e9 A' })).status).toBe(201);
    expect(await client.post('/Groups', { schemas, displayName })).toMatchObject(refusal(409, 'uniqueness'));
    const found = await client.get(
      `/Groups?filter=${encodeURIComponent(`displayName eq ${JSON.stringify(displayName)}`)}`,
    );
    expect(found.json.totalResults).toBe(1);
  });
});
