import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { statementCache } from './cached-statement.js';

/**
 * A connection of the pool for as long as it is needed. One that breaks fails the statements at hand, which is where it is told;
 * unheard, its event would end the process.
 */
export async function takeOut(pool: Pool): Promise<PoolClient> {
  return (await pool.connect()).on('error', ignore);
}

/** The pool closes a connection that broke instead of keeping it. */
export function giveBack(client: PoolClient): void {
  client.off('error', ignore);
  client.release();
}

/**
 * A statement on a connection of its own.
 * @param cached as of a statement: what left the cache is dropped from the connection first
 */
export async function sendAlone<R extends QueryResultRow>(
  pool: Pool,
  query: QueryConfig,
  cached = false,
): Promise<QueryResult<R>> {
  if (!cached) return pool.query<R>(query);
  const client = await takeOut(pool);
  try {
    statementCache.sweep(client);
    return await client.query<R>(query);
  } finally {
    giveBack(client);
  }
}

function ignore(): void {}
