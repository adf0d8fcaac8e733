import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FEED_LIMITS } from '../../../src/feed/feed-limits.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { relayOver, sealAll } from '../../support/relays.js';
import { person } from '../users/people.js';
import { WireTap } from '../wire-tap.js';
import { FeedReader, itemsOf, seal } from './reader.js';

const tap = new WireTap();
let app: TestApp;
let client: ScimClient;
let reader: FeedReader;
beforeAll(async () => {
  await tap.listen();
  app = await startTestApp({ way: tap.way });
});
afterAll(async () => {
  await app.close();
  await tap.close();
});
beforeEach(async () => {
  client = await app.connection();
  reader = await FeedReader.of(client);
});

const moment = (milliseconds: number) => new Promise((over) => void setTimeout(over, milliseconds));
const names = ({ json }: Answer) => itemsOf(json).map(({ type }) => type);

describe('A request that waits', () => {
  it('is answered when an event is sealed here', async () => {
    const waiting = reader.get(`?after=${await reader.end()}&wait=30`);
    await client.create(person('kim'));
    await seal(app);
    expect(names(await waiting)).toEqual(['muster.member.provisioned']);
  });

  it('is answered when another process seals', async () => {
    const waiting = reader.get(`?after=${await reader.end()}&wait=30`);
    await client.create(person('kim'));
    await app.rows('update leases set expires_at = now()');
    await sealAll(relayOver(app.work));
    await app.rows('update leases set expires_at = now()');
    expect(names(await waiting)).toEqual(['muster.member.provisioned']);
  });

  it('is not answered by what it does not ask for, and moves on behind that', async () => {
    const before = await reader.end();
    const waiting = reader.get(`?after=${before}&types=member.removed&wait=30`);
    const { id } = await client.create(person('kim'));
    await seal(app);
    await client.delete(`/Users/${id}`);
    await seal(app);
    expect(names(await waiting)).toEqual(['muster.member.removed']);
    const short = await reader.get(`?after=${before}&types=team.*&wait=1`);
    expect(short.json).toEqual({ items: [], next: await reader.end(), hasMore: false });
  });

  it('does not wait when there is something', async () => {
    expect(names(await reader.get('?wait=30')).length).toBeGreaterThan(3);
  });

  it('costs no more than one look for all who wait, however many there are', async () => {
    const others = await Promise.all([1, 2, 3].map(async () => FeedReader.of(await app.connection())));
    const readers = [reader, ...others].flatMap((each) => Array.from({ length: 10 }, () => each));
    const ends = await Promise.all(readers.map((each) => each.end()));
    const answers = readers.map((each, index) => each.get(`?after=${ends[index]}&wait=3`));
    await moment(1000);
    tap.take();
    await moment(1000);
    // Five looks of one statement; a look for each who waits would be 200.
    const looks = tap.take();
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThan(20);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(readers.map(() => 200));
  });

  it('is refused when the tenant has too many, and only then', async () => {
    const other = await FeedReader.of(await app.connection());
    const end = await reader.end();
    const answers = Array.from({ length: FEED_LIMITS.waiting }, () => reader.get(`?after=${end}&wait=30`));
    await moment(500);
    const refused = await reader.get(`?after=${end}&wait=30`);
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
    expect(refused.json.detail).toContain(`${FEED_LIMITS.waiting} requests`);
    expect((await reader.get(`?after=${end}`)).status).toBe(200);
    expect((await other.get('?wait=30')).status).toBe(200);
    await client.create(person('kim'));
    await seal(app);
    expect((await Promise.all(answers)).every((answer) => names(answer).length === 1)).toBe(true);
    expect((await reader.get(`?after=${end}&wait=30`)).status).toBe(200);
  });

  it('tells nothing to a token that was revoked meanwhile', async () => {
    const waiting = reader.get(`?after=${await reader.end()}&wait=30`);
    await app.tenants.revokeToken(client.tenant.slug, reader.tokenId);
    app.clock.advance(1000);
    await client.create(person('kim'));
    await seal(app);
    expect((await waiting).status).toBe(401);
  });

  it('is answered at once when the server stops', async () => {
    const stopping = await startTestApp();
    const last = await FeedReader.of(await stopping.connection());
    const end = await last.end();
    const waiting = last.get(`?after=${end}&wait=30`);
    await moment(300);
    const stopped = stopping.http.close();
    expect(await waiting).toMatchObject({ status: 200, json: { items: [], next: end } });
    await stopped;
    await stopping.close();
  });
});
