import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { compileMemberQuery, type MemberQuery, planMemberQuery } from '../../../src/persistence/member-list.js';
import { INSERT, INSERT_WITH_EXTERNAL_ID, REVISE } from '../../../src/persistence/member-statements.js';
import { inOrder, type TenantStatement, tenantStatement } from '../../../src/persistence/statement.js';
import { findAttribute, parseFilter, UserType } from '../../../src/scim/index.js';
import { flattened } from '../../support/query-plan.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const USERS = 1_000_000;
let space: Workspace;
let app: pg.Client;

beforeAll(async () => {
  space = await openWorkspace();
  const superuser = new pg.Client({ connectionString: space.database.superuserUrl });
  await superuser.connect();
  await superuser.query(
    `insert into members (tenant_id, id, scim_id, connection_id, external_id, user_name, user_name_key, display_name_key,
       active, resource, version, created_at, updated_at)
     select $1, id, id, $2, 'x' || n, 'u' || n, 'u' || n, 'person ' || n, true, '{"userName":"u"}', 1, at, at
     from generate_series(1, ${USERS}) n,
       lateral (select (lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || lpad(n::text, 12, '0'))::uuid as id,
         '2026-01-01Z'::timestamptz + n * interval '1 second' as at) made`,
    [space.tenantId, space.connectionId],
  );
  await superuser.query(
    `insert into member_keys select tenant_id, 'emails.value', user_name_key || '@work.test', id from members`,
  );
  await superuser.query(
    `insert into member_blocks select $1, min(scim_id::text)::uuid, max(scim_id::text)::uuid, count(*)
     from (select scim_id, (row_number() over (order by scim_id) - 1) / 500 as block from members) m group by block`,
    [space.tenantId],
  );
  await superuser.query('vacuum analyze members, member_keys, member_blocks');
  await superuser.end();
  app = new pg.Client({ connectionString: space.database.appUrl });
  await app.connect();
}, 900_000);
afterAll(async () => {
  await app.end();
  await space.close();
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'One-Time Filter'?: string;
  readonly Plans?: readonly Plan[];
}

/** The nodes of the plan that really ran, as the app role. */
async function nodesOf(statement: TenantStatement, values: Record<string, unknown>): Promise<readonly Plan[]> {
  await app.query('begin');
  try {
    const text = `explain (analyze, format json, timing off) ${statement.text}`;
    const { rows } = await app.query(text, inOrder(statement, [values], space.tenantId));
    return flattened<Plan>(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    await app.query('rollback');
  }
}

const touched = (nodes: readonly Plan[]) =>
  Math.max(
    ...nodes
      .filter((node) => node['Relation Name'])
      .map((node) => node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)),
  );

async function nodesOfList(query: Partial<MemberQuery>): Promise<readonly Plan[]> {
  const { text, values } = compileMemberQuery({ from: { offset: 0 }, limit: 100, hideUnlinked: false, ...query });
  return nodesOf(tenantStatement(undefined, text), values);
}
const id = (n: number) => `018bcfe5-6800-7000-8000-${String(n).padStart(12, '0')}`;

describe(`With ${USERS} users`, () => {
  it.each([
    ['userName eq "U500000"', 'members_user_name_key'],
    ['userName sw "u50000"', 'members_user_name_key'],
    ['displayName eq "Person 500000"', 'members_display_name'],
    ['displayName sw "Person 50000"', 'members_display_name'],
    ['emails.value sw "u50000"', 'member_keys_pkey'],
    ['externalId eq "x500000"', 'members_external_id_key'],
    [`id eq "${id(7)}"`, 'members_scim_id_key'],
    ['emails.value eq "u500000@work.test"', 'member_keys_pkey'],
    ['emails eq "u500000@work.test"', 'member_keys_pkey'],
    ['emails[type eq "work"].value eq "u500000@work.test"', 'member_keys_pkey'],
    ['emails[primary eq true and value eq "u500000@work.test"]', 'member_keys_pkey'],
    ['meta.lastModified gt "2026-01-12T13:46:30Z"', 'members_updated_at'],
    ['userName eq "u1" and active eq true', 'members_user_name_key'],
  ])('%s is served by the index %s', async (filter, index) => {
    const nodes = await nodesOfList({ filter: parseFilter(filter, UserType) });
    expect(nodes.map((node) => node['Index Name'])).toContain(index);
    expect(touched(nodes)).toBeLessThanOrEqual(200);
  });

  it.each([0, 1, 123_456, 999_900])('the page behind %i users is read without walking to it', async (offset) => {
    const nodes = await nodesOfList({ from: { offset } });
    const members = nodes.filter((node) => node['Relation Name'] === 'members');
    expect(touched(members)).toBeLessThanOrEqual(700);
    expect(nodes.some((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'members')).toBe(false);
  });

  it('the next page of a cursor is read from where the last one ended', async () => {
    const nodes = await nodesOfList({ from: { after: { id: '018bcff4-aa3f-7000-8000-000000999000' } } });
    expect(touched(nodes.filter((node) => node['Relation Name'] === 'members'))).toBeLessThanOrEqual(1001);
  });

  it.each([
    ['from the start', { from: { offset: 0 }, descending: false }],
    ['from a cursor', { from: { after: { id: id(7), sortKey: 'u500000' } }, descending: false }],
    ['from the end', { from: { offset: 0 }, descending: true }],
  ])('a list sorted by userName is read in the order of its index, %s', async (_, { from, descending }) => {
    const sort = { by: findAttribute(UserType, 'userName')!, descending };
    const nodes = await nodesOfList({ sort, from });
    expect(nodes.map((node) => node['Index Name'])).toContain('members_user_name_key');
    expect(touched(nodes.filter((node) => node['Relation Name'] === 'members'))).toBeLessThanOrEqual(700);
  });

  it.each(['title co "x"', 'emails.value co "zz"', 'name.familyName sw "a" or title eq "b"'])(
    'an attempt at %s reads no more rows than it may, and says so',
    async (filter) => {
      const plan = planMemberQuery({
        filter: parseFilter(filter, UserType),
        from: { offset: 0 },
        limit: 100,
        hideUnlinked: false,
      });
      if (plan.cost !== 'candidates') throw new Error('The list is bounded.');
      const nodes = await nodesOf(tenantStatement(undefined, plan.attempt.text), plan.attempt.values);
      expect(touched(nodes)).toBeLessThanOrEqual(plan.most + 1);
    },
  );

  it('a filter that no index serves says so in the plan: the check above can fail', async () => {
    const nodes = await nodesOfList({ filter: parseFilter('title co "x"', UserType) });
    expect(touched(nodes)).toBeGreaterThan(100_000);
  });

  it.each([INSERT, INSERT_WITH_EXTERNAL_ID, REVISE])(
    'each part of statement $name is gated by the tenant',
    ({ text }) => {
      expect(text).toMatch(/\(select set_config\('muster\.tenant', \$\d+::text, true\)\) = \$\d+::text/);
    },
  );
});
