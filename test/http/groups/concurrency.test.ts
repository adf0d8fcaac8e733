import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { memberPatch } from '../../support/member-operations.js';
import { createGroup, group, people, type TeamEvent, teamEvents } from './groups.js';

const WRITERS = 8;
const PATCHES = 30;

let app: TestApp;
let idp: ScimClient;
beforeAll(async () => {
  app = await startTestApp();
  idp = await app.connection();
});
afterAll(() => app.close());

/** Deadlocks so far. A connection tells its numbers when it ends, so those of the application are ended first. */
async function deadlocks(): Promise<number> {
  const backends = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
    and application_name = 'muster'`;
  await app.rows(`select pg_terminate_backend(pid) ${backends}`);
  while ((await app.rows(`select pid ${backends}`)).length > 0) await new Promise((next) => setImmediate(next));
  const [row] = await app.rows('select deadlocks::int as n from pg_stat_database where datname = current_database()');
  return Number(row?.n);
}

/** Who is left when everything that was told has been done: added minus removed, per team. */
function summed(events: readonly TeamEvent[]): readonly string[] {
  const members = new Map<string, number>();
  const count = (id: string, by: number) => members.set(id, (members.get(id) ?? 0) + by);
  for (const { data } of events) {
    for (const { id } of data.added ?? []) count(id, 1);
    for (const { id } of data.removed ?? []) count(id, -1);
  }
  expect([...members.values()].filter((times) => times !== 0 && times !== 1)).toEqual([]);
  return [...members].filter(([, times]) => times === 1).map(([id]) => id);
}

it('Eight writers and a remover at once lose nothing, invent nothing and never deadlock', async () => {
  const names = Array.from({ length: 18 }, (_, n) => `person-${n}`);
  const ids = await people(idp, ...names);
  const leaving = ids.slice(0, 6);
  const teams = [];
  for (const name of ['North', 'South', 'East']) teams.push((await createGroup(idp, name)).id);
  const doomed = (await createGroup(idp, 'West')).id;
  const all = [...teams, doomed];
  const before = await deadlocks();

  const requests = fc.sample(fc.tuple(fc.constantFrom(...all), memberPatch(ids, 3)), WRITERS * PATCHES);
  const statuses = new Map<string, number>();
  const write = async (mine: typeof requests) => {
    for (const [team, operations] of mine) {
      const { status } = await idp.patch(
        `/Groups/${team}`,
        operations.map(({ wire }) => wire),
      );
      const kind = `${status} ${team === doomed ? 'doomed' : 'kept'}`;
      statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
    }
  };
  const removeSome = async () => {
    for (const id of leaving) {
      for (let wait = 0; wait < 5; wait++) await idp.get('/Groups?excludedAttributes=members');
      expect((await idp.delete(`/Users/${id}`)).status).toBe(204);
    }
    expect((await idp.delete(`/Groups/${doomed}`)).status).toBe(204);
  };
  const writers = Array.from({ length: WRITERS }, (_, n) => write(requests.filter((_r, at) => at % WRITERS === n)));
  await Promise.all([...writers, removeSome()]);

  expect(
    [...statuses.keys()].filter(
      (kind) => !['204 kept', '400 kept', '204 doomed', '400 doomed', '404 doomed'].includes(kind),
    ),
  ).toEqual([]);
  expect(statuses.get('204 kept')).toBeGreaterThan(PATCHES);
  for (const team of teams) {
    const events = await teamEvents(idp.tenant, team);
    const told = events.filter(({ type }) => type === 'team.membership_changed');
    const stored = await app.rows('select member_id from team_memberships where team_id = $1', [team]);
    expect(stored.map(({ member_id }) => String(member_id)).sort()).toEqual([...summed(told)].sort());
    const [row] = await app.rows('select version from teams where id = $1', [team]);
    expect(row?.version).toBe(1 + told.length);
    expect(events.filter(({ queued }) => !queued)).toEqual([]);
  }
  const lost = await app.rows(
    `select tm.* from team_memberships tm left join members m on m.id = tm.member_id and m.scim_id is not null
     left join teams t on t.id = tm.team_id where m.id is null or t.id is null`,
  );
  expect(lost).toEqual([]);
  expect(await deadlocks()).toBe(before);
});

it('One name wanted by eight at once is one group and seven refusals', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => idp.post('/Groups', group('Only One'))));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
});

it('A deadlock would be seen: two who take two rows crosswise count as one', async () => {
  const [one, two] = [(await createGroup(idp, 'Left')).id, (await createGroup(idp, 'Right')).id];
  const before = await deadlocks();
  const clients = [0, 1].map(
    () => new pg.Client({ connectionString: app.database.superuserUrl, application_name: 'muster' }),
  );
  const lock = (at: number, id: string) => clients[at]?.query('select from teams where id = $1 for update', [id]);
  for (const client of clients) await client.connect().then(() => client.query('begin'));
  await lock(0, one);
  await lock(1, two);
  const ends = await Promise.allSettled([lock(0, two), lock(1, one)]);
  for (const client of clients) await client.end();
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(await deadlocks()).toBe(before + 1);
});
