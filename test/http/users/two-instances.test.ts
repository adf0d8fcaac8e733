import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/scim/index.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { memberEvents, person, refusal } from './people.js';

let here: TestApp;
let there: TestApp;
beforeAll(async () => {
  here = await startTestApp();
  there = await startTestApp({ beside: here });
});
afterAll(async () => {
  await there.close();
  await here.close();
});

/** Somebody whom this instance wrote last, and a client of each instance. */
async function known(changes: JsonObject = {}) {
  const client = await here.connection();
  const other = await there.clientOf(client);
  const { id } = await client.create(person('kim', changes));
  return { client, other, path: `/Users/${id}` };
}

const set = (path: string, value: unknown) => [{ op: 'replace', path, value }];
const read = async (client: ScimClient, path: string) => (await client.get(path)).json;

describe('A change of somebody whom another instance has changed since', () => {
  it('keeps what the other one changed', async () => {
    const { client, other, path } = await known();
    expect((await other.patch(path, set('title', 'Countess'))).status).toBe(200);
    const answer = await client.patch(path, set('nickName', 'Ada'));
    expect(answer.json).toMatchObject({ title: 'Countess', nickName: 'Ada' });
    expect(answer.headers.etag).toBe('W/"3"');
    expect(await read(other, path)).toEqual(answer.json);
    expect(await memberEvents(client.tenant)).toHaveLength(3);
  });

  it('is made although it was true here before', async () => {
    const { client, other, path } = await known();
    await other.patch(path, set('active', false));
    const answer = await client.patch(path, set('active', true));
    expect(answer.json).toMatchObject({ active: true });
    expect(answer.headers.etag).toBe('W/"3"');
  });

  it('is none where it is true there already', async () => {
    const { client, other, path } = await known();
    await other.patch(path, set('active', false));
    const answer = await client.patch(path, set('active', false));
    expect(answer.headers.etag).toBe('W/"2"');
    expect(await memberEvents(client.tenant)).toHaveLength(2);
  });

  it('is held against If-Match as the member is now', async () => {
    const { client, other, path } = await known();
    await other.patch(path, set('title', 'Countess'));
    const stale = await client.put(path, person('kim'), { 'if-match': 'W/"1"' });
    expect(stale).toMatchObject(refusal(412));
    const fresh = await client.put(path, person('kim', { title: 'Baroness' }), { 'if-match': 'W/"2"' });
    expect(fresh).toMatchObject({ status: 200, json: { title: 'Baroness' } });
  });

  it('is not refused for what was missing only before', async () => {
    const { client, other, path } = await known();
    const replace = [{ op: 'remove', path: 'phoneNumbers[value eq "1"]' }];
    await other.patch(path, [{ op: 'add', path: 'phoneNumbers', value: [{ value: '1' }, { value: '2' }] }]);
    const answer = await client.patch(path, replace);
    expect(answer.json.phoneNumbers).toMatchObject([{ value: '2' }]);
  });

  it('is 404 when they were removed there', async () => {
    const { client, other, path } = await known();
    expect((await other.delete(path)).status).toBe(204);
    expect((await client.patch(path, set('title', 'Countess'))).status).toBe(404);
    expect((await client.put(path, person('kim'))).status).toBe(404);
  });

  it('is refused once an admin has put them out of reach', async () => {
    const { client, path } = await known();
    await here.rows('update members set break_glass = true, version = version + 1 where tenant_id = $1', [
      client.tenant.id,
    ]);
    expect((await client.patch(path, set('title', 'Countess'))).status).toBe(403);
  });

  it('shows the teams of now', async () => {
    const { client, other, path } = await known();
    const id = path.split('/').at(-1);
    const group = await other.post('/Groups', { displayName: 'Analysts', members: [{ value: id }] });
    expect(group.status).toBe(201);
    const inTeam = await client.patch(path, set('title', 'Countess'));
    expect(inTeam.json.groups).toMatchObject([{ value: group.json.id, display: 'Analysts' }]);
    await other.delete(`/Groups/${group.json.id}`);
    const left = await client.patch(path, set('title', 'Baroness'));
    expect(left.json.groups).toBeUndefined();
  });
});
