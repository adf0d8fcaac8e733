import type pg from 'pg';

/** One thing that must never be in the database, and the SQL that finds it. */
interface Rule {
  readonly name: string;
  readonly sql: string;
}

const ADDRESSES = `(select array_agg(distinct lower(email ->> 'value') order by lower(email ->> 'value'))
    from json_array_elements(m.resource -> 'emails') as email)`;
const KEYS = `(select array_agg(value_key order by value_key) from member_keys k
    where k.tenant_id = m.tenant_id and k.member_id = m.id and k.attribute = 'emails.value')`;

const RULES: readonly Rule[] = [
  {
    name: 'a member with more or fewer events than versions',
    sql: `select m.id from members m where m.version <>
      (select count(*) from events e where e.tenant_id = m.tenant_id and e.subject_id = m.id)`,
  },
  {
    name: 'an event of a member who is not there',
    sql: `select e.id from events e where e.subject_type = 'member'
      and not exists (select from members m where m.tenant_id = e.tenant_id and m.id = e.subject_id)`,
  },
  {
    name: 'a member who differs from what the last event says',
    sql: `select m.id from members m cross join lateral (
        select (e.data -> 'after')::jsonb as after from events e
        where e.tenant_id = m.tenant_id and e.subject_id = m.id order by e.id desc limit 1
      ) last where not m.resource::jsonb @> last.after`,
  },
  {
    name: 'an event without an outbox row',
    sql: `select e.id from events e
      where not exists (select from outbox o where o.tenant_id = e.tenant_id and o.event_id = e.id)`,
  },
  {
    name: 'an outbox row without an event',
    sql: `select o.event_id as id from outbox o
      where not exists (select from events e where e.tenant_id = o.tenant_id and e.id = o.event_id)`,
  },
  {
    name: 'a member whose keys are not the addresses',
    sql: `select m.id from members m where case when m.scim_id is null then null else ${ADDRESSES} end
      is distinct from ${KEYS}`,
  },
  {
    name: 'a key of nobody',
    sql: `select k.member_id as id from member_keys k
      where not exists (select from members m where m.tenant_id = k.tenant_id and m.id = k.member_id)`,
  },
  {
    name: 'a userName of two',
    sql: `select min(m.id::text) as id from members m where m.scim_id is not null
      group by m.tenant_id, lower(m.user_name) having count(*) > 1`,
  },
];

/** Looks for all that must never be there, as a superuser; returns the names of what was found, each with an id to look at. */
export async function audit(client: pg.Client): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name, sql } of RULES) {
    const { rows } = await client.query<{ id: string }>(sql);
    if (rows[0]) found.set(name, rows[0].id);
  }
  return found;
}
