import type { Pool, PoolClient, QueryConfig } from 'pg';
import { LIMITS } from '../config/limits.js';
import { isLockTimeout, isRetryable, translateUnavailable } from './pg-errors.js';
import { inOrder, type Statement, type Values } from './statement.js';
import type { StatementClass, StatementShares } from './statement-shares.js';

/** Runs one statement: on a pooled connection, or inside a transaction. */
export type Execute = <R extends object>(
  statement: Statement,
  parts: readonly Values[],
  tenant?: string,
) => Promise<R[]>;
/** Runs a transaction, of a tenant or of none. */
export type Begin = <T>(work: (execute: Execute) => Promise<T>, tenant?: string) => Promise<T>;

export type Query = QueryConfig & { readonly values: unknown[] };
/** Sends a statement to a connection that suits its class. */
export type Send = <R extends object>(
  statement: Statement,
  query: Query,
  name: StatementClass,
) => Promise<{ rows: R[] }>;

/** Statements of tenants wait for their share; without shares none waits. */
interface Sharing {
  readonly shares: StatementShares;
  readonly classOf: (statement: Statement) => StatementClass;
}

export interface Execution {
  readonly nameOf: (statement: Statement) => string | undefined;
  /** Called after a commit of what may have queued events. */
  readonly queued: () => void;
  readonly sharing?: Sharing;
}

const ATTEMPTS = 3;

/**
 * Each statement is a transaction of its own. A pipelined statement that waits for a lock leaves the shared connections and is run
 * again on a connection of its tenant's share, so it holds up no statement of another tenant.
 */
export function alone(send: Send, { nameOf, queued, sharing }: Execution): Execute {
  return async <R extends object>(statement: Statement, parts: readonly Values[], tenant = ''): Promise<R[]> => {
    const query = queryOf(statement, nameOf, parts, tenant);
    let name = sharing?.classOf(statement) ?? 'ordinary';
    let maxWaitMs: number | undefined;
    for (let attempt = 1; ; ) {
      const scheduler = sharing?.shares.of(name);
      const turn = scheduler?.enter(tenant, statement.admitted, maxWaitMs);
      if (turn) await turn;
      try {
        const { rows } = await send<R>(statement, query, name);
        if (statement.queues) queued();
        return rows;
      } catch (error) {
        if (name === 'pipelined' && isLockTimeout(error)) {
          name = 'ordinary';
          maxWaitMs = LIMITS.pipelinedWaitMs.value;
        } else if (attempt >= ATTEMPTS || !isRetryable(error)) throw translateUnavailable(error, name);
        else attempt += 1;
      } finally {
        scheduler?.leave(tenant);
      }
    }
  };
}

export function transactions(pool: Pool, execution: Execution): Begin {
  return async <T>(work: (execute: Execute) => Promise<T>, tenant = ''): Promise<T> => {
    const scheduler = execution.sharing?.shares.of('ordinary');
    for (let attempt = 1; ; attempt++) {
      await scheduler?.enter(tenant);
      try {
        return await once(pool, execution, work);
      } catch (error) {
        if (attempt >= ATTEMPTS || !isRetryable(error)) throw translateUnavailable(error);
      } finally {
        scheduler?.leave(tenant);
      }
    }
  };
}

function queryOf(
  statement: Statement,
  nameOf: Execution['nameOf'],
  parts: readonly Values[],
  tenant: string | undefined,
): Query {
  return { name: nameOf(statement), text: statement.text, values: inOrder(statement, parts, tenant || undefined) };
}

async function once<T>(pool: Pool, { nameOf, queued }: Execution, work: (execute: Execute) => Promise<T>): Promise<T> {
  let queues = false;
  const client = await pool.connect();
  const execute: Execute = async <R extends object>(
    statement: Statement,
    parts: readonly Values[],
    tenant?: string,
  ) => {
    queues ||= statement.queues === true;
    return (await client.query<R>(queryOf(statement, nameOf, parts, tenant))).rows;
  };
  try {
    await client.query('begin');
    const result = await work(execute);
    await client.query('commit');
    client.release();
    if (queues) queued();
    return result;
  } catch (error) {
    await rollback(client);
    throw error;
  }
}

/** A connection that cannot roll back is broken: it is closed instead of going back to the pool. */
async function rollback(client: PoolClient): Promise<void> {
  try {
    await client.query('rollback');
    client.release();
  } catch (error) {
    client.release(error instanceof Error ? error : true);
  }
}
