import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** One step of the schema: `migrations/0001_tenants.up.sql` and its way back, `0001_tenants.down.sql`. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly up: string;
  readonly down: string;
  /** SHA-256 of `up` in hex, the same whatever the line ends of the checkout. */
  readonly checksum: string;
}

/** The migrations cannot be read or applied; the message says which and why. */
class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/** The same from `src` and from `dist`. */
const DIRECTORY = fileURLToPath(new URL('../../migrations/', import.meta.url));
const FILE = /^(\d{4})_([a-z0-9_]+)\.(up|down)\.sql$/;
const LOCK_TIMEOUT = '30s';

/**
 * Applies what is missing, in order, and returns it. Several starters at once wait for each other: the lock on schema_migrations is
 * the lease, and it ends with the connection of who holds it.
 *
 * @param ownerUrl connection of the role that owns the database
 * @throws MigrationError when files and database do not fit together, or a migration fails; then that one left nothing behind.
 */
export async function migrateUp(ownerUrl: string, directory: string = DIRECTORY): Promise<readonly Migration[]> {
  const migrations = await readMigrations(directory);
  return withConnection(ownerUrl, async (client) => {
    const done: Migration[] = [];
    for (;;) {
      const step = await inLease(client, async (applied) => {
        const [next] = missing(migrations, applied);
        if (next === undefined) return undefined;
        await run(client, next, next.up);
        await client.query(
          'insert into schema_migrations (version, name, checksum, applied_at) values ($1, $2, $3, now())',
          [next.version, next.name, next.checksum],
        );
        return next;
      });
      if (step === undefined) return done;
      done.push(step);
    }
  });
}

/**
 * Takes back the last `steps` migrations, newest first, and returns them; fewer when fewer are applied.
 *
 * @throws MigrationError as `migrateUp`.
 */
export async function migrateDown(
  ownerUrl: string,
  steps: number,
  directory: string = DIRECTORY,
): Promise<readonly Migration[]> {
  const migrations = await readMigrations(directory);
  return withConnection(ownerUrl, async (client) => {
    const done: Migration[] = [];
    while (done.length < steps) {
      const step = await inLease(client, async (applied) => {
        missing(migrations, applied);
        const last = migrations[applied.length - 1];
        if (last === undefined) return undefined;
        await run(client, last, last.down);
        await client.query('delete from schema_migrations where version = $1', [last.version]);
        return last;
      });
      if (step === undefined) return done;
      done.push(step);
    }
    return done;
  });
}

/**
 * What `migrateUp` would apply now; changes nothing.
 *
 * @throws MigrationError when files and database do not fit together.
 */
export async function pendingMigrations(
  ownerUrl: string,
  directory: string = DIRECTORY,
): Promise<readonly Migration[]> {
  const migrations = await readMigrations(directory);
  return withConnection(ownerUrl, async (client) => {
    const table = await client.query<{ known: boolean }>(
      `select to_regclass('schema_migrations') is not null as known`,
    );
    return missing(migrations, table.rows[0]?.known ? await readApplied(client) : []);
  });
}

async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const stray = names.find((name) => !FILE.test(name));
  if (stray !== undefined) throw new MigrationError(`${stray} is not named like 0001_what_it_does.up.sql.`);
  const ups = names.filter((name) => name.endsWith('.up.sql'));
  const orphan = names.find((name) => name.endsWith('.down.sql') && !ups.includes(name.replace('.down.', '.up.')));
  if (orphan !== undefined) throw new MigrationError(`${orphan} has no ${orphan.replace('.down.', '.up.')}.`);
  return Promise.all(ups.map((file, index) => readMigration(directory, file, index + 1)));
}

async function readMigration(directory: string, file: string, expected: number): Promise<Migration> {
  const [, number, name] = FILE.exec(file) ?? [];
  const version = Number(number);
  if (version !== expected) {
    throw new MigrationError(
      `Migrations are numbered without gaps or repeats: ${file} stands where number ${expected} should.`,
    );
  }
  const downFile = file.replace('.up.', '.down.');
  const up = (await readFile(join(directory, file), 'utf8')).replaceAll('\r\n', '\n');
  const down = await readFile(join(directory, downFile), 'utf8').catch(() => {
    throw new MigrationError(`${file} has no ${downFile}.`);
  });
  return { version, name: name ?? '', up, down, checksum: createHash('sha256').update(up).digest('hex') };
}

/** What is not applied yet; applied ones must be the first of the known ones, unchanged. */
function missing(migrations: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  applied.forEach((row, index) => {
    const migration = migrations[index];
    const label = `${String(row.version).padStart(4, '0')}_${row.name}`;
    if (row.version > migrations.length) {
      throw new MigrationError(
        `The database is ahead: it has migration ${label}, and this Muster knows ${migrations.length} migrations. ` +
          'Start the newer Muster that made it, or take it back with that one first.',
      );
    }
    if (migration?.version !== row.version) throw new MigrationError(`The database lacks a migration before ${label}.`);
    if (migration.checksum !== row.checksum) {
      throw new MigrationError(
        `Migration ${label} was changed after it was applied: restore its file, and write a new one instead.`,
      );
    }
  });
  return migrations.slice(applied.length);
}

async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'muster migrations' });
  // A connection that ends also fails the query at hand, which is where the error is told.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One transaction that nobody else has at the same time, with what is applied read inside it. */
async function inLease<T>(client: pg.Client, work: (applied: readonly Applied[]) => Promise<T>): Promise<T> {
  await makeTable(client);
  await client.query('begin');
  try {
    await takeLock(client);
    const result = await work(await readApplied(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function makeTable(client: pg.Client): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(
        'create table if not exists schema_migrations ' +
          '(version int primary key, name text not null, checksum text not null, applied_at timestamptz not null)',
      );
      return;
    } catch (error) {
      // "if not exists" looks first and creates later: of two starters at once one may find the other's table or type in between.
      const lostRace = ['23505', '42P07', '42710'].includes(sqlState(error) ?? '');
      if (!lostRace || attempt === 5) throw error;
    }
  }
}

async function takeLock(client: pg.Client): Promise<void> {
  await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  try {
    await client.query('lock table schema_migrations in access exclusive mode');
  } catch (error) {
    if (sqlState(error) !== '55P03') throw error;
    throw new MigrationError(
      `Another process has been migrating this database for more than ${LOCK_TIMEOUT}; try again when it is done.`,
    );
  }
}

async function readApplied(client: pg.Client): Promise<readonly Applied[]> {
  const { rows } = await client.query<Applied>(
    'select version, name, checksum from schema_migrations order by version',
  );
  return rows;
}

async function run(client: pg.Client, migration: Migration, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    const label = `${String(migration.version).padStart(4, '0')}_${migration.name}`;
    throw new MigrationError(`Migration ${label} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
