import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { EffectiveMember } from '../../../src/domain/team-access.js';
import { inOrder, type Statement } from '../../../src/persistence/statement.js';
import { TeamAccessRepository } from '../../../src/persistence/team-access.repository.js';
import { EFFECTIVE_MEMBERS, LIST_TEAMS, MEMBER_ACCESS } from '../../../src/persistence/team-access-statements.js';
import { LINK_STATE, LIST_GRANTS, LIST_LINKS } from '../../../src/persistence/team-link-statements.js';
import { Scene } from './scene.js';

let scene: Scene;
let app: pg.Client;
beforeAll(async () => {
  scene = await Scene.open();
  app = new pg.Client({ connectionString: scene.space.database.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app.end();
  await scene.close();
});

const permissions = ['can_view', 'can_edit'] as const;

/** All pages of a team's members, with so many on each. */
async function walk(teamId: string, limit: number): Promise<EffectiveMember[]> {
  const repository = new TeamAccessRepository(scene.space.work.forTenant(scene.space.tenantId));
  const members: EffectiveMember[] = [];
  let after: string | undefined;
  do {
    const page = await repository.members(teamId, { after, limit });
    if (!page) throw new Error('The team is not there.');
    expect(page.items.length).toBeLessThanOrEqual(limit);
    members.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return members;
}

describe('Effective memberships', () => {
  it('are the same page by page as in the view, whatever is linked to what', async () => {
    const people = await scene.people(6);
    const subset = fc.subarray([...people]);
    const group = fc.record({ members: subset, permission: fc.constantFrom(...permissions) });
    await fc.assert(
      fc.asyncProperty(
        subset,
        fc.array(group, { maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        async (own, groups, limit) => {
          const team = await scene.team(own);
          for (const { members, permission } of groups) {
            await scene.rows(`insert into team_links values ($1, $2, $3, $4, now())`, [
              ...[scene.space.tenantId, team, await scene.team(members), permission],
            ]);
          }
          const view = await scene.rows(
            `select member_id, max(case permission when 'can_edit' then 1 else 0 end) as highest,
             array_agg(coalesce(via_group::text, 'direct') order by via_group::text) as ways
           from effective_memberships where team_id = $1 group by member_id order by member_id`,
            [team],
          );
          const pages = (await walk(team, limit)).map(({ id, permission, provenance }) => ({
            member_id: id,
            highest: permissions.indexOf(permission),
            ways: provenance.map((way) => (way.via === 'direct' ? 'direct' : way.groupId)).sort(),
          }));
          expect(pages).toEqual(view.map((row) => ({ ...row, ways: [...(row.ways as string[])].sort() })));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('give a member the same teams as each team gives its members', async () => {
    const [mara = '', kim = ''] = await scene.people(2);
    const alpha = await scene.team([mara]);
    scene.clock.advance(1);
    const beta = await scene.team([kim]);
    await scene.rows(`insert into team_links values ($1, $2, $3, 'can_view', now())`, [
      ...[scene.space.tenantId, alpha, beta],
    ]);
    const repository = new TeamAccessRepository(scene.space.work.forTenant(scene.space.tenantId));
    expect((await repository.access(mara))?.teams).toMatchObject([{ teamId: alpha, permission: 'can_edit' }]);
    expect((await repository.access(kim))?.teams).toMatchObject([
      { teamId: alpha, permission: 'can_view', provenance: [{ via: 'group', groupId: beta }] },
      { teamId: beta, permission: 'can_edit', provenance: [{ via: 'direct' }] },
    ]);
  });
});

describe('The view of effective memberships, asked by the role of the requests', () => {
  let team: string;
  beforeAll(async () => {
    const [mara = ''] = await scene.people(1);
    team = await scene.team([mara]);
    await scene.rows(`insert into team_links values ($1, $2, $3, 'can_view', now())`, [
      ...[scene.space.tenantId, team, await scene.team([mara])],
    ]);
  });

  async function seenBy(tenant: string | undefined): Promise<number> {
    await app.query('begin');
    try {
      if (tenant !== undefined) await app.query(`select set_config('muster.tenant', $1, true)`, [tenant]);
      const { rows } = await app.query('select * from effective_memberships where team_id = $1', [team]);
      return rows.length;
    } finally {
      await app.query('rollback');
    }
  }

  it('shows a tenant its own', async () => {
    expect(await seenBy(scene.space.tenantId)).toBe(2);
  });

  it('shows another tenant nothing, and nobody nothing', async () => {
    expect(await seenBy(uuid())).toBe(0);
    expect(await seenBy(undefined)).toBe(0);
  });

  it('would show everything to everybody without security_invoker', async () => {
    await scene.rows('alter view effective_memberships set (security_invoker = false)');
    try {
      expect(await seenBy(uuid())).toBe(0);
      await scene.rows('alter table team_memberships no force row level security');
      expect(await seenBy(uuid())).toBeGreaterThan(0);
    } finally {
      await scene.rows('alter table team_memberships force row level security');
      await scene.rows('alter view effective_memberships set (security_invoker = true)');
    }
  });
});

describe('Each read of teams', () => {
  let superuser: pg.Client;
  let ids: Record<string, unknown>;
  beforeAll(async () => {
    superuser = new pg.Client({ connectionString: scene.space.database.superuserUrl });
    await superuser.connect();
    const [memberId = ''] = await scene.people(1);
    const [teamId, groupId] = [await scene.team([memberId]), await scene.team([memberId])];
    const { tenantId } = scene.space;
    await scene.rows(`insert into team_links values ($1, $2, $3, 'can_view', now())`, [tenantId, teamId, groupId]);
    await scene.rows(`insert into team_grants values ($1, $2, 'audit', now())`, [tenantId, teamId]);
    ids = { memberId, teamId, groupId, limit: 1000 };
  });
  afterAll(() => superuser.end());

  const NOBODY = '00000000-0000-0000-0000-000000000000';
  const reads: [string, Statement, string][] = [
    ['the list of teams', LIST_TEAMS, NOBODY],
    ['the members of a team', EFFECTIVE_MEMBERS, NOBODY],
    ['the access of a member', MEMBER_ACCESS, NOBODY],
    ['the links of a team', LIST_LINKS, NOBODY],
    ['the state of a link', LINK_STATE, NOBODY],
    ['the grants of a team', LIST_GRANTS, ''],
  ];
  /** What makes a statement stay in its tenant, in its own words. */
  const CONDITION = /\b\w+\.tenant_id = \$\d+::uuid(?= and )/g;

  async function found(client: pg.Client, { text, ...statement }: Statement, tenant: string, after: string) {
    const { rows } = await client.query(text, inOrder({ text, ...statement }, [{ ...ids, after, tenant }]));
    return /"|true|019|can_view|audit/.test(JSON.stringify(rows.map((row) => Object.values(row))));
  }

  it.each(reads)('%s: two walls, and either is enough', async (_what, statement, after) => {
    const bare = { ...statement, text: statement.text.replace(CONDITION, 'true') };
    expect(bare.text).not.toBe(statement.text);
    const mine = uuid();
    expect(await found(app, statement, scene.space.tenantId, after)).toBe(true);
    expect(await found(app, statement, mine, after)).toBe(false);
    expect(await found(superuser, statement, mine, after)).toBe(false);
    expect(await found(app, bare, mine, after)).toBe(false);
    expect(await found(superuser, bare, mine, after)).toBe(true);
  });
});
