import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { LimitName } from '../config/limits.js';
import { isBatched } from './batched-statement.js';
import { Batches } from './batches.js';
import { alone, type Begin, type Execute, type Send, transactions } from './execution.js';
import { Pipeline } from './pipeline.js';
import { ReadTurns } from './read-turns.js';
import { sendAlone } from './send-alone.js';
import type { Statement, SystemStatement, TenantStatement, Values } from './statement.js';
import { classOf, type StatementClass, StatementShares } from './statement-shares.js';

type Row = Record<string, unknown>;

/** Connections that brief statements share: one PostgreSQL process reads faster than one Node.js process asks. */
const READS = { lanes: 1, heldUpMs: 10 };
/** Writes wait for locks and for the disk. */
const WRITES = { lanes: 3, heldUpMs: 5 };
/** These, and as many for what is sent while each of these waits for a disk. */
export const SHARED_CONNECTIONS = 2 * (READS.lanes + WRITES.lanes);

/** Connections apart from those of the app role and the system role; without one of these, theirs are used. */
export interface ReservedConnections {
  /** Shared by brief statements: SHARED_CONNECTIONS of them. */
  readonly shared?: DataSource;
  /** For heavy statements and large reads, with a statement timeout of their own. */
  readonly heavy?: DataSource;
  /** For token look-ups. */
  readonly lookups?: DataSource;
}

export interface UnitOfWorkOptions {
  readonly preparedStatements: boolean;
  readonly heavyStatements?: number;
  readonly reserved?: ReservedConnections;
}

/**
 * One tenant's view of the database, bound when it is born: no repository method takes a tenant, so none can forget it.
 * Outside `transaction` each `run` is a transaction of its own and one round trip.
 */
export class TenantSession {
  constructor(
    readonly tenantId: string,
    private readonly execute: Execute,
    private readonly begin: Begin,
    /** Counts a limit that bounded what was read. */
    readonly reached: (limit: LimitName) => void = () => undefined,
  ) {}

  /** @param parts the values of the statement, in as many objects as they come in */
  run<R extends object = Row>(statement: TenantStatement, ...parts: readonly Values[]): Promise<R[]> {
    return this.execute<R>(statement, parts, this.tenantId);
  }

  /** All or nothing; run again from the start after a deadlock, so `work` may run more than once. */
  transaction<T>(work: (session: TenantSession) => Promise<T>): Promise<T> {
    return this.begin(
      (execute) => work(new TenantSession(this.tenantId, execute, nested, this.reached)),
      this.tenantId,
    );
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

const nested: Begin = () => {
  throw new Error('A transaction does not nest');
};

/** The only way to the database. Two roles: the app role sees the bound tenant, the system role a few tables of all tenants. */
export class UnitOfWork {
  readonly system: SystemSession;
  /** Look-ups of tokens, which wait for no other work. */
  readonly lookups: SystemSession;
  /** What each tenant may use at once of the app role's connections. */
  readonly shares: StatementShares;
  /** Reads of many pages, such as those of large groups. */
  readonly largeReads: ReadTurns;
  private readonly appExecute: Execute;
  private readonly appBegin: Begin;
  private tell: () => void = () => undefined;
  private count: (limit: LimitName) => void = () => undefined;

  constructor(app: DataSource, system: DataSource, options: UnitOfWorkOptions) {
    const { preparedStatements, heavyStatements = 1, reserved = {} } = options;
    const nameOf: NameOf = preparedStatements ? ({ name }) => name : () => undefined;
    const execution = { nameOf, queued: () => this.tell() };
    const appPool = poolOf(app);
    const pools = {
      app: appPool,
      shared: reserved.shared ? poolOf(reserved.shared) : appPool,
      heavy: reserved.heavy ? poolOf(reserved.heavy) : appPool,
    };
    this.shares = new StatementShares({ poolSize: appPool.options.max, heavyStatements }, (limit) => this.count(limit));
    this.largeReads = new ReadTurns(() => this.count('waitingLargeReads'));
    const sharing = { shares: this.shares, classOf: (statement: Statement) => classOf(statement, preparedStatements) };
    this.appExecute = alone(toPools(pools, nameOf), { ...execution, sharing });
    this.appBegin = transactions(appPool, { ...execution, sharing });
    this.system = systemSession(poolOf(system), execution);
    this.lookups = reserved.lookups ? systemSession(poolOf(reserved.lookups), execution) : this.system;
  }

  /** @param listener called when this process has committed what may have queued events; it is to be quick */
  onQueued(listener: () => void): void {
    this.tell = listener;
  }

  /** @param listener called with each limit that refuses a statement or cuts a page */
  onLimit(listener: (limit: LimitName) => void): void {
    this.count = listener;
  }

  forTenant(tenantId: string): TenantSession {
    return new TenantSession(tenantId, this.appExecute, this.appBegin, (limit) => this.count(limit));
  }
}

/** TypeORM's query() cannot send named statements, which are worth 1.6 times on the hot ones: so its pool is asked directly. */
function poolOf(source: DataSource): Pool {
  return (source.driver as PostgresDriver).master as Pool;
}

type NameOf = (statement: Statement) => string | undefined;

function systemSession(pool: Pool, execution: Parameters<typeof transactions>[1]): SystemSession {
  return new SystemSession(
    alone((_, query) => pool.query(query), execution),
    transactions(pool, execution),
  );
}

interface TenantPools {
  readonly app: Pool;
  readonly shared: Pool;
  readonly heavy: Pool;
}

/** Each class of statements has connections that the others cannot take. Reads take no row locks, so they use their own lane. */
function toPools({ app, shared, heavy }: TenantPools, nameOf: NameOf): Send {
  const reads = new Pipeline(shared, READS);
  const writes = new Pipeline(shared, WRITES);
  const batches = new Batches((query) => writes.query(query), nameOf);
  const senders: Readonly<Record<StatementClass, Send>> = {
    pipelined: (statement, query) => {
      if (isBatched(statement)) return batches.query(statement, query);
      return statement.queues ? writes.query(query) : reads.query(query, statement.cached);
    },
    ordinary: (statement, query) => sendAlone(app, query, statement.cached),
    large: (statement, query) => sendAlone(statement.queues ? app : heavy, query, statement.cached),
    heavy: (_, query) => sendAlone(heavy, query),
  };
  return (statement, query, name) => senders[name](statement, query, name);
}
