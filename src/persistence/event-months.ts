import pg from 'pg';
import { withClient } from './database-roles.js';

/** The events of one month (UTC): a partition of `events`, which is divided by id, because a UUIDv7 begins with its time. */
export interface EventMonth {
  readonly partition: string;
  /** The least id of the month, and that of the next. */
  readonly from: string;
  readonly to: string;
}

/** Months that are made ahead. Nothing is lost without them: an event of no month goes to the partition for all others. */
const AHEAD = 3;
const LOCK_TIMEOUT = '5s';
/** Somebody else has made it; or the partition for all others has events of it, which then stay there. */
const MADE = ['42P07', '42710', '23505'];
const STRAYED = '23514';

/** Before every UUIDv7 of this time or later. @param msecs since 1970 */
function leastId(msecs: number): string {
  const hex = msecs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** @param months from the one of `at`; negative before it */
export function eventMonth(at: Date, months = 0): EventMonth {
  const [from, to] = [0, 1].map((more) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months + more)));
  const name = from!.toISOString().slice(0, 7).replace('-', '_');
  return { partition: `events_${name}`, from: leastId(from!.getTime()), to: leastId(to!.getTime()) };
}

/**
 * Makes what is missing of this month's partition and the next ones. Writers are not held up: a table is made apart and then
 * attached.
 * @returns partitions that could not be made, because events of theirs are in the partition for all others
 */
export function makeEventMonths(ownerUrl: string, now: Date): Promise<readonly string[]> {
  return withClient(ownerUrl, async (owner) => {
    const strayed: string[] = [];
    for (let ahead = 0; ahead <= AHEAD; ahead++) {
      const month = eventMonth(now, ahead);
      if (!(await make(owner, month))) strayed.push(month.partition);
    }
    return strayed;
  });
}

async function make(owner: pg.Client, { partition, from, to }: EventMonth): Promise<boolean> {
  const { rows } = await owner.query('select to_regclass($1) is not null as known', [partition]);
  if (rows[0]?.known) return true;
  try {
    await owner.query('begin');
    await owner.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    await owner.query(`create table ${partition} (like events including all)`);
    await owner.query(`alter table ${partition} enable row level security`);
    await owner.query(`alter table ${partition} force row level security`);
    await owner.query(`create policy tenant_isolation on ${partition}
      using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid)`);
    await owner.query(`alter table events attach partition ${partition} for values from ('${from}') to ('${to}')`);
    await owner.query('commit');
    return true;
  } catch (error) {
    await owner.query('rollback');
    const state = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (MADE.includes(state)) return true;
    if (state === STRAYED) return false;
    throw error;
  }
}
