import type { LimitName } from '../config/limits.js';
import { LIMITS } from '../config/limits.js';
import { isBatched } from './batched-statement.js';
import { FairScheduler, type ShareLimits } from './fair-scheduler.js';
import type { Statement } from './statement.js';

/** Classes of statements, from the cheapest to the most expensive. */
export const STATEMENT_CLASSES = ['pipelined', 'ordinary', 'large', 'heavy'] as const;
export type StatementClass = (typeof STATEMENT_CLASSES)[number];

/** What the shares are derived from. */
export interface ShareSettings {
  /** Connections for ordinary statements, for transactions and for large writes. */
  readonly poolSize: number;
  /** Heavy statements of all tenants at once. */
  readonly heavyStatements: number;
}

const WAITING: Readonly<Record<StatementClass, LimitName>> = {
  pipelined: 'waitingStatements',
  ordinary: 'waitingStatements',
  large: 'waitingLargeStatements',
  heavy: 'waitingHeavyStatements',
};

/** Large statements of all tenants at once, as a part of the pool. */
const LARGE_PART = 8;

/** The share of each tenant in the connections and the time of the database: a scheduler for each class of statements (ADR 19). */
export class StatementShares {
  private readonly schedulers: Readonly<Record<StatementClass, FairScheduler>>;

  /** @param onRefused called with the limit that refuses a request */
  constructor(settings: ShareSettings, onRefused: (limit: LimitName) => void) {
    const limits = limitsOf(settings);
    const scheduler = (name: StatementClass) => new FairScheduler(limits[name], () => onRefused(WAITING[name]));
    this.schedulers = {
      pipelined: scheduler('pipelined'),
      ordinary: scheduler('ordinary'),
      large: scheduler('large'),
      heavy: scheduler('heavy'),
    };
  }

  of(name: StatementClass): FairScheduler {
    return this.schedulers[name];
  }
}

/** @param pipelines whether statements share connections */
export function classOf(statement: Statement, pipelines: boolean): StatementClass {
  if (statement.weight !== undefined) return statement.weight;
  return pipelines && (statement.brief === true || isBatched(statement)) ? 'pipelined' : 'ordinary';
}

/** Large statements run at once. */
export function largeStatements(poolSize: number): number {
  return Math.max(1, Math.floor(poolSize / LARGE_PART));
}

function limitsOf({ poolSize, heavyStatements }: ShareSettings): Readonly<Record<StatementClass, ShareLimits>> {
  const brief = { maxWaiting: LIMITS.waitingStatements.value, maxWaitMs: LIMITS.statementWaitMs.value };
  const inFlight = LIMITS.pipelinedStatementsInFlight.value;
  const part = (percent: number) => Math.floor((poolSize * percent) / 100);
  return {
    pipelined: {
      total: inFlight,
      perTenant: LIMITS.pipelinedStatements.value,
      reserved: Math.floor(inFlight / 3),
      ...brief,
      maxWaitMs: LIMITS.pipelinedWaitMs.value,
    },
    ordinary: {
      total: Math.max(1, poolSize - largeStatements(poolSize)),
      perTenant: Math.max(1, part(LIMITS.tenantConnections.value)),
      reserved: part(LIMITS.reservedConnections.value),
      ...brief,
    },
    large: {
      total: largeStatements(poolSize),
      perTenant: LIMITS.largeStatements.value,
      reserved: 0,
      maxWaiting: LIMITS.waitingLargeStatements.value,
      maxWaitMs: LIMITS.statementWaitMs.value,
    },
    heavy: {
      total: heavyStatements,
      perTenant: LIMITS.heavyStatements.value,
      reserved: 0,
      maxWaiting: LIMITS.waitingHeavyStatements.value,
      maxWaitMs: LIMITS.statementWaitMs.value,
    },
  };
}
