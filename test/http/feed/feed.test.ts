import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CloudEvent as OracleEvent } from 'cloudevents';
import { writeCursor } from '../../../src/events/event-cursor.js';
import { FEED_LIMITS } from '../../../src/feed/feed-limits.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { person } from '../users/people.js';
import { FeedReader, fill, itemsOf, seal } from './reader.js';

let app: TestApp;
let client: ScimClient;
let reader: FeedReader;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  client = await app.connection();
  for (const name of ['kim', 'lee', 'mo']) await client.create(person(name));
  reader = await FeedReader.of(client);
});

const sequences = (events: readonly { readonly sequence: string }[]) => events.map(({ sequence }) => Number(sequence));
const names = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type.replace('muster.', ''));

describe('The events API', () => {
  it('gives every event of the tenant, in its order, as CloudEvents that another implementation reads', async () => {
    const events = await reader.all();
    expect(sequences(events)).toEqual(events.map((_, index) => index + 1));
    expect(names(events).sort()).toEqual([
      'connection.created',
      'member.provisioned',
      'member.provisioned',
      'member.provisioned',
      'service_account.created',
      'service_account.created',
      'tenant.created',
      'token.created',
      'token.created',
    ]);
    for (const event of events) expect(new OracleEvent({ ...event }).validate()).toBe(true);
    const [{ count }] = (await app.rows('select count(*)::int as count from events where tenant_id = $1', [
      client.tenant.id,
    ])) as [{ count: number }];
    expect(events).toHaveLength(count);
  });

  it('goes on from any cursor, and gives the same again from it', async () => {
    const whole = await reader.all();
    for (const limit of [1, 2, 4, 500]) expect(await reader.all(`limit=${limit}`)).toEqual(whole);
    const first = await reader.get('?limit=3');
    const after = String(first.json.next);
    expect([...itemsOf(first.json), ...(await reader.all('limit=2', after))]).toEqual(whole);
    app.clock.advance(365 * 24 * 3600 * 1000 - 60_000);
    const later = await FeedReader.of(client);
    expect((await later.all('limit=500', after)).slice(0, whole.length - 3)).toEqual(whole.slice(3));
  });

  it('ends where the log ends, and goes on there', async () => {
    const end = await reader.end();
    expect((await reader.get(`?after=${end}`)).json).toEqual({ items: [], next: end, hasMore: false });
    await client.create(person('new'));
    await seal(app);
    expect(names(await reader.all('', end))).toEqual(['member.provisioned']);
    expect((await reader.get('?after=latest')).json.items).toEqual([]);
  });

  it('passes over what is not asked for, and moves on behind it', async () => {
    const { json } = await reader.get('?types=member.*,token.created');
    expect(names(itemsOf(json)).sort()).toEqual([
      'member.provisioned',
      'member.provisioned',
      'member.provisioned',
      'token.created',
      'token.created',
    ]);
    expect(sequences(itemsOf(json))).toEqual([...sequences(itemsOf(json))].sort((one, other) => one - other));
    expect(json.next).toBe(await reader.end());
    const none = await reader.get('?types=team.*');
    expect(none.json).toEqual({ items: [], next: await reader.end(), hasMore: false });
    expect(names(await reader.all('types=muster.tenant.created'))).toEqual(['tenant.created']);
  });

  it('looks at so many places for a filter and no more, and loses nothing by it', async () => {
    const before = await reader.end();
    await fill(client.tenant, FEED_LIMITS.scanned + 10, 'member.updated');
    await fill(client.tenant, 2, 'member.linked');
    const first = await reader.get(`?types=member.linked&after=${before}`);
    expect(first.json).toMatchObject({ items: [], hasMore: true });
    expect(first.json.next).not.toBe(before);
    const second = await reader.get(`?types=member.linked&after=${String(first.json.next)}`);
    expect(names(itemsOf(second.json))).toEqual(['member.linked', 'member.linked']);
    expect(second.json.hasMore).toBe(false);
  });

  it('ends a page early when events are large, and loses nothing by it', async () => {
    const before = await reader.end();
    const large = JSON.stringify({ scimId: null, after: { note: 'x'.repeat(1_500_000) } });
    await fill(client.tenant, 7, 'member.provisioned', large);
    const page = await reader.get(`?after=${before}`);
    expect(itemsOf(page.json)).toHaveLength(2);
    expect(page.json.hasMore).toBe(true);
    const all = await reader.all('types=member.provisioned', before);
    expect(sequences(all)).toEqual(Array.from(all, (_, index) => sequences(all)[0]! + index));
    expect(all).toHaveLength(7);
  });

  it('shows nothing of another tenant, whose cursor it refuses', async () => {
    const other = await FeedReader.of(await app.connection());
    const theirs = await other.all();
    const sources = new Set(theirs.map(({ source }) => source));
    expect(sources).toEqual(new Set([`urn:muster:tenant:${other.owner.tenant.id}`]));
    const ours = new Set((await reader.all()).map(({ id }) => id));
    expect(theirs.filter(({ id }) => ours.has(id))).toEqual([]);
    const answer = await reader.get(`?after=${await other.end()}`);
    expect(answer).toMatchObject({ status: 400, json: { detail: expect.stringContaining('another tenant') } });
  });

  it('is closed without the scope', async () => {
    const writer = await FeedReader.of(client, ['members:write', 'audit:read']);
    expect((await writer.get()).status).toBe(403);
    expect((await app.call('GET', '/api/v1/events')).status).toBe(401);
  });
});

describe('A request that cannot be met', () => {
  it.each(['nowhere', '', '42', 'AQ', 'A'.repeat(36), '%00', 'latest '])('with the cursor %p is 400', async (after) => {
    const answer = await reader.get(`?after=${encodeURIComponent(after)}`);
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ field: 'after' }] } });
  });

  it('with one letter of a cursor changed is 400, whichever it is', async () => {
    const cursor = await reader.end();
    for (let place = 0; place < cursor.length; place++) {
      const letter = cursor[place] === 'A' ? 'B' : 'A';
      const { status } = await reader.get(`?after=${cursor.slice(0, place)}${letter}${cursor.slice(place + 1)}`);
      expect({ place, status }).toEqual({ place, status: 400 });
    }
  });

  it('names the type that was meant', async () => {
    const answer = await reader.get('?types=member.provisoned,team.created,memer.*');
    expect(answer).toMatchObject({
      status: 400,
      json: {
        errors: [
          { field: 'types', detail: expect.stringContaining('did you mean member.provisioned?') },
          { field: 'types', detail: expect.stringContaining('did you mean member.*?') },
        ],
      },
    });
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'wait=31', 'wait=-1', 'wait=1.5', 'colour=red', 'types=a&types=b'])(
    '%s is 422',
    async (query) => {
      expect((await reader.get(`?${query}`)).status).toBe(422);
    },
  );

  it('is 410 and names the oldest cursor when the place is no longer kept', async () => {
    const [whole, third] = [await reader.all(), String((await reader.get('?limit=3')).json.next)];
    const second = String((await reader.get('?limit=2')).json.next);
    await app.rows('delete from seals where tenant_id = $1 and seq <= 3', [client.tenant.id]);
    await app.rows(`insert into seal_anchors (tenant_id, seq, hash, removed_at) values ($1, 3, '\\x00', now())`, [
      client.tenant.id,
    ]);
    const answer = await reader.get(`?after=${second}`);
    expect(answer).toMatchObject({ status: 410, json: { oldest: third, detail: expect.stringContaining(third) } });
    expect(await reader.all('limit=500', String(answer.json.oldest))).toEqual(whole.slice(3));
    expect(await reader.all()).toEqual(whole.slice(3));
  });

  it('is 410 as well when the log is shorter than the cursor, as after a restore', async () => {
    const ahead = writeCursor(client.tenant.id, 1000);
    const answer = await reader.get(`?after=${ahead}&wait=30`);
    expect(answer).toMatchObject({ status: 410, json: { detail: expect.stringContaining('ahead of the log') } });
  });
});
