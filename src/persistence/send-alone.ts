import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { statementCache } from './cached-statement.js';

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
  const client = await pool.connect();
  try {
    statementCache.sweep(client);
    return await client.query<R>(query);
  } finally {
    client.release();
  }
}
