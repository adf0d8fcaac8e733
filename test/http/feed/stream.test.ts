import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventStream } from '../../../src/feed/event-stream.js';
import { FeedService } from '../../../src/feed/feed.service.js';
import { FEED_LIMITS } from '../../../src/feed/feed-limits.js';
import { SealWatcher } from '../../../src/feed/seal-watcher.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { person } from '../users/people.js';
import { FeedReader, fill, seal } from './reader.js';
import { EventStream, listen } from './sse.js';

let app: TestApp;
let url: string;
let client: ScimClient;
let reader: FeedReader;
const open: EventStream[] = [];
beforeAll(async () => {
  app = await startTestApp();
  url = await listen(app);
});
afterAll(() => {
  // The client of these tests leaves a connection behind on which nothing was asked; a server waits a minute for such.
  app.http.getHttpServer().closeAllConnections();
  return app.close();
});
beforeEach(async () => {
  for (const stream of open.splice(0)) stream.leave();
  client = await app.connection();
  reader = await FeedReader.of(client);
});

async function follow(query = '', headers: Record<string, string> = {}, who = reader): Promise<EventStream> {
  const stream = await EventStream.open(`${url}/api/v1/events/stream${query}`, who.token, headers);
  open.push(stream);
  return stream;
}

async function happens(...who: string[]): Promise<void> {
  for (const name of who) await client.create(person(name));
  await seal(app);
}

describe('The event stream', () => {
  it('gives what is there and then what comes, the same events as the pages have', async () => {
    const stream = await follow();
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const before = (await reader.all()).length;
    await stream.take(before);
    await happens('kim', 'lee');
    await stream.take(2);
    const pages = await reader.all();
    expect(stream.blocks.map(({ data }) => JSON.parse(data))).toEqual(pages);
    expect(stream.blocks.at(-1)?.id).toBe(await reader.end());
  });

  it('goes on behind Last-Event-ID, whatever the URL says', async () => {
    const first = await follow();
    const [, second] = await first.take(3);
    first.leave();
    const resumed = await follow('?after=latest', { 'last-event-id': second!.id });
    const rest = (await reader.all()).length - 2;
    await resumed.take(rest);
    expect(JSON.parse(resumed.blocks[0]!.data)).toMatchObject({ sequence: '3' });
    const late = await follow(`?after=${second!.id}`);
    expect((await late.take(1))[0]).toEqual(resumed.blocks[0]);
  });

  it('has only the types that were asked for', async () => {
    const stream = await follow('?types=member.removed&after=latest');
    const { id } = await client.create(person('kim'));
    await client.delete(`/Users/${id}`);
    await seal(app);
    const [block] = await stream.take(1);
    expect(JSON.parse(block!.data)).toMatchObject({ type: 'muster.member.removed' });
    expect(stream.blocks).toHaveLength(1);
  });

  it.each([
    ['?after=nowhere', 400],
    ['?types=member.moved', 400],
    ['?limit=3', 422],
  ])('refuses %s before it begins', async (query, status) => {
    const { token } = reader;
    const answer = await app.call('GET', `/api/v1/events/stream${query}`, undefined, { token });
    expect(answer.status).toBe(status);
  });

  it('is not opened by the cursor of another tenant, nor without the scope', async () => {
    const [other, writer] = [await FeedReader.of(await app.connection()), await FeedReader.of(client, ['audit:read'])];
    const headers = { 'last-event-id': await other.end() };
    const ask = (token: string) => app.call('GET', '/api/v1/events/stream', undefined, { token, headers });
    expect(await ask(reader.token)).toMatchObject({ status: 400, json: { errors: [{ field: 'after' }] } });
    expect((await ask(writer.token)).status).toBe(403);
  });

  it('answers HEAD and is over', async () => {
    const answer = await fetch(`${url}/api/v1/events/stream`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${reader.token}` },
    });
    expect(answer.status).toBe(200);
  });

  it('moves a reader on past what its filter leaves out, in the silence between events', async () => {
    await happens('kim', 'lee');
    const ended = new AbortController();
    const order = {
      tenantId: client.tenant.id,
      place: 0,
      types: ['team.created'],
      heartbeatMs: 1,
      ended: ended.signal,
    };
    const blocks = eventStream(app.http.get(FeedService), app.http.get(SealWatcher), order);
    await blocks.next();
    expect((await blocks.next()).value).toBe(`: still here\nid: ${await reader.end()}\n\n`);
    ended.abort();
    expect(await blocks.next()).toEqual({ done: true, value: undefined });
  });
});

describe('A stream ends', () => {
  it('when its token is revoked, and others go on', async () => {
    const other = await FeedReader.of(client);
    const [stream, control] = [await follow('?after=latest'), await follow('?after=latest', {}, other)];
    await app.tenants.revokeToken(client.tenant.slug, reader.tokenId);
    app.clock.advance(1000);
    await stream.ended;
    await happens('kim');
    // What was revoked is an event too.
    expect((await control.take(2)).map(({ data }) => JSON.parse(data).type).sort()).toEqual([
      'muster.member.provisioned',
      'muster.token.revoked',
    ]);
    expect(stream.blocks).toEqual([]);
  });

  it('when its token expires', async () => {
    const { token } = await app.tenants.createToken({
      tenant: client.tenant.slug,
      scopes: ['events:read'],
      expires: '30m',
    });
    const stream = await EventStream.open(`${url}/api/v1/events/stream`, token);
    app.clock.advance(31 * 60_000);
    await stream.ended;
  });

  it('when the server stops, with the end of an answer and not with a broken one', async () => {
    const stopping = await startTestApp();
    const address = await listen(stopping);
    const last = await FeedReader.of(await stopping.connection());
    const streams = await Promise.all(
      Array.from({ length: FEED_LIMITS.streams }, () =>
        EventStream.open(`${address}/api/v1/events/stream`, last.token),
      ),
    );
    await Promise.all(streams.map((stream) => stream.take(1)));
    await stopping.http.close();
    await Promise.all(streams.map(({ ended }) => ended));
    await stopping.close();
  });

  it('when its reader leaves: the place is free again', async () => {
    const streams = await Promise.all(Array.from({ length: FEED_LIMITS.streams }, () => follow('?after=latest')));
    const ask = () =>
      fetch(`${url}/api/v1/events/stream?after=latest`, { headers: { authorization: `Bearer ${reader.token}` } });
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({
      detail: expect.stringContaining(`${FEED_LIMITS.streams} event streams`),
    });
    const neighbour = await FeedReader.of(await app.connection());
    (await follow('', {}, neighbour)).leave();
    streams[0]!.leave();
    let answer = await ask();
    while (answer.status === 429) answer = await ask();
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });
});

describe('A reader that takes nothing', () => {
  const MEGABYTE = 1024 * 1024;
  const COUNT = 60;
  const DATA = JSON.stringify({ scimId: null, after: { note: 'x'.repeat(MEGABYTE) } });
  /** A page, and what the buffers on the way take. */
  const BOUND = 8 * MEGABYTE;

  /** Both ends of a connection to a server, the client's paused. */
  async function pausedClient(server: Server): Promise<{ client: Socket; held: () => number }> {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    client.on('error', () => undefined);
    const [end] = await accepted;
    return { client, held: () => end.writableLength };
  }

  it('is waited for: the server holds a page for it, and gives it everything in the end', async () => {
    await fill(client.tenant, COUNT, 'member.provisioned', DATA);
    const { client: slow, held } = await pausedClient(app.http.getHttpServer());
    slow.write(`GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${reader.token}\r\n\r\n`);
    let most = 0;
    for (let look = 0; look < 20; look++) {
      await new Promise((over) => void setTimeout(over, 100));
      most = Math.max(most, held());
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(BOUND);
    let taken = 0;
    for await (const chunk of slow) {
      taken += (chunk as Buffer).length;
      if (taken > COUNT * DATA.length) break;
    }
    expect(taken).toBeGreaterThan(COUNT * DATA.length);
  });

  it('would be held everything for by a server that does not wait, as a control', async () => {
    await fill(client.tenant, COUNT, 'member.provisioned', DATA);
    const hasty = createServer(async (socket) => {
      socket.on('error', () => undefined);
      const order = { tenantId: client.tenant.id, place: 0, heartbeatMs: 1000, ended: new AbortController().signal };
      for await (const block of eventStream(app.http.get(FeedService), app.http.get(SealWatcher), order)) {
        socket.write(block);
        if (socket.writableLength > COUNT * DATA.length - BOUND) break;
      }
    });
    await once(hasty.listen(0, '127.0.0.1'), 'listening');
    const { client: slow, held } = await pausedClient(hasty);
    while (held() < COUNT * DATA.length - BOUND) await new Promise((over) => void setTimeout(over, 100));
    slow.destroy();
    await new Promise((closed) => hasty.close(closed));
  });

  it('does not keep the server from stopping', async () => {
    const stopping = await startTestApp();
    await listen(stopping);
    const owner = await stopping.connection();
    const last = await FeedReader.of(owner);
    await fill(owner.tenant, COUNT, 'member.provisioned', DATA);
    const { client: slow, held } = await pausedClient(stopping.http.getHttpServer());
    slow.write(`GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${last.token}\r\n\r\n`);
    while (held() === 0) await new Promise((over) => void setTimeout(over, 100));
    await stopping.close();
    slow.destroy();
  });
});
