import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Method, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminOf, group, itemsIn, problem, type Someone, someone } from './admin.js';

let app: TestApp;
let client: ScimClient;
let admin: Admin;
let team: string;
let pilots: string;
let people: Someone[];
beforeAll(async () => {
  app = await startTestApp();
  client = await app.connection();
  admin = await adminOf(client.tenant);
  people = [];
  for (const name of ['ada', 'bob', 'cyd', 'dan', 'eve']) people.push(await someone(client, name));
  pilots = await group(client, 'Pilots', people);
  app.clock.advance(1);
  team = await group(client, 'Product', people.slice(1, 3));
  await admin.link(team, pilots, 'can_view');
});
afterAll(() => app.close());

describe('A page', () => {
  it.each<[string, () => string, () => readonly unknown[], string]>([
    ['of teams', () => '/teams', () => [pilots, team], 'id'],
    ['of members', () => `/teams/${team}/members`, () => people.map(({ id }) => id), 'id'],
    ['of links', () => `/teams/${team}/links`, () => [pilots], 'groupId'],
  ])('%s leads to the next until null', async (_what, path, expected, key) => {
    for (const limit of [1, 2, 3, 1000]) {
      const seen: unknown[] = [];
      let next: unknown = '';
      do {
        const { json } = await admin.get(`${path()}?limit=${limit}${next === '' ? '' : `&after=${String(next)}`}`);
        const items = json.items as Record<string, unknown>[];
        expect(items.length).toBeLessThanOrEqual(limit);
        seen.push(...items.map((item) => item[key]));
        next = json.next;
      } while (next !== null);
      expect(seen).toEqual(expected());
    }
  });

  it('of teams says what a team is', async () => {
    expect(itemsIn(await admin.get('/teams'))[0]).toEqual({
      id: pilots,
      displayName: 'Pilots',
      externalId: null,
      connectionId: client.issued.connection.id,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['after=x', 'after'],
    ["after=' or 1=1", 'after'],
    ['after=%00', 'after'],
    ['size=3', 'size'],
    ['__proto__[x]=1', '__proto__[x]'],
  ])('asked for with %s is 422', async (query, field) => {
    const answer = await admin.get(`/teams?${query}`);
    expect(answer).toMatchObject(problem(422));
    expect((answer.json.errors as { field: string }[]).map((each) => each.field)).toContain(field);
  });
});

const mistakes = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`x${n}`, n]));

describe('A body', () => {
  const path = () => `/teams/${team}/links/${pilots}`;

  it('with several mistakes is told all of them at once', async () => {
    const answer = await admin.put(path(), { permission: 'own', until: 'x', '': 1 });
    expect(answer).toMatchObject(problem(422));
    const fields = (answer.json.errors as { field: string }[]).map(({ field }) => field);
    expect(fields.sort()).toEqual(['', 'permission', 'until']);
    expect(JSON.stringify(answer.json.errors)).toContain('can_view');
  });

  it.each<[string, object | string]>([
    ['nothing in it', {}],
    ['null', { permission: null }],
    ['a list', { permission: ['can_view'] }],
    ['an object', { permission: { can_view: true } }],
    ['other letters', { permission: 'CAN_VIEW' }],
    ['nine hundred mistakes', mistakes(900)],
    // Without a bound this takes the server many seconds.
    ['fifteen thousand mistakes, as many as a body holds', mistakes(15_000)],
    ['fifteen thousand mistakes deep inside', { permission: { x: [mistakes(15_000)] } }],
  ])('with %s is 422', async (_what, body) => {
    const answer = await admin.put(path(), body);
    expect(answer).toMatchObject(problem(422));
    expect((answer.json.errors as unknown[]).length).toBeLessThanOrEqual(50);
  });

  it.each(['"__proto__":{"polluted":true}', '"constructor":{"prototype":{"polluted":true}}'])(
    'with %s touches no other object',
    async (mischief) => {
      const answer = await admin.put(path(), `{"permission":"can_view",${mischief}}`);
      expect(answer).toMatchObject({ status: 200, json: { permission: 'can_view' } });
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  it.each<[string, string, string, number]>([
    ['broken JSON', '{', 'application/json', 400],
    ['a list', '[]', 'application/json', 400],
    ['an empty one', '', 'application/json', 400],
    ['text', 'permission=can_view', 'text/plain', 415],
  ])('that is %s is refused with problem details', async (_what, body, type, status) => {
    expect(await admin.call('PUT', path(), body, { 'content-type': type })).toMatchObject(problem(status));
  });

  it('may be called SCIM, which is JSON too', async () => {
    const answer = await admin.call(
      'PUT',
      path(),
      { permission: 'can_view' },
      { 'content-type': 'application/scim+json' },
    );
    expect(answer.status).toBe(200);
  });
});

describe('A token of the management API', () => {
  const asked: [Method, () => string, object | undefined, 'teams:read' | 'teams:write' | 'members:read'][] = [
    ['GET', () => '/teams', undefined, 'teams:read'],
    ['GET', () => `/teams/${team}/members`, undefined, 'teams:read'],
    ['GET', () => `/teams/${team}/links`, undefined, 'teams:read'],
    ['GET', () => `/teams/${team}/grants`, undefined, 'teams:read'],
    ['PUT', () => `/teams/${team}/links/${pilots}`, { permission: 'can_view' }, 'teams:write'],
    ['PUT', () => `/teams/${team}/grants/audit`, undefined, 'teams:write'],
    ['GET', () => `/teams/${team}/grants/audit`, undefined, 'teams:read'],
    ['DELETE', () => `/teams/${team}/grants/audit`, undefined, 'teams:write'],
    ['DELETE', () => `/teams/${team}/links/${pilots}`, undefined, 'teams:write'],
    ['GET', () => `/members/${people[0]?.id}/access`, undefined, 'members:read'],
    ['GET', () => `/connections/${client.issued.connection.id}/tolerances`, undefined, 'members:read'],
  ];

  it('needs no connection, and no more than the scope of the route', async () => {
    for (const [method, path, body, scope] of asked) {
      const right = await adminOf(client.tenant, [scope]);
      const answer = await right.call(method, path(), body);
      expect({ method, path: path(), status: answer.status < 300 }).toEqual({ method, path: path(), status: true });
    }
  });

  it('is refused without the scope', async () => {
    for (const [method, path, body, scope] of asked) {
      const wrong = await adminOf(client.tenant, [scope === 'members:read' ? 'teams:write' : 'members:write']);
      const answer = await wrong.call(method, path(), body);
      expect(answer).toMatchObject(problem(403));
      expect(answer.headers['www-authenticate']).toContain('insufficient_scope');
    }
    const reader = await adminOf(client.tenant, ['teams:read']);
    expect(await reader.put(`/teams/${team}/grants/audit`)).toMatchObject(problem(403));
  });

  it('cannot speak SCIM', async () => {
    expect((await app.call('GET', '/scim/v2/Users', undefined, { token: admin.token })).status).toBe(403);
  });
});

describe('What is not there', () => {
  it.each<[Method, string]>([
    ['GET', '/nothing'],
    ['POST', '/teams'],
    ['GET', '/teams/x/nothing'],
  ])('%s %s is a problem that repeats nothing of the request', async (method, path) => {
    const answer = await admin.call(method, path, method === 'POST' ? {} : undefined);
    expect(answer).toMatchObject(problem(404));
    expect(answer.text).not.toContain('nothing/');
  });
});
