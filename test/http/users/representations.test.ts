import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { person, refusal } from './people.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

describe('A 304', () => {
  it('is told of a user only while its groups and their names are the same', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim'));
    const path = `/Users/${id}`;
    const alone = (await client.get(path)).headers.etag ?? '';
    const group = await client.post('/Groups', { schemas: [GROUP], displayName: 'A', members: [{ value: id }] });
    const ask = (tag: string, query = '') => client.call('GET', path + query, undefined, { 'if-none-match': tag });
    const joined = await ask(alone);
    expect(joined).toMatchObject({
      status: 200,
      json: { groups: [{ display: 'A' }], meta: { version: joined.headers.etag } },
    });
    expect((await ask(alone, '?excludedAttributes=groups')).status).toBe(304);
    const tag = joined.headers.etag ?? '';
    expect((await ask(tag)).status).toBe(304);
    await client.patch(`/Groups/${String(group.json.id)}`, [{ op: 'replace', path: 'displayName', value: 'B' }]);
    expect(await ask(tag)).toMatchObject({ status: 200, json: { groups: [{ display: 'B' }] } });
    expect((await ask('*')).status).toBe(304);
  });

  it('is told of a group only while its members and their names are the same', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim'));
    const group = await client.post('/Groups', { schemas: [GROUP], displayName: 'A', members: [{ value: id }] });
    const path = `/Groups/${String(group.json.id)}`;
    const tag = group.headers.etag ?? '';
    const ask = (query = '') => client.call('GET', path + query, undefined, { 'if-none-match': tag });
    expect((await ask()).status).toBe(304);
    await client.put(`/Users/${id}`, person('lee'));
    expect((await ask()).status).toBe(200);
    expect((await ask('?excludedAttributes=members')).status).toBe(304);
  });
});

describe('A conditional write', () => {
  it('goes by the version, whatever groups the tag was made with', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim'));
    await client.post('/Groups', { schemas: [GROUP], displayName: 'A', members: [{ value: id }] });
    const tag = (await client.get(`/Users/${id}`)).headers.etag ?? '';
    await client.post('/Groups', { schemas: [GROUP], displayName: 'B', members: [{ value: id }] });
    const put = (title: string) => client.call('PUT', `/Users/${id}`, person('kim', { title }), { 'if-match': tag });
    const done = await put('one');
    expect(done).toMatchObject({ status: 200, headers: { location: expect.stringContaining(id) } });
    expect(await put('two')).toMatchObject(refusal(412));
  });

  it.each(['*', 'W/"1"', 'W/"1.abc"'])('with If-None-Match: %s is 412 where the resource has it', async (tag) => {
    const client = await app.connection();
    const { id } = await client.create(person('kim'));
    const group = await client.post('/Groups', { schemas: [GROUP], displayName: 'A' });
    const header = { 'if-none-match': tag };
    const members = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }],
    };
    for (const [method, path, body] of [
      ['PUT', `/Users/${id}`, person('kim', { title: 'x' })],
      ['DELETE', `/Users/${id}`, undefined],
      ['PATCH', `/Groups/${String(group.json.id)}`, members],
      ['DELETE', `/Groups/${String(group.json.id)}`, undefined],
    ] as const) {
      expect(await client.call(method, path, body, header)).toMatchObject(refusal(412));
    }
  });
});

describe('A leaver', () => {
  it('is not reactivated by PUT or PATCH under another externalId', async () => {
    const client = await app.connection('okta');
    const { id } = await client.create(person('kim', { externalId: 'A' }));
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    const wanted = person('kim', { externalId: 'B', active: true });
    expect(await client.put(`/Users/${id}`, wanted)).toMatchObject(refusal(409, 'uniqueness'));
    expect(
      await client.patch(`/Users/${id}`, [{ op: 'replace', value: { active: true, externalId: 'B' } }]),
    ).toMatchObject(refusal(409, 'uniqueness'));
    expect((await client.put(`/Users/${id}`, { ...wanted, externalId: 'A' })).json).toMatchObject({ active: true });
    expect((await client.put(`/Users/${id}`, wanted)).json).toMatchObject({ externalId: 'B' });
  });
});

describe('The root of SCIM', () => {
  it('answers a query of all types as a POST to /.search does', async () => {
    const client = await app.connection();
    await client.create(person('kim'));
    await client.post('/Groups', { schemas: [GROUP], displayName: 'A' });
    const query = 'count=1&sortBy=meta.created&filter=meta.resourceType%20pr';
    const asked = await client.get(`?${query}`);
    const searched = await client.post('/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      count: 1,
      sortBy: 'meta.created',
      filter: 'meta.resourceType pr',
    });
    expect(asked).toMatchObject({ status: 200, json: searched.json });
    expect(asked.json.totalResults).toBe(2);
    expect((await client.get('/?count=0')).json).toMatchObject({ totalResults: 2 });
  });
});
