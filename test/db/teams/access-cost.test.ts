import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { BY_INDEX } from '../../../src/persistence/data-source.js';
import { BOUND, tenantStatement } from '../../../src/persistence/statement.js';
import { EFFECTIVE_MEMBERS, LIST_TEAMS, MEMBER_ACCESS } from '../../../src/persistence/team-access-statements.js';
import { GRANT_STATE, LIST_GRANTS, LIST_LINKS } from '../../../src/persistence/team-link-statements.js';
import { type PlanNode, ran, touched } from '../../support/query-plan.js';
import { Scene } from './scene.js';

const LARGE = 50_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';
const PREPARED = {
  members: EFFECTIVE_MEMBERS,
  access: MEMBER_ACCESS,
  teams: LIST_TEAMS,
  links: LIST_LINKS,
  grants: LIST_GRANTS,
  grantState: GRANT_STATE,
};

let scene: Scene;
let app: pg.Client;
let people: readonly string[];
let team: string;
beforeAll(async () => {
  scene = await Scene.open();
  app = new pg.Client({ connectionString: scene.space.database.appUrl, options: BY_INDEX });
  await app.connect();
  // Plans are made while the tables are empty and stay in use while they grow, as in a server that was started first.
  await app.query('set plan_cache_mode = force_generic_plan');
  for (const [name, { text }] of Object.entries(PREPARED)) await app.query(`prepare ${name} as ${text}`);
  people = await scene.people(LARGE);
  team = await scene.team(people);
  const groups = [await scene.team(people), await scene.team(people.slice(0, 100)), await scene.team()];
  await scene.rows(
    `insert into team_links select $1, $2, id, 'can_view', now() from unnest($3::uuid[]) as linked (id)`,
    [scene.space.tenantId, team, groups],
  );
  await scene.rows(`insert into team_grants select $1, $2, 'grant-' || n, now() from generate_series(1, 5000) n`, [
    scene.space.tenantId,
    team,
  ]);
  // Many teams and links of others, which nothing here should look at.
  for (let number = 0; number < 200; number++) await scene.team();
  await scene.rows(
    `insert into team_links select t.tenant_id, t.id, g.id, 'can_view', now() from teams t join teams g on g.id > t.id
     where t.tenant_id = $1 and t.id <> $2 and g.id not in (select team_id from team_memberships)`,
    [scene.space.tenantId, team],
  );
});
afterAll(async () => {
  await app.end();
  await scene.close();
});

const run = (prepared: keyof typeof PREPARED, values: Record<string, unknown>) =>
  ran(app, prepared, PREPARED[prepared], { tenant: scene.space.tenantId, ...values });
const all = (nodes: readonly PlanNode[]) =>
  ['team_memberships', 'members', 'teams', 'team_links', 'team_grants'].reduce(
    (sum, table) => sum + touched(nodes, table),
    0,
  );

describe(`In a team of ${LARGE} whose linked groups are as large`, () => {
  it.each([0, 1, 25_000, LARGE - 200])('a page of members behind %i others reads a page of each source', async (at) => {
    const after = people[at - 1] ?? NOBODY;
    const nodes = await run('members', { teamId: team, after, limit: 101 });
    expect(nodes[0]?.['Actual Rows']).toBeGreaterThanOrEqual(202);
    // PostgreSQL 17 reads a row more than the page of a source.
    expect(touched(nodes, 'team_memberships')).toBeLessThanOrEqual(304);
    expect(all(nodes)).toBeLessThanOrEqual(303 * 2 + 10);
  });

  it('the access of one member reads that member', async () => {
    const nodes = await run('access', { memberId: people[70] });
    expect(all(nodes)).toBeLessThanOrEqual(5000 + 50);
    expect(touched(nodes, 'team_memberships') + touched(nodes, 'team_links')).toBeLessThanOrEqual(20);
  });

  it.each<[keyof typeof PREPARED, () => Record<string, unknown>]>([
    ['teams', () => ({ after: team, limit: 11 })],
    ['links', () => ({ teamId: team, after: NOBODY, limit: 11 })],
    ['grants', () => ({ teamId: team, after: 'grant-3', limit: 11 })],
    ['grantState', () => ({ teamId: team, name: 'grant-7' })],
  ])('%s are read through an index, no further than asked', async (statement, values) => {
    expect(all(await run(statement, values()))).toBeLessThanOrEqual(40);
  });

  it('the view itself reads all of them: the checks above can fail', async () => {
    const page = tenantStatement(
      undefined,
      ` select e.member_id from effective_memberships e
        where e.tenant_id = $tenant::uuid and e.team_id = $teamId::uuid and ${BOUND}
        order by e.member_id limit 101`,
    );
    await app.query(`prepare whole as ${page.text}`);
    const nodes = await ran(app, 'whole', page, { tenant: scene.space.tenantId, teamId: team });
    expect(touched(nodes, 'team_memberships')).toBeGreaterThan(LARGE);
  });
});
