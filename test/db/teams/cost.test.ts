import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { BY_INDEX } from '../../../src/persistence/data-source.js';
import { FIND_STORED } from '../../../src/persistence/member-statements.js';
import { idTime } from '../../../src/persistence/membership-events.js';
import { tenantStatement } from '../../../src/persistence/statement.js';
import { teamChange } from '../../../src/persistence/team-change-statements.js';
import { compileTeamQuery } from '../../../src/persistence/team-list.js';
import * as statements from '../../../src/persistence/team-statements.js';
import { GroupType, parseFilter } from '../../../src/scim/index.js';
import { type PlanNode, ran, touched } from '../../support/query-plan.js';
import { Scene } from './scene.js';

const LARGE = 100_000;
const PREPARED = {
  joins: teamChange({ join: true, leave: 'nobody', described: false, skip: false, large: false }),
  leaves: teamChange({ join: false, leave: 'one', described: false, skip: false, large: false }),
  changesPlaces: teamChange({ join: true, leave: 'one', described: false, skip: false, large: false }),
  manyLeave: teamChange({ join: false, leave: 'named', described: false, skip: false, large: false }),
  replace: teamChange({ join: true, leave: 'others', described: false, skip: false, large: true }),
  endMemberships: statements.END_MEMBERSHIPS,
  membersOf: statements.MEMBERS_OF,
  find: statements.FIND_TEAM,
  findUser: FIND_STORED,
};

let scene: Scene;
let app: pg.Client;
let people: readonly string[];
let small: string;
let large: string;
beforeAll(async () => {
  scene = await Scene.open();
  app = new pg.Client({ connectionString: scene.space.database.appUrl, options: BY_INDEX });
  await app.connect();
  // Plans are made while the tables are empty and stay in use while they grow, as in a server that was started first.
  await app.query('set plan_cache_mode = force_generic_plan');
  for (const [name, { text }] of Object.entries(PREPARED)) {
    await app.query(`prepare ${name} as ${text}`);
  }
  people = await scene.people(LARGE + 1);
  small = await scene.team(people.slice(0, 10));
  large = await scene.team(people.slice(0, LARGE));
  for (let number = 0; number < 50; number++) await scene.team();
});
afterAll(async () => {
  await app.end();
  await scene.close();
});

const at = '2026-01-15T10:00:00.000Z';
const run = (prepared: keyof typeof PREPARED, values: Record<string, unknown>) =>
  ran(app, prepared, PREPARED[prepared], { tenant: scene.space.tenantId, ...values });
const change = (teamId: string, more: { readonly add?: readonly string[]; readonly remove?: readonly string[] }) => ({
  ...{ teamId, connectionId: scene.space.connectionId, permission: 'can_edit', idTime: idTime(at), occurredAt: at },
  ...{ actorType: 'system', actorId: null, actorConnection: null, actorToken: null, requestId: null },
  ...{ eventId: uuid(), eventType: 'team.renamed', subjectType: 'team', subjectId: teamId, eventData: '{}' },
  expectedVersion: null,
  add: more.add ?? [],
  remove: more.remove ?? [],
});
const memberships = (nodes: readonly PlanNode[]) => touched(nodes, 'team_memberships');

async function expectEqualCost(
  statement: 'joins' | 'leaves' | 'changesPlaces' | 'manyLeave',
  who: Parameters<typeof change>[1],
) {
  const { add = [], remove = [] } = who;
  const ofSmall = await run(statement, change(small, who));
  const ofLarge = await run(statement, change(large, who));
  expect(memberships(ofLarge)).toBe(memberships(ofSmall));
  // Whoever leaves is found, deleted; whoever joins is inserted.
  expect(memberships(ofLarge)).toBeLessThanOrEqual(add.length + 2 * remove.length);
  expect(touched(ofLarge, 'members')).toBeLessThanOrEqual(2 * add.length + 2 * remove.length);
}

/** Whether plans made on empty tables prefer an array of values to the columns before it: since PostgreSQL 17 (ADR 9). */
async function weighsArrays(): Promise<boolean> {
  const [row] = await scene.rows(`select current_setting('server_version_num')::int >= 170000 as yes`);
  return row?.yes === true;
}

describe(`A change of one member, in a team of 10 and in one of ${LARGE}`, () => {
  it.each<[string, Parameters<typeof expectEqualCost>[0], () => Parameters<typeof change>[1]]>([
    ['somebody joins', 'joins', () => ({ add: people.slice(-1) })],
    ['somebody joins who is there', 'joins', () => ({ add: people.slice(5, 6) })],
    ['somebody leaves', 'leaves', () => ({ remove: people.slice(5, 6) })],
    ['somebody leaves who is not there', 'leaves', () => ({ remove: people.slice(-1) })],
    ['one joins and one leaves', 'changesPlaces', () => ({ add: people.slice(-1), remove: people.slice(5, 6) })],
  ])('%s: touches as many rows, and no more than it is about', async (_what, statement, who) => {
    await expectEqualCost(statement, who());
  });

  it('three leave: touches as many rows, and no more than it is about', async () => {
    if (!(await weighsArrays())) return;
    await expectEqualCost('manyLeave', { remove: people.slice(3, 6) });
  });

  it('a replacement touches them all: the check above can fail', async () => {
    const { remove: _, ...replacement } = change(large, { add: people.slice(0, 1) });
    expect(memberships(await run('replace', replacement))).toBeGreaterThanOrEqual(LARGE - 1);
  });
});

describe('A member who is removed', () => {
  it('leaves the teams they are in; no other team and no other member is looked at', async () => {
    const memberId = people[4];
    const nodes = await run('endMemberships', { ...change(large, {}), memberId, scimId: memberId });
    expect(memberships(nodes)).toBeLessThanOrEqual(3 * 2);
    if (await weighsArrays()) expect(touched(nodes, 'teams')).toBeLessThanOrEqual(3 * 2);
  });
});

it('A user is read with the teams they are in, and nobody else in them', async () => {
  const nodes = await run('findUser', { scimId: people[4], hideUnlinked: false });
  expect(memberships(nodes)).toBe(2);
  expect(touched(nodes, 'teams')).toBe(2);
});

describe('A team is read', () => {
  it('without a look at its members', async () => {
    const nodes = await run('find', { teamId: large });
    expect(memberships(nodes)).toBe(0);
    expect(statements.FIND_TEAM.text).not.toContain('team_memberships');
    expect(compileTeamQuery({ from: { offset: 0 }, limit: 100 }).text).not.toContain('team_memberships');
    expect(statements.MEMBERS_OF.text).toContain('team_memberships');
  });

  it.each([
    (member: string) => `members eq "${member}"`,
    (member: string) => `members.value eq "${member}"`,
    (member: string) => `members[value eq "${member}"]`,
    (member: string) => `id eq "${large}" and members eq "${member}"`,
  ])('by one of its members, through that member: %s', async (filter) => {
    const { text, values } = compileTeamQuery({
      filter: parseFilter(filter(people[4] ?? ''), GroupType),
      from: { offset: 0 },
      limit: 100,
    });
    const statement = tenantStatement(undefined, text);
    await app.query(`prepare listed as ${statement.text}`);
    const nodes = await ran(app, 'listed', statement, { tenant: scene.space.tenantId, ...values });
    await app.query('deallocate listed');
    // Twice: for the total and for the page.
    expect(memberships(nodes)).toBeLessThanOrEqual(2 * 2);
  });

  it('with its members in chunks, each from where the last one ended', async () => {
    const after = people[LARGE / 2];
    const nodes = await run('membersOf', { teamIds: [large], limit: 1000, after });
    expect(memberships(nodes)).toBe(1000);
  });
});

describe('Ten thousand members in one operation', () => {
  const operation = (op: string, ids: readonly string[]) => [
    { op, path: 'members', value: ids.map((value) => ({ value })) },
  ];

  it('join and leave in one change each, told in chunks of a thousand', async () => {
    const [many, one] = [people.slice(0, 10_000), people.slice(-1)];
    // The plans of a pool's connections are generic after a few uses.
    const other = await scene.team();
    for (let times = 0; times < 8; times++) {
      await scene.patch(other, operation('add', one));
      await scene.patch(other, operation('remove', one));
    }
    const teamId = await scene.team();
    await scene.patch(teamId, operation('add', many));
    expect(await scene.membersOf(teamId)).toEqual(many);
    await scene.patch(teamId, operation('remove', many));
    expect(await scene.membersOf(teamId)).toEqual([]);
    expect((await scene.stored(teamId)).version).toBe(3);
    const events = await scene.told(teamId);
    const sizes = events.map(({ added, removed }) => [added.length, removed.length]);
    expect(sizes.sort()).toEqual([...Array(10).fill([0, 1000]), ...Array(10).fill([1000, 0])]);
    const named = (list: 'added' | 'removed') => events.flatMap((event) => event[list].map(({ id }) => id)).sort();
    expect(named('added')).toEqual(many);
    expect(named('removed')).toEqual(many);
  });
});
