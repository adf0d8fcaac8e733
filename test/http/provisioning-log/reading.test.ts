import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminOf, problem } from '../management/admin.js';
import { accountOf, person } from '../users/people.js';
import { entryOf, flush, logOf, pathOf } from './log-reader.js';

let app: TestApp;
let client: ScimClient;
let admin: Admin;
let kim: string;
let beforeKim: string;
let afterKim: string;
/** One connection with a day of requests; the tests only read. */
beforeAll(async () => {
  app = await startTestApp();
  client = await app.connection();
  admin = await adminOf(client.tenant);
  await client.create(person('ada'));
  app.clock.advance(60_000);
  beforeKim = app.clock.now().toISOString();
  kim = (await client.create(person('kim'))).id;
  app.clock.advance(60_000);
  afterKim = app.clock.now().toISOString();
  await client.patch(`/Users/${kim}`, [{ op: 'replace', path: 'title', value: 'Pilot' }]);
  await client.find('userName eq "KIM@example.com"');
  await client.post('/Users', person('kim'));
  await client.get('/Users/nobody');
  await client.post('/Groups', { displayName: 'Pilots' });
  await client.get(`/Users/${kim}`);
});
afterAll(() => app.close());

const actions = async (query: string) => (await logOf(admin, client, query)).map(({ action }) => action);
const ALL = [
  'read-user',
  'create-group',
  'read-user',
  'create-user',
  'look-up-user',
  'update-user',
  'create-user',
  'create-user',
];

describe('The log of a connection', () => {
  it('has everything, the newest first', async () => {
    expect(await actions('')).toEqual(ALL);
  });

  it.each<[string, () => string, readonly string[]]>([
    ['status', () => '?status=409', ['create-user']],
    ['a class of status', () => '?status=4xx', ['read-user', 'create-user']],
    ['errors', () => '?status=error', ['read-user', 'create-user']],
    [
      'successes',
      () => '?status=success',
      ['read-user', 'create-group', 'look-up-user', 'update-user', 'create-user', 'create-user'],
    ],
    ['a status nothing had', () => '?status=5xx', []],
    ['action', () => '?action=read-user', ['read-user', 'read-user']],
    [
      'a name',
      () => '?user=kim@example.com',
      ['read-user', 'create-user', 'look-up-user', 'update-user', 'create-user'],
    ],
    [
      'a name in other letters',
      () => '?user=Kim@Example.COM',
      ['read-user', 'create-user', 'look-up-user', 'update-user', 'create-user'],
    ],
    ['a SCIM id', () => `?user=${kim}`, ['read-user', 'create-user', 'look-up-user', 'update-user', 'create-user']],
    ['the name of a group', () => '?user=pilots', ['create-group']],
    ['a name nobody has', () => '?user=nobody@example.com', []],
    ['an id nobody has', () => '?user=nobody', ['read-user']],
    ['time', () => `?from=${beforeKim}&to=${afterKim}`, ['create-user']],
    ['all times before', () => `?to=${beforeKim}`, ['create-user']],
    ['long ago', () => '?from=1950-01-01T00:00:00Z&to=1960-01-01T00:00:00Z', []],
    ['several at once', () => `?user=kim@example.com&status=409&action=create-user&from=${afterKim}`, ['create-user']],
  ])('can be filtered by %s', async (_what, query, found) => {
    expect(await actions(query())).toEqual(found);
  });

  it('can be filtered by the id of the member', async () => {
    expect(await actions(`?user=${await accountOf(client.tenant, kim)}`)).toHaveLength(5);
  });

  it('comes in pages, without a gap and without anything twice', async () => {
    await flush(app);
    const seen: unknown[] = [];
    let pages = 0;
    for (let cursor: string | null = ''; cursor !== null; pages++) {
      const { json } = await admin.get(pathOf(client, `?limit=3${cursor && `&cursor=${cursor}`}`));
      seen.push(...(json.items as { action: string }[]).map(({ action }) => action));
      cursor = json.next as string | null;
    }
    expect([seen, pages]).toEqual([ALL, 3]);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'from=yesterday',
    'from=2026-02-31T25:00:00Z',
    'from=2026-W01',
    'from=2026-01-16T00:00:00Z&to=2026-01-15T00:00:00Z',
    'to=99999',
    'user=',
    'user=a%00b',
    `user=${'x'.repeat(257)}`,
    'user=a&user=b',
    'status=abc',
    'status=999',
    'status=200,400',
    'action=drop',
    'cursor=1',
    `cursor=${uuid()}x`,
    'nonsense=1',
  ])('refuses %s', async (query) => {
    expect(await admin.get(pathOf(client, `?${query}`))).toMatchObject(problem(422));
  });
});

describe('Who may read it', () => {
  it('is whoever may read the settings of the tenant, and nobody else', async () => {
    const readers = await Promise.all([
      adminOf(client.tenant, ['tenant:read']),
      adminOf(client.tenant, ['members:read', 'audit:read']),
    ]);
    const answers = await Promise.all(readers.map((reader) => reader.get(pathOf(client))));
    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
  });

  it('is nobody of another tenant: their connections and entries are as unknown as any', async () => {
    const stranger = await app.connection();
    const foreigner = await adminOf(stranger.tenant);
    await stranger.get('/Users');
    const [entry = {}] = await logOf(admin, client);
    const nobody = { ...stranger, issued: { connection: { id: uuid() } } } as ScimClient;
    for (const [foreign, unknown] of [
      [await foreigner.get(pathOf(client)), await foreigner.get(pathOf(nobody))],
      [await entryOf(foreigner, client, entry), await entryOf(foreigner, nobody, { id: uuid() })],
      [await entryOf(foreigner, stranger, entry), await entryOf(foreigner, stranger, { id: uuid() })],
    ] as const) {
      expect(foreign).toMatchObject(problem(404));
      expect(foreign.text).toBe(unknown.text);
    }
    expect((await logOf(foreigner, stranger)).map(({ action }) => action)).toEqual(['list-users']);
  });

  it('sees each connection apart', async () => {
    const sibling = await client.tenant.connect('okta');
    await sibling.get('/Groups');
    expect((await logOf(admin, sibling)).map(({ action }) => action)).toEqual(['list-groups']);
    const [entry = {}] = await logOf(admin, client);
    expect((await entryOf(admin, sibling, entry)).status).toBe(404);
  });
});
