import type pg from 'pg';
import { canonicalEvent, GENESIS_HASH } from '../../src/domain/sealed-event.js';
import { sealHash } from '../../src/events/seal.js';
import { type EventRow, toRecordedEvent } from '../../src/persistence/event-rows.js';

/** One thing that must never be in the database, and the SQL that finds it. */
interface Rule {
  readonly name: string;
  readonly sql: string;
}

const ADDRESSES = `(select array_agg(distinct lower(email ->> 'value') order by lower(email ->> 'value'))
    from json_array_elements(m.resource -> 'emails') as email)`;
const KEYS = `(select array_agg(value_key order by value_key) from member_keys k
    where k.tenant_id = m.tenant_id and k.member_id = m.id and k.attribute = 'emails.value')`;

/** The hashes of a chain are computed again, which is no SQL. */
const BROKEN_LINK = 'an event or a seal that was changed';

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
    name: 'an event that is neither queued nor sealed',
    sql: `select e.id from events e
      where not exists (select from outbox o where o.tenant_id = e.tenant_id and o.event_id = e.id)
        and not exists (select from seals s where s.tenant_id = e.tenant_id and s.event_id = e.id)`,
  },
  {
    name: 'an event that is queued and sealed',
    sql: `select o.event_id as id from outbox o join seals s on s.tenant_id = o.tenant_id and s.event_id = o.event_id`,
  },
  {
    name: 'a seal without an event',
    sql: `select s.event_id as id from seals s
      where not exists (select from events e where e.tenant_id = s.tenant_id and e.id = s.event_id)`,
  },
  {
    name: 'a gap in the seals of a tenant',
    sql: `select min(tenant_id::text) as id from seals group by tenant_id having min(seq) <> 1 or max(seq) <> count(*)`,
  },
  {
    name: 'a version of a subject that is sealed before an earlier one',
    sql: `select id from (
        select e.id, e.subject_version < lag(e.subject_version) over (
          partition by e.tenant_id, e.subject_id order by s.seq) as late
        from seals s join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
        where e.subject_version is not null
      ) sealed where late`,
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
  const broken = await brokenLink(client);
  if (broken !== undefined) found.set(BROKEN_LINK, broken);
  return found;
}

type SealedRow = Omit<EventRow, 'occurred_at'> & {
  readonly tenant_id: string;
  readonly occurred_at: Date;
  readonly hash: string;
};

/** @returns the id of the first event of a tenant whose hash is not that of the chain */
async function brokenLink(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<SealedRow>(
    `select e.*, e.data::text as data_json, encode(s.hash, 'hex') as hash
     from seals s join events e on e.tenant_id = s.tenant_id and e.id = s.event_id order by s.tenant_id, s.seq`,
  );
  let [tenant, previous] = ['', GENESIS_HASH];
  for (const row of rows) {
    if (row.tenant_id !== tenant) [tenant, previous] = [row.tenant_id, GENESIS_HASH];
    const event = toRecordedEvent({ ...row, occurred_at: row.occurred_at.toISOString() });
    if (row.hash !== sealHash(previous, canonicalEvent(event))) return row.id;
    previous = row.hash;
  }
  return undefined;
}
