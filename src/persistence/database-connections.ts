import type { DataSource } from 'typeorm';
import { LIMITS } from '../config/limits.js';
import { BY_INDEX, openDataSource, type PoolSettings } from './data-source.js';
import { largeStatements } from './statement-shares.js';
import { SHARED_CONNECTIONS, UnitOfWork } from './unit-of-work.js';

/** What the configuration says about connections. */
export interface ConnectionSettings {
  readonly poolSize: number;
  readonly preparedStatements: boolean;
  readonly heavyStatements: number;
  readonly heavyTimeoutMs: number;
}

/** How the roles reach the database. */
export interface ConnectionTargets {
  readonly app: PoolSettings;
  readonly system: PoolSettings;
  /** Whether PostgreSQL runs as processes of this machine and this user. */
  readonly embedded: boolean;
}

/** Connections of the system role that no other work uses. */
const LOOKUP_CONNECTIONS = 2;
/** For work that belongs to no tenant: the relay, the log writers, the administration. */
const SYSTEM_CONNECTIONS = 4;
/** Heavy statements leave the processor to the others. */
const HEAVY_NICE = 10;
const PROBE_TIMEOUT_MS = 2000;

/** The connections of a server. */
export interface DatabaseConnections {
  readonly work: UnitOfWork;
  /** One connection that only health checks use. */
  readonly health: DataSource;
  /** Closes all of them. */
  close(): Promise<void>;
}

/**
 * Opens the connections of a server, each kind of work with its own, so that none waits for another (ADR 19). What was opened is
 * closed again when a later step fails.
 *
 * @param Work the class of the unit of work
 */
export async function openConnections(
  targets: ConnectionTargets,
  settings: ConnectionSettings,
  Work: typeof UnitOfWork = UnitOfWork,
): Promise<DatabaseConnections> {
  const opened: DataSource[] = [];
  const close = async () => {
    await Promise.all(opened.map((source) => source.destroy()));
  };
  const open = async (target: PoolSettings, size: number, special: Partial<PoolSettings> = {}) => {
    const source = await openDataSource({ options: BY_INDEX, ...target, ...special }, size);
    opened.push(source);
    return source;
  };
  const { poolSize, heavyStatements } = settings;
  const heavy = {
    statementTimeoutMs: settings.heavyTimeoutMs,
    ...(targets.embedded && { nice: HEAVY_NICE }),
  };
  try {
    const app = await open(targets.app, poolSize);
    const system = await open(targets.system, SYSTEM_CONNECTIONS);
    const reserved = {
      shared: await open(targets.app, SHARED_CONNECTIONS, { lockTimeoutMs: LIMITS.sharedLockWaitMs.value }),
      heavy: await open(targets.app, heavyStatements + largeStatements(poolSize), heavy),
      lookups: await open(targets.system, LOOKUP_CONNECTIONS),
    };
    const health = await open(targets.app, 1, { statementTimeoutMs: PROBE_TIMEOUT_MS });
    const work = new Work(app, system, { ...settings, reserved });
    return { work, health, close };
  } catch (error) {
    await close();
    throw error;
  }
}
