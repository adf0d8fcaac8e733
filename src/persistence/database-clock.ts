import type { DataSource } from 'typeorm';

/**
 * How far this process's clock is ahead of the database's, in milliseconds. List order and the directory of blocks rest on
 * ids that carry the time of whichever instance made them, so instances must agree within MOST_SKEW_MS (ADR 2).
 */
export async function clockSkew(source: DataSource, now: () => number): Promise<number> {
  const before = now();
  const [row] = await source.query<{ now: string }[]>('select clock_timestamp() as now');
  const after = now();
  const database = Date.parse(row?.now ?? '');
  if (database < before) return before - database;
  return database > after ? after - database : 0;
}

export const MOST_SKEW_MS = 10_000;
