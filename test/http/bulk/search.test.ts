import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JsonObject, URN } from '../../../src/scim/index.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { idsIn, person, refusal } from '../users/people.js';
import { team } from './requests.js';

let app: TestApp;
let client: ScimClient;
const users: string[] = [];
const groups: string[] = [];
beforeAll(async () => {
  app = await startTestApp();
  client = await app.connection();
  // Lists are in the order of creation, and the clock of the tests stands still.
  for (const name of ['one', 'two', 'three']) {
    app.clock.advance(1);
    users.push((await client.create(person(name, { displayName: 'Guides' }))).id);
  }
  for (const name of ['Guides', 'Hosts']) {
    app.clock.advance(1);
    groups.push(String((await client.post('/Groups', team(name, ...users))).json.id));
  }
});
afterAll(() => app.close());

const search = (query: object, by = client) => by.post('/.search', { schemas: [URN.searchRequest], ...query });
const typesIn = ({ json }: Answer) =>
  (json.Resources as readonly JsonObject[]).map(({ meta }) => (meta as JsonObject).resourceType);

describe('a search at the root', () => {
  it('finds users and groups, each as it is at its own endpoint', async () => {
    const answer = await search({ filter: 'displayName eq "guides"' });
    expect(answer).toMatchObject({ status: 200, json: { totalResults: 4, startIndex: 1, itemsPerPage: 4 } });
    expect(idsIn(answer)).toEqual([...users, groups[0]]);
    expect(typesIn(answer)).toEqual(['User', 'User', 'User', 'Group']);
    const resources = answer.json.Resources as readonly JsonObject[];
    expect(resources[0]).toEqual((await client.get(`/Users/${users[0]}`)).json);
    expect(resources[3]).toEqual((await client.get(`/Groups/${groups[0]}`)).json);
  });

  it.each<[string, () => readonly (string | undefined)[]]>([
    ['userName sw "t"', () => [users[1], users[2]]],
    ['not (userName sw "t")', () => [users[0], ...groups]],
    ['userName ne "one@example.com"', () => [users[1], users[2], ...groups]],
    ['userName pr', () => users],
    ['not (userName pr)', () => groups],
    ['emails[type eq "work"] or displayName eq "Hosts"', () => [groups[1]]],
    ['active eq true', () => users],
    [`${URN.enterpriseUser}:manager.value pr`, () => []],
    ['meta.resourceType eq "Group"', () => groups],
    ['id pr', () => [...users, ...groups]],
  ])('%s: an attribute of one type is without a value in the other', async (filter, ids) => {
    const answer = await search({ filter });
    expect({ status: answer.status, ids: idsIn(answer) }).toEqual({ status: 200, ids: ids() });
  });

  it('finds by members, whom no user has', async () => {
    expect(idsIn(await search({ filter: `members.value eq "${users[0]}"` }))).toEqual(groups);
    expect(idsIn(await search({ filter: `members[value eq "${users[0]}"]` }))).toEqual(groups);
  });

  it.each([
    [1, 2, [0, 1]],
    [3, 2, [2, 3]],
    [4, 100, [3, 4]],
    [5, 1, [4]],
    [6, 100, []],
    [2, 0, []],
  ])('pages across the types: from %i, %i', async (startIndex, count, places) => {
    const all = [...users, ...groups];
    const answer = await search({ startIndex, count });
    expect(answer.json).toMatchObject({ totalResults: 5, startIndex, itemsPerPage: places.length });
    expect(idsIn(answer)).toEqual(places.map((place) => all[place]));
  });

  it('sorts inside each type, where the type has the attribute', async () => {
    expect(idsIn(await search({ sortBy: 'userName', sortOrder: 'descending' }))).toEqual([
      ...[users[1], users[2], users[0]],
      ...groups,
    ]);
    const byName = await search({
      sortBy: 'displayName',
      sortOrder: 'descending',
      filter: 'meta.resourceType eq "Group"',
    });
    expect(idsIn(byName)).toEqual(groups.toReversed());
  });

  it('projects every type', async () => {
    const { json } = await search({
      attributes: ['userName', 'displayName'],
      filter: 'displayName eq "Hosts" or userName sw "one"',
    });
    expect(json.Resources).toEqual([
      { schemas: [URN.user], id: users[0], userName: 'one@example.com', displayName: 'Guides' },
      { schemas: [URN.group], id: groups[1], displayName: 'Hosts' },
    ]);
    expect((await search({ excludedAttributes: ['members'] })).text).not.toContain('"members"');
  });

  it('streams a group of thousands among the others', async () => {
    const crowd = await app.connection();
    await crowd.create(person('kim'));
    await app.rows(
      `insert into members (tenant_id, id, scim_id, user_name, user_name_key, active, resource, version, created_at, updated_at)
       select $1, gen_random_uuid(), gen_random_uuid(), 'u' || n, 'u' || n, true,
         json_build_object('schemas', json_build_array($2::text), 'userName', 'u' || n, 'active', true), 1, now(), now()
       from generate_series(1, 2500) n`,
      [crowd.tenant.id, URN.user],
    );
    const ids = (await app.rows('select scim_id from members where tenant_id = $1', [crowd.tenant.id])).map((row) =>
      String(row.scim_id),
    );
    expect((await crowd.post('/Groups', team('Crowd', ...ids))).status).toBe(201);
    const { json } = await search({ filter: 'userName eq "kim@example.com" or displayName eq "Crowd"' }, crowd);
    const [kim, group] = json.Resources as readonly JsonObject[];
    expect(kim?.userName).toBe('kim@example.com');
    expect(group?.members).toHaveLength(2501);
  });

  it.each<[string, object, string]>([
    ['an attribute that no type has', { filter: 'colour eq "red"' }, 'invalidFilter'],
    ['half a filter', { filter: 'userName eq' }, 'invalidFilter'],
    ['an attribute that is never returned', { filter: 'password eq "x"' }, 'invalidFilter'],
    ['a cursor', { cursor: '' }, 'invalidValue'],
    ['a sortBy that no type has', { sortBy: 'colour' }, 'invalidPath'],
    ['another schema', { schemas: [URN.user] }, 'invalidSyntax'],
  ])('refuses %s', async (_, query, scimType) => {
    expect(await search(query)).toMatchObject(refusal(400, scimType));
  });

  it('names all types it knows when it refuses an attribute', async () => {
    expect((await search({ filter: 'colour pr' })).json.detail).toContain('is no attribute of User or Group');
    expect((await client.find('members pr')).json.detail).toContain('is no attribute of User');
  });

  it.each<[string, readonly string[], () => readonly string[]]>([
    ['users', ['members:read'], () => users],
    ['groups', ['teams:read'], () => groups],
  ])('shows a caller who may read %s nothing else', async (_, scopes, ids) => {
    const { token } = await app.tenants.createToken({
      tenant: client.tenant.slug,
      scopes,
      name: String(scopes).replace(':', '-'),
    });
    const answer = await app.call('POST', '/scim/v2/.search', { schemas: [URN.searchRequest] }, { token });
    expect(answer.json.totalResults).toBe(ids().length);
    expect(idsIn(answer)).toEqual(ids());
  });

  it('is closed to who may read neither, and to other tenants', async () => {
    const { token } = await app.tenants.createToken({
      tenant: client.tenant.slug,
      scopes: ['audit:read'],
      name: 'audit',
    });
    const answer = await app.call('POST', '/scim/v2/.search', { schemas: [URN.searchRequest] }, { token });
    expect(answer).toMatchObject(refusal(403));
    expect(answer.headers['www-authenticate']).toContain('insufficient_scope');
    expect((await search({}, await app.connection())).json.totalResults).toBe(0);
  });
});
