import pg from 'pg';
import { withClient } from './database-roles.js';
import { leastId } from './event-months.js';

/** The requests of one day (UTC): a partition of `provisioning_requests`, which is divided by id. */
export interface RequestDay {
  readonly partition: string;
  /** The least id of the day, and that of the next. */
  readonly from: string;
  readonly to: string;
}

/** Days that are made ahead. Nothing is lost without them: a request of no day goes to the partition for all others. */
const AHEAD = 3;
const DAY_MS = 86_400_000;
const LOCK_TIMEOUT = '2s';
/** Somebody else has made it; or the partition for all others has requests of it, which then stay there. */
const MADE = ['42P07', '42710', '23505'];
const STRAYED = '23514';

/** @param days from the one of `at`; negative before it */
export function requestDay(at: Date, days = 0): RequestDay {
  const from = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + days);
  const name = new Date(from).toISOString().slice(0, 10).replaceAll('-', '_');
  return { partition: `provisioning_requests_${name}`, from: leastId(from), to: leastId(from + DAY_MS) };
}

/** Makes what is missing of this day's partition and the next ones. Writers are not held up: a table is made apart and then attached. */
export function makeRequestDays(ownerUrl: string, now: Date): Promise<void> {
  return withClient(ownerUrl, async (owner) => {
    for (let ahead = 0; ahead <= AHEAD; ahead++) await make(owner, requestDay(now, ahead));
  });
}

/** @returns the partitions of days that ended before the one of `oldest`, which are gone */
export function dropRequestDays(ownerUrl: string, oldest: Date): Promise<readonly string[]> {
  return withClient(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ partition: string }>(
      `select c.relname as partition from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'provisioning_requests'::regclass
         and c.relname ~ '^provisioning_requests_[0-9]{4}_[0-9]{2}_[0-9]{2}$' and c.relname < $1 order by 1`,
      [requestDay(oldest).partition],
    );
    const days = rows.map(({ partition }) => partition);
    // Dropping waits for all who use the log, and they for it: rather another time than a pause.
    await owner.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
    for (const day of days) await owner.query(`drop table if exists ${day}`);
    return days;
  });
}

async function make(owner: pg.Client, { partition, from, to }: RequestDay): Promise<void> {
  const { rows } = await owner.query('select to_regclass($1) is not null as known', [partition]);
  if (rows[0]?.known) return;
  try {
    await owner.query('begin');
    await owner.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    await owner.query(`create table ${partition} (like provisioning_requests including all)`);
    await owner.query(`alter table ${partition} enable row level security`);
    await owner.query(`alter table ${partition} force row level security`);
    await owner.query(`create policy tenant_isolation on ${partition}
      using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid)`);
    await owner.query(
      `alter table provisioning_requests attach partition ${partition} for values from ('${from}') to ('${to}')`,
    );
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback');
    const state = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (![...MADE, STRAYED].includes(state)) throw error;
  }
}
