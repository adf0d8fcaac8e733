import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { URN } from '../../../src/scim/index.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { memberEvents, person, refusal } from './people.js';

let app: TestApp;
let client: ScimClient;
let path: string;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  client = await app.connection();
  const { id } = await client.create(person('kim', { name: { givenName: 'Kim', familyName: 'Doe' }, title: 'Pilot' }));
  path = `/Users/${id}`;
});

const RENAME = [{ op: 'replace', path: 'displayName', value: 'Kimberly' }];
type Change = (headers: Record<string, string>) => Promise<Answer>;
const changes: [string, Change, number][] = [
  ['PUT', (headers) => client.put(path, person('kim', { title: 'Captain' }), headers), 200],
  ['PATCH', (headers) => client.patch(path, RENAME, headers), 200],
  ['DELETE', (headers) => client.delete(path, headers), 204],
];

describe('If-Match (decision “If-Match with weak tags”)', () => {
  it.each(changes)('%s happens when the version is still the one', async (_method, change, status) => {
    expect((await change({ 'if-match': 'W/"1"' })).status).toBe(status);
  });

  it.each(changes)(
    '%s happens for a list with the version in it, for the strong form and for *',
    async (_m, change) => {
      expect((await change({ 'if-match': 'W/"7", "1"' })).status).toBeLessThan(300);
      path = `/Users/${(await client.create(person('lee'))).id}`;
      expect((await change({ 'if-match': '*' })).status).not.toBe(412);
    },
  );

  it.each(changes)('%s is 412 and does nothing otherwise', async (_method, change) => {
    for (const tag of ['W/"2"', '"0"', '1', 'W/"1', '', 'nonsense', '"1\\""']) {
      expect(await change({ 'if-match': tag })).toMatchObject(refusal(412));
    }
    expect(await client.get(path)).toMatchObject({ headers: { etag: 'W/"1"' }, json: { displayName: 'kim Doe' } });
    expect(await memberEvents(client.tenant)).toHaveLength(1);
  });

  it('is 404 and not 412 where there is nobody', async () => {
    await client.delete(path);
    for (const [, change] of changes) expect(await change({ 'if-match': 'W/"1"' })).toMatchObject(refusal(404));
  });

  it('is 412 too for a change that would change nothing', async () => {
    const same = [{ op: 'replace', path: 'title', value: 'Pilot' }];
    expect(await client.patch(path, same, { 'if-match': 'W/"9"' })).toMatchObject(refusal(412));
  });
});

describe('If-None-Match', () => {
  it('is 304 without a body for the version the client has, with its ETag', async () => {
    const answer = await client.get(path, { 'if-none-match': 'W/"1"' });
    expect(answer).toMatchObject({ status: 304, text: '', headers: { etag: 'W/"1"' } });
    expect(await client.get(path, { 'if-none-match': '*' })).toMatchObject({ status: 304 });
  });

  it('is 200 after a change', async () => {
    await client.patch(path, RENAME);
    expect(await client.get(path, { 'if-none-match': 'W/"1"' })).toMatchObject({
      status: 200,
      headers: { etag: 'W/"2"' },
      json: { meta: { version: 'W/"2"' } },
    });
  });
});

describe('HEAD', () => {
  it('tells what GET would, without the body', async () => {
    const get = await client.get(path);
    const head = await client.call('HEAD', path);
    expect(head).toMatchObject({ status: 200, text: '', headers: { etag: get.headers.etag } });
    expect((await client.call('HEAD', '/Users/unknown')).status).toBe(404);
  });
});

describe('attributes and excludedAttributes (RFC 7644 §3.9)', () => {
  const body = person('kim', { name: { givenName: 'Kim', familyName: 'Doe' }, title: 'Pilot' });
  const search = (more: object) =>
    client.call('POST', '/Users/.search', { schemas: [URN.searchRequest], filter: 'userName sw "kim"', ...more });
  const ways: [string, (query: string) => Promise<Record<string, unknown>>][] = [
    ['GET', async (query) => (await client.get(`${path}?${query}`)).json],
    ['PUT', async (query) => (await client.put(`${path}?${query}`, body)).json],
    ['PATCH', async (query) => (await client.patch(`${path}?${query}`, RENAME)).json],
    ['a list', async (query) => firstOf(await client.get(`/Users?${query}`))],
    ['.search', async (query) => firstOf(await search(Object.fromEntries(new URLSearchParams(query))))],
    [
      'POST',
      async (query) => {
        await client.delete(path);
        const { json } = await client.post(`/Users?${query}`, body);
        path = `/Users/${String(json.id)}`;
        return json;
      },
    ],
  ];
  const firstOf = ({ json }: Answer) => (json.Resources as Record<string, unknown>[])[0] ?? {};
  const keys = (resource: object) => Object.keys(resource).sort();

  it.each(ways)('choose what %s answers', async (_what, answer) => {
    expect(keys(await answer('attributes=userName,NAME.givenname'))).toEqual(['id', 'name', 'schemas', 'userName']);
    const without = await answer(`excludedAttributes=name,title,${URN.user}:active,id`);
    expect(keys(without)).toEqual(['displayName', 'id', 'meta', 'schemas', 'userName']);
  });

  it.each(ways)('never bring a password or what nobody knows to %s', async (_what, answer) => {
    expect(keys(await answer('attributes=password,shoeSize,__proto__,constructor'))).toEqual(['id', 'schemas']);
  });

  it('are checked before anything is written', async () => {
    const both = '?attributes=userName&excludedAttributes=name';
    const wrong = refusal(400, 'invalidValue');
    expect(await client.post(`/Users${both}`, person('lee'))).toMatchObject(wrong);
    expect(await client.put(`${path}${both}`, person('lee'))).toMatchObject(wrong);
    expect(await client.patch(`${path}${both}`, RENAME)).toMatchObject(wrong);
    expect(await client.get(`/Users${both}`)).toMatchObject(wrong);
    expect(await memberEvents(client.tenant)).toHaveLength(1);
  });
});
