import type { Pool, PoolClient, QueryConfig } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { isBatched } from './batched-statement.js';
import { Batches } from './batches.js';
import { giveBack, takeOut } from './held-client.js';
import { isRetryable, translateUnavailable } from './pg-errors.js';
import { Pipeline } from './pipeline.js';
import { inOrder, type Statement, type SystemStatement, type TenantStatement, type Values } from './statement.js';

type Row = Record<string, unknown>;

/** Runs one statement: on a pooled connection of its own, or inside a transaction. */
type Execute = <R extends object>(statement: Statement, parts: readonly Values[], tenant?: string) => Promise<R[]>;

const ATTEMPTS = 3;
/** Connections that brief statements share: one PostgreSQL process reads faster than one Node.js process asks. */
const READ_LANES = 1;
const WRITE_LANES = 3;

/**
 * One tenant's view of the database, bound when it is born: no repository method takes a tenant, so none can forget it.
 * Outside `transaction` each `run` is a transaction of its own and one round trip.
 */
export class TenantSession {
  constructor(
    readonly tenantId: string,
    private readonly execute: Execute,
    private readonly begin: Begin,
  ) {}

  /** @param parts the values of the statement, in as many objects as they come in */
  run<R extends object = Row>(statement: TenantStatement, ...parts: readonly Values[]): Promise<R[]> {
    return this.execute<R>(statement, parts, this.tenantId);
  }

  /** All or nothing; run again from the start after a deadlock, so `work` may run more than once. */
  transaction<T>(work: (session: TenantSession) => Promise<T>): Promise<T> {
    return this.begin((execute) => work(new TenantSession(this.tenantId, execute, nested)));
  }
}

/** Work that belongs to no tenant: token look-up, first start, the CLI. Request handlers of one tenant have no use for it. */
export class SystemSession {
  constructor(
    private readonly execute: Execute,
    private readonly begin: Begin,
  ) {}

  run<R extends object = Row>(statement: SystemStatement, values: Values = {}): Promise<R[]> {
    return this.execute<R>(statement, [values]);
  }

  transaction<T>(work: (session: SystemSession) => Promise<T>): Promise<T> {
    return this.begin((execute) => work(new SystemSession(execute, nested)));
  }
}

type Begin = <T>(work: (execute: Execute) => Promise<T>) => Promise<T>;

const nested: Begin = () => {
  throw new Error('A transaction does not nest');
};

/** The only way to the database. Two roles: the app role sees the bound tenant, the system role a few tables of all tenants. */
export class UnitOfWork {
  readonly system: SystemSession;
  private readonly appExecute: Execute;
  private readonly appBegin: Begin;
  private tell: () => void = () => undefined;

  constructor(app: DataSource, system: DataSource, options: { preparedStatements: boolean }) {
    const named: NameOf = options.preparedStatements ? ({ name }) => name : () => undefined;
    const queued = () => this.tell();
    this.appExecute = options.preparedStatements
      ? pipelined(poolOf(app), named, queued)
      : pooled(poolOf(app), named, queued);
    this.appBegin = transactions(poolOf(app), named, queued);
    this.system = new SystemSession(pooled(poolOf(system), named, queued), transactions(poolOf(system), named, queued));
  }

  /** @param listener called when this process has committed what may have queued events; it is to be quick */
  onQueued(listener: () => void): void {
    this.tell = listener;
  }

  forTenant(tenantId: string): TenantSession {
    return new TenantSession(tenantId, this.appExecute, this.appBegin);
  }
}

/** TypeORM's query() cannot send named statements, which are worth 1.6 times on the hot ones: so its pool is asked directly. */
function poolOf(source: DataSource): Pool {
  return (source.driver as PostgresDriver).master as Pool;
}

type NameOf = (statement: Statement) => string | undefined;

function queryOf(statement: Statement, nameOf: NameOf, parts: readonly Values[], tenant?: string): Query {
  return { name: nameOf(statement), text: statement.text, values: inOrder(statement, parts, tenant) };
}

type Query = QueryConfig & { readonly values: unknown[] };
type Send = <R extends object>(statement: Statement, query: Query) => Promise<{ rows: R[] }>;

function pooled(pool: Pool, nameOf: NameOf, queued: () => void): Execute {
  return alone((_, query) => pool.query(query), nameOf, queued);
}

/** Reads wait for nobody's lock, so they travel by themselves. */
function pipelined(pool: Pool, nameOf: NameOf, queued: () => void): Execute {
  const reads = new Pipeline(pool, READ_LANES);
  const writes = new Pipeline(pool, WRITE_LANES);
  const batches = new Batches((query) => writes.query(query), nameOf);
  return alone(
    (statement, query) => {
      if (isBatched(statement)) return batches.query(statement, query);
      if (!statement.brief) return pool.query(query);
      return (statement.queues ? writes : reads).query(query);
    },
    nameOf,
    queued,
  );
}

/** Each statement is a transaction of its own. */
function alone(send: Send, nameOf: NameOf, queued: () => void): Execute {
  return async <R extends object>(statement: Statement, parts: readonly Values[], tenant?: string): Promise<R[]> => {
    const query = queryOf(statement, nameOf, parts, tenant);
    for (let attempt = 1; ; attempt++) {
      try {
        const { rows } = await send<R>(statement, query);
        if (statement.queues) queued();
        return rows;
      } catch (error) {
        if (attempt >= ATTEMPTS || !isRetryable(error)) throw translateUnavailable(error);
      }
    }
  };
}

function transactions(pool: Pool, nameOf: NameOf, queued: () => void): Begin {
  return async <T>(work: (execute: Execute) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(pool, nameOf, queued, work);
      } catch (error) {
        if (attempt >= ATTEMPTS || !isRetryable(error)) throw translateUnavailable(error);
      }
    }
  };
}

async function once<T>(
  pool: Pool,
  nameOf: NameOf,
  queued: () => void,
  work: (execute: Execute) => Promise<T>,
): Promise<T> {
  let queues = false;
  const client = await takeOut(pool);
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
    giveBack(client);
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
    giveBack(client);
  } catch (error) {
    client.release(error instanceof Error ? error : true);
  }
}
