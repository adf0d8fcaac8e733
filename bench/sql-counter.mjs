import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A connection of PostgreSQL that has become idle tells pg_stat_database so late what it did. */
const REPORTED_AFTER_MS = 10_500;

const WAYS = {
  statements: {
    unit: 'SQL/request',
    explanation: 'SQL statements counted by pg_stat_statements',
    delay: 0,
    sql: `select sum(calls) as count from pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database())`,
  },
  transactions: {
    unit: 'SQL tx/request',
    explanation: 'pg_stat_statements is not there: SQL transactions counted by pg_stat_database, 10 s after each row',
    delay: REPORTED_AFTER_MS,
    sql: `select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()`,
  },
};

/**
 * Counts what the database was asked.
 *
 * @param databaseUrl of a user who may read the statistics; undefined: nothing is counted
 */
export async function openSqlCounter(databaseUrl) {
  if (databaseUrl === undefined) {
    const explanation = 'SQL is not counted without --database-url';
    return { unit: '', explanation, read: async () => undefined, close: async () => undefined };
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { unit, explanation, delay, sql } = (await hasStatements(client)) ? WAYS.statements : WAYS.transactions;
  const read = async () => {
    await sleep(delay);
    const { rows } = await client.query(sql);
    return Number(rows[0].count);
  };
  return { unit, explanation, read, close: () => client.end() };
}

async function hasStatements(client) {
  try {
    await client.query('select from pg_stat_statements limit 1');
    return true;
  } catch {
    return false;
  }
}
