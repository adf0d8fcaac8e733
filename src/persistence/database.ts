import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolSettings } from './data-source.js';
import type { DatabaseLog } from './database-log.js';
import { asRole, checkWorkRole, DatabaseSetupError, prepareWorkRoles, withClient } from './database-roles.js';
import { connectEmbedded, type EmbeddedConnection, startEmbeddedPostgres } from './embedded/embedded-postgres.js';
import { DataDirectoryInUseError } from './embedded/embedded-postgres-error.js';

/** What the configuration says about the database. */
export interface DatabaseConfig {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly appDatabaseUrl: string | undefined;
  readonly systemDatabaseUrl: string | undefined;
}

/** A database with its roles in place; migrating it is the caller's. */
export interface Database {
  /** Whether it is Muster's own, in the data directory. */
  readonly embedded: boolean;
  /** For migrations only. */
  readonly ownerUrl: string;
  /** Requests of one tenant. */
  readonly app: PoolSettings;
  /** Work that belongs to no tenant. */
  readonly system: PoolSettings;
  /** Stops the embedded server if this process started it; pools are to be closed first. */
  close(): Promise<void>;
}

const OLDEST = 15;
const NEWEST = 18;
/** How long a command waits for a server that is just starting or stopping. */
const COMMAND_LIMIT_MS = 30_000;

/**
 * The database of DATABASE_URL, or the embedded one.
 *
 * @param purpose a `server` starts the embedded database and keeps it; a `command` uses that of the running server, and starts one for
 *   itself only where none runs
 * @throws EmbeddedPostgresError, DataDirectoryInUseError or DatabaseSetupError; their messages are for whoever runs Muster.
 */
export async function openDatabase(
  config: DatabaseConfig,
  log: DatabaseLog,
  purpose: 'server' | 'command' = 'server',
): Promise<Database> {
  if (config.databaseUrl !== undefined) return openExternal(config.databaseUrl, config, log);
  if (purpose === 'command') return openEmbeddedForCommand(config.dataDir, log);
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  return embeddedDatabase(server, server.stop);
}

async function openExternal(url: string, config: DatabaseConfig, log: DatabaseLog): Promise<Database> {
  const ownerName = await withClient(url, async (owner) => {
    const { rows } = await owner.query<{ version: number; name: string }>(
      `select current_setting('server_version_num')::int as version, current_user::text as name`,
    );
    const { version = 0, name = '' } = rows[0] ?? {};
    checkVersion(Math.floor(version / 10_000), log);
    await prepareWorkRoles(owner);
    return name;
  });
  const app = config.appDatabaseUrl ?? asRole(url, 'muster_app');
  const system = config.systemDatabaseUrl ?? asRole(url, 'muster_system');
  await checkWorkRole(app, 'muster_app', ownerName);
  await checkWorkRole(system, 'muster_system', ownerName);
  return { embedded: false, ownerUrl: url, app: { url: app }, system: { url: system }, close: async () => undefined };
}

function checkVersion(major: number, log: DatabaseLog): void {
  if (major < OLDEST) {
    throw new DatabaseSetupError(
      `DATABASE_URL is a PostgreSQL ${major}; Muster needs PostgreSQL ${OLDEST} to ${NEWEST}.`,
    );
  }
  if (major > NEWEST) log.warn({ major }, `Muster is tested with PostgreSQL ${OLDEST} to ${NEWEST}; this one is newer`);
}

async function openEmbeddedForCommand(dataDir: string, log: DatabaseLog): Promise<Database> {
  const deadline = performance.now() + COMMAND_LIMIT_MS;
  for (;;) {
    const running = await connectEmbedded(dataDir);
    if (running !== undefined) return embeddedDatabase(running, async () => undefined);
    try {
      const server = await startEmbeddedPostgres({ dataDir, log, purpose: 'command' });
      return embeddedDatabase(server, server.stop);
    } catch (error) {
      if (!(error instanceof DataDirectoryInUseError) || performance.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

function embeddedDatabase({ ownerUrl, appUrl, systemUrl }: EmbeddedConnection, close: () => Promise<void>): Database {
  return { embedded: true, ownerUrl, app: { url: appUrl }, system: { url: systemUrl }, close };
}
