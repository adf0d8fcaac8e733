import type pg from 'pg';
import { withClient } from './database-roles.js';
import { eventMonth } from './event-months.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** What went. */
export interface Removed {
  readonly seals: number;
  /** Months of events. */
  readonly partitions: readonly string[];
}

interface Expired {
  readonly tenant: string;
  readonly last: string;
}

/** Seals that go in one transaction. */
const BLOCK = 5000;
const LOCK_TIMEOUT = '2s';
const DAY_MS = 86_400_000;

/** Per tenant: up to where its log goes. Seals are in about the order of ids, so a few of the next month may go with them. */
const EXPIRED = systemStatement(
  'seals.expired',
  `select t.id as tenant,
     (select max(s.seq) from seals s where s.tenant_id = t.id and s.event_id < $before::uuid) as last
   from tenants t where exists (select from seals s where s.tenant_id = t.id and s.event_id < $before::uuid)`,
);

/**
 * The next block of a tenant's oldest seals goes, and the anchor takes its place. Their events go with their month; here go those
 * that are in no month, or in a later one.
 */
const REMOVE_BLOCK = `
  with gone as (
    delete from seals where tenant_id = $1 and seq in (
      select s.seq from seals s where s.tenant_id = $1 and s.seq <= $2 order by s.seq limit ${BLOCK})
    returning seq, hash, event_id
  ), anchored as (
    insert into seal_anchors as a (tenant_id, seq, hash, removed_at)
    select $1, seq, hash, now() from gone order by seq desc limit 1
    on conflict (tenant_id) do update set seq = excluded.seq, hash = excluded.hash, removed_at = excluded.removed_at
    where a.seq < excluded.seq
  ), strays as (
    delete from events e using gone g where e.tenant_id = $1 and e.id = g.event_id and g.event_id >= $3
  ), others as (
    delete from events_default e using gone g where e.tenant_id = $1 and e.id = g.event_id and g.event_id < $3
  )
  select count(*)::int as removed from gone`;

const EXPIRED_MONTHS = `
  select c.relname as partition from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'events'::regclass and c.relname ~ '^events_[0-9]{4}_[0-9]{2}$' and c.relname < $1 order by 1`;
const WAITING = systemStatement(
  'outbox.waiting_before',
  'select exists (select from outbox where event_id < $before::uuid) as waits',
);

/**
 * Removes the months of events, with their seals, of which the last day is more than so many days ago. The system looks at all
 * tenants; the owner removes, because no other role may. Each step leaves a log that verifies, so it may break off anywhere and
 * be begun again, also by two at once.
 */
export function removeExpired(
  { ownerUrl, system }: { readonly ownerUrl: string; readonly system: SystemSession },
  days: number,
  now: Date,
): Promise<Removed> {
  // A day more: events that were sealed late, and go with those before them, are not to go too early.
  const oldest = eventMonth(new Date(now.getTime() - (days + 1) * DAY_MS));
  return withClient(ownerUrl, async (owner) => {
    let seals = 0;
    for (const { tenant, last } of await system.run<Expired>(EXPIRED, { before: oldest.from })) {
      for (let removed = BLOCK; removed === BLOCK; seals += removed) {
        removed = await removeBlock(owner, [tenant, last, oldest.from]);
      }
    }
    // What is so old and not sealed yet will be; its month goes the next time.
    const [queue] = await system.run<{ waits: boolean }>(WAITING, { before: oldest.from });
    return { seals, partitions: queue?.waits ? [] : await dropMonths(owner, oldest.partition) };
  });
}

function removeBlock(owner: pg.Client, values: readonly [tenant: string, last: string, before: string]) {
  return transaction(owner, async () => {
    await owner.query(`select set_config('muster.tenant', $1, true)`, [values[0]]);
    const { rows } = await owner.query<{ removed: number }>(REMOVE_BLOCK, [...values]);
    return rows[0]?.removed ?? 0;
  });
}

async function dropMonths(owner: pg.Client, partition: string): Promise<readonly string[]> {
  const { rows } = await owner.query<{ partition: string }>(EXPIRED_MONTHS, [partition]);
  const months = rows.map((row) => row.partition);
  if (months.length === 0) return [];
  return transaction(owner, async () => {
    // Dropping waits for all who use `events`, and they for it: rather another time than a pause.
    await owner.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    for (const month of months) await owner.query(`drop table if exists ${month}`);
    return months;
  });
}

async function transaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
