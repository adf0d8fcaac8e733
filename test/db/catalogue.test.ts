import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { makeEventMonths } from '../../src/persistence/event-months.js';
import { makeRequestDays } from '../../src/persistence/provisioning-days.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let client: pg.Client;

/** What is missing for a table to be one tenant's alone; each sentence is a fault. */
const UNPROTECTED = `
  select format('%s: %s', c.relname, fault) as fault
    from pg_class c,
         lateral (values
           (not c.relrowsecurity, 'row level security is off'),
           (not c.relforcerowsecurity, 'row level security does not bind the owner'),
           (not exists (select 1 from pg_policy p where p.polrelid = c.oid and 0 = any (p.polroles)
                           and pg_get_expr(p.polqual, p.polrelid) like '%current_setting(''muster.tenant''%'),
            'no policy compares the tenant'),
           (exists (select 1 from pg_policy p where p.polrelid = c.oid
                       and pg_get_expr(p.polqual, p.polrelid) not like '%current_setting(''muster.tenant''%'
                       and p.polroles <> array['muster_system'::regrole::oid]),
            'a policy lets another role than muster_system past the tenant'),
           (pg_has_role('muster_app', c.relowner, 'member'), 'muster_app has the rights of its owner'),
           (pg_has_role('muster_system', c.relowner, 'member'), 'muster_system has the rights of its owner')
         ) as rule (broken, fault)
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and broken
     and (c.relname = 'tenants'
          or exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
   order by 1`;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  await makeEventMonths(database.ownerUrl, new Date());
  await makeRequestDays(database.ownerUrl, new Date());
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('Each table with tenants in it', () => {
  it('shows a role the rows of its tenant only, the owner included', async () => {
    expect(await faults()).toEqual([]);
  });

  it.each([
    ['alter table members no force row level security', 'members: row level security does not bind the owner'],
    ['alter table members disable row level security', 'members: row level security is off'],
    ['drop policy tenant_isolation on members', 'members: no policy compares the tenant'],
    [
      'create policy leak on members using (true)',
      'members: a policy lets another role than muster_system past the tenant',
    ],
    ['alter table members owner to muster_app', 'members: muster_app has the rights of its owner'],
    ['create table spare (tenant_id uuid)', 'spare: row level security is off'],
  ])('would be found unprotected after: %s', async (sql, fault) => {
    await client.query('begin');
    try {
      await client.query(sql);
      expect(await faults()).toContain(fault);
    } finally {
      await client.query('rollback');
    }
  });

  it('is led by tenant_id in its primary key', async () => {
    const { rows } = await client.query<{ table: string }>(`
      select c.relname as table from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
         and not exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'p' and k.conkey[1] = a.attnum)`);
    expect(rows).toEqual([]);
  });
});

describe('The roles that do the work', () => {
  it.each(['muster_app', 'muster_system'])('%s is bound by row level security and owns nothing', async (role) => {
    const { rows } = await client.query(
      `select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as mighty,
              exists (select 1 from pg_class where relowner = r.oid) as owns,
              has_schema_privilege(rolname, 'public', 'create') as creates
         from pg_roles r where rolname = $1`,
      [role],
    );
    expect(rows).toEqual([{ mighty: false, owns: false, creates: false }]);
  });

  it.each([
    ['muster_app', { events: true, seals: false }],
    ['muster_system', { events: true, seals: true }],
  ])('%s can neither change nor delete what happened, and only the system seals it', async (role, adds) => {
    const { rows } = await client.query(
      `select relname as table, has_table_privilege($1, oid, 'insert') as adds,
              has_table_privilege($1, oid, 'update, delete, truncate') or has_any_column_privilege($1, oid, 'update') as changes
         from pg_class where relnamespace = 'public'::regnamespace and relname = any (array['events', 'seals'])
        order by relname`,
      [role],
    );
    expect(rows).toEqual(Object.entries(adds).map(([table, may]) => ({ table, adds: may, changes: false })));
  });

  it.each([
    ['update events set type = type', 'permission denied for table events'],
    ['delete from events', 'permission denied for table events'],
    ['insert into seals default values', 'permission denied for table seals'],
    ['truncate members', 'permission denied for table members'],
    ['drop table members', 'must be owner of table members'],
    ['select * from platform_settings', 'permission denied for table platform_settings'],
    ['select * from access_tokens', 'permission denied for table access_tokens'],
    ['delete from provisioning_requests', 'permission denied for table provisioning_requests'],
    ['update provisioning_figures set errors = 0', 'permission denied for table provisioning_figures'],
  ])('muster_app is refused: %s', async (sql, message) => {
    const app = new pg.Client({ connectionString: database.appUrl });
    await app.connect();
    await expect(app.query(sql).finally(() => app.end())).rejects.toThrow(message);
  });
});

async function faults(): Promise<string[]> {
  const { rows } = await client.query<{ fault: string }>(UNPROTECTED);
  return rows.map(({ fault }) => fault);
}
