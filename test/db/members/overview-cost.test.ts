import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { compileMemberSearch, type MemberSearch } from '../../../src/persistence/member-overview.js';
import { inOrder, tenantStatement } from '../../../src/persistence/statement.js';
import { type PlanNode, touched } from '../../support/query-plan.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const MEMBERS = 100_000;
const [RARE, FIRST] = [uuid(), '00000000-0000-0000-0000-000000000000'];
let space: Workspace;
let app: pg.Client;

/** Everybody is of one connection, but for one in a thousand who is unlinked and one who is of another. */
beforeAll(async () => {
  space = await openWorkspace();
  const superuser = new pg.Client({ connectionString: space.database.superuserUrl });
  await superuser.connect();
  await superuser.query(
    `insert into members (tenant_id, id, scim_id, connection_id, user_name, user_name_key, display_name_key, active, resource,
       version, created_at, updated_at)
     select $1, id, case when n % 1000 = 3 then null else id end,
       case n % 1000 when 1 then null when 2 then $3::uuid else $2::uuid end, 'u' || n, 'u' || n, 'd' || n, n % 1000 <> 4,
       '{"userName":"u"}', 1, now(), now()
     from generate_series(1, ${MEMBERS}) n,
       lateral (select (lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || lpad(n::text, 12, '0'))::uuid as id) made`,
    [space.tenantId, space.connectionId, RARE],
  );
  await superuser.query(
    `insert into member_keys select tenant_id, 'emails.value', 'e' || user_name_key, id from members`,
  );
  await superuser.query('vacuum analyze members, member_keys');
  await superuser.end();
  app = new pg.Client({ connectionString: space.database.appUrl });
  await app.connect();
}, 900_000);
afterAll(async () => {
  await app.end();
  await space.close();
});

/** The nodes of the plan that really ran, as the app role. */
async function nodesOf(search: Partial<MemberSearch>): Promise<readonly PlanNode[]> {
  const { text, values } = compileMemberSearch({ removed: false, ...search });
  const statement = tenantStatement(undefined, text);
  await app.query('begin');
  try {
    const { rows } = await app.query(
      `explain (analyze, format json, timing off) ${statement.text}`,
      inOrder(statement, [{ ...values, after: FIRST, limit: 51 }], space.tenantId),
    );
    const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
    return flatten(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    await app.query('rollback');
  }
}

const rowsOf = (nodes: readonly PlanNode[]) => touched(nodes, 'members') + touched(nodes, 'member_keys');

describe(`With ${MEMBERS} members, a page of fifty`, () => {
  it.each<[string, Partial<MemberSearch>]>([
    ['of all', {}],
    ['of those who are linked', { linked: true }],
    ['of those who are unlinked', { linked: false }],
    ['of a connection with few', { connectionId: RARE }],
    ['of those without access', { active: false }],
    ['of those who were removed', { removed: true }],
    ['of those whose userName begins so', { beginning: 'U5000' }],
    ['of those whose displayName begins so', { beginning: 'D5000' }],
    ['of those whose e-mail address begins so', { beginning: 'eu5000' }],
    ['of unlinked ones whose name begins so', { beginning: 'u50', linked: false }],
  ])('%s is read without reading the others', async (_what, search) => {
    expect(rowsOf(await nodesOf(search))).toBeLessThanOrEqual(4000);
  });

  it('of a connection with nearly all is read in its order', async () => {
    expect(rowsOf(await nodesOf({ connectionId: space.connectionId }))).toBeLessThanOrEqual(200);
  });

  it('costs as much as is found, which the check above would see', async () => {
    expect(rowsOf(await nodesOf({ beginning: 'u' }))).toBeGreaterThan(MEMBERS);
  });
});
