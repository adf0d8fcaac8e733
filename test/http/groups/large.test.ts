import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/scim/index.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { WireTap } from '../wire-tap.js';
import { createGroup, elements, memberIds, people } from './groups.js';

const MEMBERS = 100_000;
/** Members that are read before the answer begins, in two statements. */
const FIRST = 1000;
const CHUNK = 500;

const tap = new WireTap();
let app: TestApp;
let idp: ScimClient;
let ada: string;
let bob: string;
let large: string;
beforeAll(async () => {
  await tap.listen();
  // The provisioning log is written beside the requests, whenever it is time.
  app = await startTestApp({ way: tap.way, env: { MUSTER_PROVISIONING_LOG: 'off' } });
  idp = await app.connection();
  [ada = '', bob = ''] = await people(idp, 'ada', 'bob');
  large = (await createGroup(idp, 'Everybody', [ada])).id;
  await app.rows(
    `with made as (
       insert into members (tenant_id, id, scim_id, connection_id, user_name, user_name_key, active, resource, version,
         created_at, updated_at)
       select $1, gen_random_uuid(), gen_random_uuid(), $2, 'u' || n, 'u' || n, true,
         '{"schemas":[],"userName":"u"}', 1, now(), now()
       from generate_series(1, ${MEMBERS - 1}) n returning id
     )
     insert into team_memberships select $1, $3, id, 'can_edit', now() from made`,
    [idp.tenant.id, idp.issued.connection.id, large],
  );
  await createGroup(idp, 'Few', [ada]);
  await app.http.listen(0, '127.0.0.1');
});
afterAll(async () => {
  await app.close();
  await tap.close();
});

/** The answer as it comes over a socket. */
async function stream(path: string, more: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
  const { port } = app.http.getHttpServer().address() as AddressInfo;
  const headers = { authorization: `Bearer ${idp.issued.token}`, ...more };
  const asked = get(`http://127.0.0.1:${port}/scim/v2${path}`, { headers });
  const [answer] = await once(asked, 'response');
  return answer as IncomingMessage;
}

/** Statements until there are no more for a while. */
async function statementsUntilQuiet(): Promise<number> {
  let total = tap.take();
  for (let quiet = 0; quiet < 5; ) {
    await new Promise((next) => setTimeout(next, 50));
    const count = tap.take();
    total += count;
    quiet = count === 0 ? quiet + 1 : 0;
  }
  return total;
}

describe(`A group of ${MEMBERS}`, () => {
  it('is sent while it is read: who stops listening stops the reading', async () => {
    tap.take();
    const answer = await stream(`/Groups/${large}`);
    await once(answer, 'readable');
    answer.destroy();
    expect(await statementsUntilQuiet()).toBeLessThan(MEMBERS / CHUNK);
  });

  it('is complete, in chunks', async () => {
    tap.take();
    const answer = await stream(`/Groups/${large}`);
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece as Buffer);
    expect(answer.headers['transfer-encoding']).toBe('chunked');
    const group = JSON.parse(Buffer.concat(pieces).toString()) as JsonObject;
    const values = new Set((group.members as JsonObject[]).map(({ value }) => value));
    expect(values.size).toBe(MEMBERS);
    expect(values.has(ada)).toBe(true);
    // The team, its first members, then a statement a chunk; the last one is empty.
    expect(tap.take()).toBe(1 + 2 + (MEMBERS - FIRST) / CHUNK + 1);
  });

  it('is read with the tag of its version, and without its members is told to be the same', async () => {
    const shown = await stream(`/Groups/${large}`);
    shown.destroy();
    const headers = { 'if-none-match': String(shown.headers.etag) };
    const again = await stream(`/Groups/${large}`, headers);
    again.destroy();
    const without = await stream(`/Groups/${large}?excludedAttributes=members`, headers);
    without.resume();
    expect([shown, again, without].map(({ statusCode }) => statusCode)).toEqual([200, 200, 304]);
  });
});

it('A page of many groups with many members each is complete, though no more is fetched at once than of one', async () => {
  const other = await app.connection();
  const names = Array.from({ length: 30 }, (_, n) => `person-${n}`);
  const ids = (await people(other, ...names)).sort();
  for (let number = 0; number < 800; number++)
    await createGroup(other, `Group ${number}`, number % 400 === 0 ? ids : []);
  const { json } = await other.get('/Groups?count=1000');
  const groups = json.Resources as JsonObject[];
  expect(groups).toHaveLength(800);
  const full = groups.filter((json) => memberIds({ json }).length > 0);
  expect(full.map((json) => memberIds({ json }))).toEqual([ids, ids]);
});

interface Budget {
  readonly request: string;
  readonly statements: number;
  readonly status: number;
  ask(): Promise<Answer>;
}
const member = (op: string, id: () => string) => () =>
  idp.patch(`/Groups/${large}`, [{ op, path: 'members', value: elements([id()]) }]);
const BUDGETS: readonly Budget[] = [
  { request: 'PATCH, one joins', statements: 1, status: 204, ask: member('add', () => bob) },
  { request: 'PATCH, one joins who is there', statements: 1, status: 204, ask: member('add', () => bob) },
  { request: 'PATCH, one leaves', statements: 1, status: 204, ask: member('remove', () => bob) },
  { request: 'PATCH, one leaves who is not there', statements: 1, status: 204, ask: member('remove', () => bob) },
  {
    request: 'PATCH of the name and a member',
    statements: 2,
    status: 204,
    ask: () =>
      idp.patch(`/Groups/${large}`, [
        { op: 'replace', value: { displayName: 'All' } },
        { op: 'add', path: 'members', value: elements([bob]) },
      ]),
  },
  {
    request: 'GET without members',
    statements: 1,
    status: 200,
    ask: () => idp.get(`/Groups/${large}?excludedAttributes=members`),
  },
  {
    request: 'GET of the name alone',
    statements: 1,
    status: 200,
    ask: () => idp.get(`/Groups/${large}?attributes=displayName`),
  },
  {
    request: 'list without members',
    statements: 1,
    status: 200,
    ask: () => idp.get('/Groups?excludedAttributes=members'),
  },
  {
    request: 'list of small groups with members',
    statements: 2,
    status: 200,
    ask: () => idp.get('/Groups?filter=displayName%20eq%20%22Few%22'),
  },
  {
    request: 'POST',
    statements: 3,
    status: 201,
    ask: () => idp.post('/Groups', { schemas: [], displayName: 'Small', members: elements([ada, bob]) }),
  },
];

describe('A request about a large group', () => {
  it.each(BUDGETS)('takes $statements SQL statement(s): $request', async ({ statements, status, ask }) => {
    await idp.get('/Groups?count=0');
    tap.take();
    const answer = await ask();
    expect({ statements: tap.take(), status: answer.status }).toEqual({ statements, status });
  });
});
