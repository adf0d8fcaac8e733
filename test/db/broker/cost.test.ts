import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { BEHIND, LAG, NEXT } from '../../../src/persistence/broker-statements.js';
import { ran, touched } from '../../support/query-plan.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const TENANTS = 1000;
const EVENTS = 100;
const PREPARED = { behind: BEHIND, lag: LAG, next: NEXT };
const FIRST = '00000000-0000-0000-0000-000000000000';

let space: Workspace;
let system: pg.Client;
let owner: pg.Client;
beforeAll(async () => {
  space = await openWorkspace();
  system = new pg.Client({ connectionString: space.database.systemUrl });
  owner = new pg.Client({ connectionString: space.database.superuserUrl });
  await Promise.all([system.connect(), owner.connect()]);
  // Plans are made while the tables are empty and stay in use while they grow, as in a server that was started first.
  await system.query('set plan_cache_mode = force_generic_plan');
  for (const [name, { text }] of Object.entries(PREPARED)) await system.query(`prepare ${name} as ${text}`);
  await owner.query(
    `insert into tenants (id, slug, name, created_at, updated_at)
     select gen_random_uuid(), 'tenant-' || n, '', now(), now() from generate_series(1, ${TENANTS}) n`,
  );
  await owner.query(
    `with told as (
       insert into events (tenant_id, id, type, occurred_at, actor_type, subject_type, subject_id, data)
       select t.id, gen_random_uuid(), 'member.updated', now(), 'system', 'member', t.id, '{}'
       from tenants t, generate_series(1, ${EVENTS}) returning tenant_id, id)
     insert into seals (tenant_id, seq, event_id, hash, sealed_at, type, subject_id)
     select tenant_id, row_number() over (partition by tenant_id), id, '', now(), 'member.updated', tenant_id from told`,
  );
  await owner.query(`insert into broker_cursors select id, ${EVENTS} from tenants`);
});
afterAll(async () => {
  await Promise.all([system.end(), owner.end()]);
  await space.close();
});

describe(`With ${TENANTS} tenants of ${EVENTS} events`, () => {
  it.each(['behind', 'lag'] as const)('"%s" looks at one seal of each tenant at most', async (name) => {
    const nodes = await ran(system, name, PREPARED[name], { after: FIRST, limit: 100 });
    expect(touched(nodes, 'seals')).toBeLessThanOrEqual(TENANTS);
    expect(touched(nodes, 'tenants')).toBeLessThanOrEqual(TENANTS);
    expect(touched(nodes, 'events')).toBe(0);
  });

  it('stops to look when enough tenants are behind', async () => {
    await owner.query('update broker_cursors set seq = 0');
    const nodes = await ran(system, 'behind', BEHIND, { after: FIRST, limit: 10 });
    expect(nodes[0]?.['Actual Rows']).toBe(10);
    expect(touched(nodes, 'seals')).toBeLessThanOrEqual(20);
  });

  it('reads as many events as it takes', async () => {
    const { rows } = await owner.query<{ id: string }>('select id from tenants order by id limit 10');
    const tenantIds = rows.map(({ id }) => id);
    const nodes = await ran(system, 'next', NEXT, {
      tenantIds,
      seqs: tenantIds.map(() => 40),
      limit: 50,
      maxBytes: 1_000_000,
    });
    expect(nodes[0]?.['Actual Rows']).toBe(500);
    expect(touched(nodes, 'seals')).toBeLessThanOrEqual(510);
    const events = nodes.filter((node) => node['Relation Name']?.startsWith('events'));
    expect(events.map((node) => node['Node Type'])).toEqual(events.map(() => 'Index Scan'));
    expect(events.reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0)).toBe(500);
  });
});
