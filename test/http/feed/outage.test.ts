import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import type { TestPostgres } from '../../support/test-postgres.js';
import { DatabaseLink } from '../users/database-link.js';
import { person } from '../users/people.js';
import { FeedReader, itemsOf, seal } from './reader.js';
import { EventStream, listen } from './sse.js';

let link: DatabaseLink;
let app: TestApp;
beforeAll(async () => {
  const postgres = JSON.parse(process.env.MUSTER_TEST_POSTGRES ?? '') as TestPostgres;
  link = await DatabaseLink.open(postgres.appUrl);
  app = await startTestApp({ way: (url) => link.urlOf(url) });
});
afterAll(async () => {
  app.http.getHttpServer().closeAllConnections();
  await app.close();
  await link.cut();
});

it('Readers who wait and follow while the database goes away are let go, and miss nothing when it is back', async () => {
  const url = `${await listen(app)}/api/v1/events/stream`;
  const client = await app.connection();
  const reader = await FeedReader.of(client);
  const end = await reader.end();
  const stream = await EventStream.open(url, reader.token);
  const before = (await stream.take(3)).at(-1)!;
  const waiting = reader.get(`?after=${end}&wait=2`);
  await link.cut();
  app.clock.advance(1000);
  await stream.ended.catch(() => undefined);
  expect((await waiting).status).toBe(503);
  expect((await reader.get(`?after=${end}`)).status).toBe(503);
  await link.mend();
  await client.create(person('kim'));
  await seal(app);
  expect(itemsOf((await reader.get(`?after=${end}`)).json)).toMatchObject([{ type: 'muster.member.provisioned' }]);
  const resumed = await EventStream.open(url, reader.token, { 'last-event-id': before.id });
  const pages = await reader.all('limit=500', before.id);
  const blocks = await resumed.take(pages.length);
  expect(blocks.map(({ data }) => JSON.parse(data))).toEqual(pages);
  resumed.leave();
});
