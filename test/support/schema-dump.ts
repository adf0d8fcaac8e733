import pg from 'pg';

/** One line of a dump: the table it belongs to, its place in the table's block, and the text. */
interface Line {
  readonly table: string;
  readonly line: string;
}

const TABLES = `
  select c.relname as table,
         format('row level security %s%s', case when c.relrowsecurity then 'enabled' else 'disabled' end,
                case when c.relforcerowsecurity then ', forced' else '' end) as line
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')`;

const COLUMNS = `
  select c.relname as table,
         concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
                   case when a.attcollation <> t.typcollation then format('collate "%s"', l.collname) end,
                   case when a.attnotnull then 'not null' end,
                   'default ' || pg_get_expr(d.adbin, d.adrelid)) as line
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'v', 'm')
    join pg_type t on t.oid = a.atttypid
    left join pg_collation l on l.oid = a.attcollation
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
   order by a.attnum`;

// Since PostgreSQL 18 "not null" is a constraint of its own; the columns show it already.
const CONSTRAINTS = `
  select c.relname as table, format('constraint %s %s', k.conname, pg_get_constraintdef(k.oid)) as line
    from pg_constraint k join pg_class c on c.oid = k.conrelid
   where c.relnamespace = 'public'::regnamespace and k.contype <> 'n' order by k.conname`;

const INDEXES = `
  select tablename as table, indexdef as line from pg_indexes
   where schemaname = 'public' order by indexname`;

const POLICIES = `
  select tablename as table,
         concat_ws(' ', case permissive when 'RESTRICTIVE' then 'restrictive' end, 'policy', policyname, 'for', lower(cmd),
                   'to', array_to_string(roles, ', '), 'using ' || qual, 'with check ' || with_check) as line
    from pg_policies where schemaname = 'public' order by policyname`;

const GRANTS = `
  select c.relname as table,
         format('grant %s to %s', string_agg(lower(g.privilege_type), ', ' order by g.privilege_type), g.grantee::regrole) as line
    from pg_class c, aclexplode(c.relacl) g
   where c.relnamespace = 'public'::regnamespace and g.grantee <> c.relowner
   group by c.relname, g.grantee order by g.grantee::regrole::text`;

/**
 * The schema of a database as text, one block a table: columns, constraints, indexes, policies, grants. Read from the catalogue and not
 * with pg_dump, which the embedded server does not have; the same on PostgreSQL 15 to 18. The migrations' own table is left out.
 */
export async function dumpSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const blocks = new Map<string, string[]>();
  try {
    for (const query of [TABLES, COLUMNS, CONSTRAINTS, INDEXES, POLICIES, GRANTS]) {
      const { rows } = await client.query<Line>(query);
      for (const { table, line } of rows) blocks.set(table, [...(blocks.get(table) ?? []), `  ${line}`]);
    }
  } finally {
    await client.end();
  }
  blocks.delete('schema_migrations');
  const sorted = [...blocks].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([table, lines]) => `${[table, ...lines].join('\n')}\n`).join('\n');
}
