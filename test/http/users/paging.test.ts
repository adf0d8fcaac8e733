import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JsonObject, URN } from '../../../src/scim/index.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { idsIn, person, refusal } from './people.js';

const HOUR = 3_600_000;
let app: TestApp;
let client: ScimClient;
let neighbour: ScimClient;
const ids: string[] = [];
beforeAll(async () => {
  app = await startTestApp();
  client = await app.connection();
  neighbour = await client.tenant.connect('generic');
  for (const name of ['eve', 'Adam', 'zoe', 'bob', 'Carl', 'dora', 'Finn']) {
    const more = { active: name !== 'bob', ...(name !== 'dora' && { title: name.length > 3 ? 'Pilot' : 'Cadet' }) };
    ids.push((await client.create(person(name, more))).id);
    app.clock.advance(1000);
  }
  await app.connection().then((stranger) => stranger.create(person('mallory')));
});
afterAll(() => app.close());

const page = (query: string, by = client) => by.get(`/Users?${query}`);
const namesIn = ({ json }: Answer) =>
  (json.Resources as JsonObject[]).map(({ displayName }) => String(displayName).split(' ')[0]);
const cursorOf = ({ json }: Answer) => encodeURIComponent(String(json.nextCursor));

describe('A page of large users', () => {
  let large: ScimClient;
  const created: string[] = [];
  beforeAll(async () => {
    large = await app.connection();
    for (const name of ['ada', 'bob', 'cyd', 'dan', 'eve']) {
      app.clock.advance(1000);
      created.push((await large.create(person(name))).id);
    }
    // As they were stored before users had a limit of their own; cyd is small.
    await app.rows(
      `update members set resource = jsonb_set(resource::jsonb, '{title}', to_jsonb(repeat('t', 2500000)))
       where tenant_id = $1 and scim_id <> $2`,
      [large.tenant.id, created[2]],
    );
  });

  it('is as long as its bytes allow, and the next ones go on behind it, by index', async () => {
    const seen: string[][] = [];
    for (let startIndex = 1; startIndex <= created.length; startIndex += seen.at(-1)?.length ?? 1) {
      const answer = await page(`count=150&startIndex=${startIndex}&attributes=userName`, large);
      expect(answer).toMatchObject({ status: 200, json: { totalResults: 5, startIndex } });
      seen.push(idsIn(answer).map(String));
      expect(answer.json.itemsPerPage).toBe(seen.at(-1)?.length);
    }
    expect(seen.map(({ length }) => length)).toEqual([1, 2, 1, 1]);
    expect(seen.flat()).toEqual(created);
  });

  it('and by cursor, sorted or not', async () => {
    for (const sort of ['', '&sortBy=userName']) {
      const seen: string[] = [];
      for (let cursor = ''; ; ) {
        const answer = await page(`count=150${sort}&cursor=${cursor}`, large);
        expect(answer).toMatchObject({ status: 200, json: { totalResults: 5 } });
        expect(answer.text.length).toBeLessThan(5_000_000);
        seen.push(...idsIn(answer).map(String));
        if (answer.json.nextCursor === undefined) break;
        cursor = cursorOf(answer);
      }
      expect(seen).toEqual(created);
    }
  });

  it('ends a search across types, whose next request goes on there', async () => {
    await large.post('/Groups', { schemas: [URN.group], displayName: 'Guides' });
    const seen: string[] = [];
    for (let startIndex = 1; startIndex <= 6; ) {
      const answer = await large.post('/.search', { schemas: [URN.searchRequest], startIndex, count: 100 });
      expect(answer).toMatchObject({ status: 200, json: { totalResults: 6 } });
      seen.push(...idsIn(answer).map(String));
      startIndex += Number(answer.json.itemsPerPage);
    }
    expect(seen.slice(0, 5)).toEqual(created);
    expect(new Set(seen).size).toBe(6);
  });
});

describe('Paging by index', () => {
  it('is the default: the order of creation, exact totals', async () => {
    const answer = await page('');
    expect(answer.json).toMatchObject({ schemas: [URN.listResponse], totalResults: 7, startIndex: 1, itemsPerPage: 7 });
    expect(idsIn(answer)).toEqual(ids);
    expect(answer.json).not.toHaveProperty('nextCursor');
  });

  it.each<[string, object, number, number]>([
    ['startIndex=1&count=3', { totalResults: 7, startIndex: 1, itemsPerPage: 3 }, 0, 3],
    ['startIndex=4&count=3', { totalResults: 7, startIndex: 4, itemsPerPage: 3 }, 3, 6],
    ['startIndex=7&count=3', { totalResults: 7, startIndex: 7, itemsPerPage: 1 }, 6, 7],
    ['startIndex=8&count=3', { totalResults: 7, startIndex: 8, itemsPerPage: 0, Resources: [] }, 7, 7],
    ['startIndex=2147483647', { totalResults: 7, itemsPerPage: 0, Resources: [] }, 7, 7],
    ['startIndex=99999999999999999999', { totalResults: 7, itemsPerPage: 0 }, 7, 7],
    ['startIndex=0&count=1', { startIndex: 1, itemsPerPage: 1 }, 0, 1],
    ['startIndex=-5&count=1', { startIndex: 1, itemsPerPage: 1 }, 0, 1],
    ['count=0', { totalResults: 7, itemsPerPage: 0, Resources: [] }, 0, 0],
    ['count=-1', { totalResults: 7, itemsPerPage: 0 }, 0, 0],
    ['count=99999999999999999999', { totalResults: 7, itemsPerPage: 7 }, 0, 7],
  ])('%s', async (query, expected, from, to) => {
    for (const more of ['', '&filter=userName%20pr']) {
      const answer = await page(query + more);
      expect(answer).toMatchObject({ status: 200, json: expected });
      expect(idsIn(answer)).toEqual(ids.slice(from, to));
    }
  });

  it.each(['count=ten', 'count=1.5', 'startIndex=x', 'count=1&count=2', 'startIndex=', 'sortOrder=up'])(
    'refuses %s',
    async (query) => {
      expect(await page(query)).toMatchObject(refusal(400, 'invalidValue'));
    },
  );
});

describe('Paging by cursor (RFC 9865)', () => {
  async function walk(query: string): Promise<string[]> {
    const found: string[] = [];
    let answer = await page(`${query}&cursor=`);
    for (;;) {
      expect(answer).toMatchObject({ status: 200, json: { schemas: [URN.listResponse] } });
      expect(answer.json).not.toHaveProperty('startIndex');
      found.push(...(idsIn(answer) as string[]));
      if (answer.json.nextCursor === undefined) return found;
      answer = await page(`${query}&cursor=${cursorOf(answer)}`);
    }
  }

  it.each(['count=1', 'count=2', 'count=3', 'count=7', 'count=8'])('with %s meets everybody once', async (query) => {
    expect(await walk(query)).toEqual(ids);
  });

  it('goes on where it was although people come and go', async () => {
    const first = await page('count=3&cursor=&filter=title%20eq%20%22Guest%22%20or%20active%20pr');
    const { id } = await client.create(person('guest'));
    const second = await page(`count=3&cursor=${cursorOf(first)}&filter=title%20eq%20%22Guest%22%20or%20active%20pr`);
    await client.delete(`/Users/${id}`);
    expect(idsIn(second)).toEqual(ids.slice(3, 6));
  });

  it('works in .search as well', async () => {
    const search = (cursor: unknown) =>
      client.post('/Users/.search', { schemas: [URN.searchRequest], count: 4, cursor, sortBy: 'userName' });
    const first = await search('');
    const second = await search(first.json.nextCursor);
    expect([...namesIn(first), ...namesIn(second)]).toEqual(['Adam', 'bob', 'Carl', 'dora', 'eve', 'Finn', 'zoe']);
  });

  it('follows the order of a sorted list in both directions, missing values included', async () => {
    for (const by of ['userName', 'title', 'meta.lastModified', 'active', 'nickName']) {
      for (const order of ['ascending', 'descending']) {
        const query = `sortBy=${by}&sortOrder=${order}`;
        expect(await walk(`${query}&count=2`)).toEqual(idsIn(await page(query)));
      }
    }
  });

  it.each<[string, string, (cursor: string) => Promise<Answer>]>([
    ['a forged cursor', 'invalidCursor', (cursor) => page(`count=2&cursor=A${cursor.slice(1)}`)],
    ['a forged signature', 'invalidCursor', (cursor) => page(`count=2&cursor=${cursor.slice(0, -2)}AA`)],
    ['a cursor without a signature', 'invalidCursor', (cursor) => page(`count=2&cursor=${cursor.split('.')[0]}`)],
    ['garbage', 'invalidCursor', () => page('count=2&cursor=%00%F0%9F%92%A9')],
    ['a very long one', 'invalidCursor', () => page(`count=2&cursor=${'a'.repeat(20_000)}`)],
    ["another connection's", 'invalidCursor', (cursor) => page(`count=2&cursor=${cursor}`, neighbour)],
    ["another tenant's", 'invalidCursor', async (cursor) => page(`count=2&cursor=${cursor}`, await app.connection())],
    ['one of another filter', 'invalidCursor', (cursor) => page(`count=2&filter=active%20pr&cursor=${cursor}`)],
    ['one of another order', 'invalidCursor', (cursor) => page(`count=2&sortBy=userName&cursor=${cursor}`)],
    ['another count', 'invalidCount', (cursor) => page(`count=3&cursor=${cursor}`)],
    ['a count that is no number', 'invalidCount', (cursor) => page(`count=two&cursor=${cursor}`)],
    ['a cursor given twice', 'invalidValue', (cursor) => page(`count=2&cursor=${cursor}&cursor=${cursor}`)],
  ])('refuses %s: %s', async (_what, scimType, send) => {
    expect(await send(cursorOf(await page('count=2&cursor=')))).toMatchObject(refusal(400, scimType));
  });

  it('knows a cursor for an hour', async () => {
    const cursor = cursorOf(await page('count=2&cursor='));
    app.clock.advance(HOUR - 1);
    expect((await page(`count=2&cursor=${cursor}`)).status).toBe(200);
    app.clock.advance(1);
    expect(await page(`count=2&cursor=${cursor}`)).toMatchObject(refusal(400, 'expiredCursor'));
  });
});

describe('Order (RFC 7644 §3.4.2.3)', () => {
  it.each<[string, string[]]>([
    ['sortBy=userName', ['Adam', 'bob', 'Carl', 'dora', 'eve', 'Finn', 'zoe']],
    ['sortBy=USERNAME&sortOrder=Descending', ['zoe', 'Finn', 'eve', 'dora', 'Carl', 'bob', 'Adam']],
    ['sortBy=title', ['eve', 'zoe', 'bob', 'Adam', 'Carl', 'Finn', 'dora']],
    ['sortBy=title&sortOrder=descending', ['dora', 'Adam', 'Carl', 'Finn', 'eve', 'zoe', 'bob']],
    ['sortBy=active', ['bob', 'eve', 'Adam', 'zoe', 'Carl', 'dora', 'Finn']],
    ['sortBy=meta.created&sortOrder=descending&count=2', ['Finn', 'dora']],
    ['sortBy=userName&startIndex=3&count=2', ['Carl', 'dora']],
    ['sortOrder=descending&count=2', ['eve', 'Adam']],
  ])('%s', async (query, names) => {
    expect(namesIn(await page(query))).toEqual(names);
  });

  it.each(['shoeSize', 'name', 'password', '%00', '__proto__', 'title;drop', 'emails[type eq "work"]'])(
    'by %s is 400 invalidPath',
    async (by) => {
      expect(await page(`sortBy=${encodeURIComponent(by)}`)).toMatchObject(refusal(400, 'invalidPath'));
    },
  );
});

describe('.search (RFC 7644 §3.4.3)', () => {
  it('answers what the same GET answers', async () => {
    const get = await page(
      'filter=title%20eq%20%22pilot%22&sortBy=userName&startIndex=2&count=1&attributes=displayName',
    );
    const search = await client.post('/Users/.search', {
      schemas: [URN.searchRequest],
      filter: 'title eq "pilot"',
      sortBy: 'userName',
      startIndex: 2,
      count: 1,
      attributes: ['displayName'],
    });
    expect(search).toMatchObject({ status: 200, json: get.json });
    expect(namesIn(search)).toEqual(['Carl']);
  });

  it.each<[object, string]>([
    [{}, 'invalidSyntax'],
    [{ schemas: [URN.listResponse] }, 'invalidSyntax'],
    [{ schemas: [URN.searchRequest], filter: 7 }, 'invalidValue'],
    [{ schemas: [URN.searchRequest], filter: 'userName eq' }, 'invalidFilter'],
    [{ schemas: [URN.searchRequest], count: '1e3' }, 'invalidValue'],
    [{ schemas: [URN.searchRequest], attributes: [1] }, 'invalidValue'],
  ])('refuses %j', async (body, scimType) => {
    expect(await client.post('/Users/.search', body)).toMatchObject(refusal(400, scimType));
  });
});
