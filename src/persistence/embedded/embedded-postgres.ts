import { constants } from 'node:fs';
import { lchown, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseLog } from '../database-log.js';
import { type LockPurpose, lockDataDirectory, lockHolder } from './data-directory-lock.js';
import { DataDirectoryInUseError, EmbeddedPostgresError } from './embedded-postgres-error.js';
import { keepRunning } from './keep-running.js';
import {
  findPostmaster,
  launchPostmaster,
  type Postmaster,
  runProgram,
  type ServerSettings,
  stopPostmaster,
} from './postmaster.js';
import { prepareBinaries, type ServerBinaries } from './server-binaries.js';
import { openServerFile, readServerFile } from './server-files.js';
import { findServerHome, openServerHome, type ServerHome } from './server-home.js';
import { makePasswords, readPasswords, type ServerPasswords, type ServerRole } from './server-passwords.js';
import { answersFor, isPrepared, prepareRoles } from './server-roles.js';

/** How to reach the embedded database; the URLs hold passwords. */
export interface EmbeddedConnection {
  /** Owns the database `muster` and migrates it. */
  readonly ownerUrl: string;
  /** Serves requests: owns nothing, row level security holds for it. */
  readonly appUrl: string;
  /** Does the work that belongs to no tenant. */
  readonly systemUrl: string;
  /** For maintenance, such as a copy of the database. */
  readonly superuserUrl: string;
  readonly port: number;
}

export interface EmbeddedPostgres extends EmbeddedConnection {
  /** Whether the server ran already, left behind by a Muster that was killed. */
  readonly adopted: boolean;
  /** Ends the server and lets go of the data directory; safe to call again. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: DatabaseLog;
  /** A server is refused a directory another server works on; a command is waited for. Default `server`. */
  readonly purpose?: LockPurpose;
  /** Settings of PostgreSQL that differ from Muster's; only tests have reason to. */
  readonly settings?: ServerSettings;
}

/** How long commands may keep a server waiting. */
const COMMAND_LIMIT_MS = 30_000;

/**
 * Starts PostgreSQL on the data directory, which is made on first use; a server that was left behind there is adopted.
 *
 * @throws DataDirectoryInUseError when another Muster works there.
 * @throws EmbeddedPostgresError when PostgreSQL cannot run; the message says why.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, purpose = 'server', settings = {} } = options;
  const home = await openServerHome(dataDir, log);
  const release = await lockWhenCommandsAreDone(home, purpose);
  let binaries: ServerBinaries | undefined;
  try {
    binaries = await prepareBinaries(home);
    const passwords = await prepareCluster(home, binaries, log);
    const left = await adopt(home, binaries, passwords, log);
    const postmaster = left ?? (await launchPostmaster(home, binaries, settings, log));
    const connection = connectionTo(postmaster, passwords);
    await prepareRoles(connection.superuserUrl, home.cluster, passwords);
    log.info(
      { directory: home.directory, port: postmaster.port, pid: postmaster.pid, adopted: left !== undefined },
      'The embedded database is ready',
    );
    const endWatch = keepRunning(home, binaries, { ...settings, port: String(postmaster.port) }, log);
    return { ...connection, adopted: left !== undefined, stop: stopOnce(home, binaries, endWatch, release) };
  } catch (error) {
    if (binaries !== undefined) await stopPostmaster(home, binaries).catch(() => undefined);
    await release();
    throw error;
  }
}

/**
 * How to reach the database of a Muster server that runs on the data directory now; undefined when none does.
 *
 * @throws EmbeddedPostgresError when it runs as another user, so that its passwords cannot be read.
 */
export async function connectEmbedded(dataDir: string): Promise<EmbeddedConnection | undefined> {
  const home = await findServerHome(dataDir);
  if (home === undefined || (await lockHolder(home.directory))?.purpose !== 'server') return undefined;
  if (!(await exists(home.cluster))) return undefined;
  const passwords = await readPasswords(home.passwordFile);
  const postmaster = await findPostmaster(home);
  if (postmaster === undefined) return undefined;
  const connection = connectionTo(postmaster, passwords);
  return (await isPrepared(connection.superuserUrl, home.cluster)) ? connection : undefined;
}

async function lockWhenCommandsAreDone(home: ServerHome, purpose: LockPurpose): Promise<() => Promise<void>> {
  const deadline = performance.now() + COMMAND_LIMIT_MS;
  for (;;) {
    try {
      return await lockDataDirectory(home.directory, purpose);
    } catch (error) {
      if (isAccessError(error)) {
        throw new EmbeddedPostgresError(
          `The data directory ${home.directory} belongs to another user: run Muster as that user.`,
        );
      }
      const worthWaiting =
        error instanceof DataDirectoryInUseError && error.purpose === 'command' && performance.now() < deadline;
      if (!worthWaiting) throw error;
      await sleep(100);
    }
  }
}

/** Makes the cluster when there is none. */
async function prepareCluster(home: ServerHome, binaries: ServerBinaries, log: DatabaseLog): Promise<ServerPasswords> {
  if (!(await exists(home.cluster))) {
    log.info({ directory: home.directory }, 'Making a new embedded database');
    const passwords = await makePasswords(home.passwordFile);
    await initialise(home, binaries, passwords);
    return passwords;
  }
  const version = /^\d{1,3}$/.exec((await readServerFile(join(home.cluster, 'PG_VERSION')))?.trim() ?? '')?.[0];
  if (Number(version) !== binaries.major) {
    throw new EmbeddedPostgresError(
      `The database in ${home.cluster} was made by PostgreSQL ${version ?? '(unknown)'} and cannot be opened by ` +
        `PostgreSQL ${binaries.major}. Dump it with the Muster that made it and restore it here.`,
    );
  }
  return readPasswords(home.passwordFile);
}

/** Done under another name, so that a cluster that exists is a whole one. */
async function initialise(home: ServerHome, binaries: ServerBinaries, passwords: ServerPasswords): Promise<void> {
  const unfinished = `${home.cluster}.unfinished`;
  const passwordForInitdb = join(home.directory, 'initdb-password');
  await removeUnfinished(unfinished, home);
  await rm(passwordForInitdb, { force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const handle = await openServerFile(passwordForInitdb, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  try {
    await handle.writeFile(passwords.postgres);
    if (home.user !== undefined) {
      await lchown(unfinished, home.user.uid, home.user.gid);
      await handle.chown(home.user.uid, home.user.gid);
    }
  } finally {
    await handle.close();
  }
  const { code, output } = await runProgram(
    binaries.initdb,
    [
      ...['-D', unfinished, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordForInitdb}`],
      ...['--encoding=UTF8', '--locale=C', '--no-instructions'],
    ],
    home,
  );
  await rm(passwordForInitdb, { force: true });
  if (code !== 0) {
    throw new EmbeddedPostgresError(
      `The embedded database could not be made (initdb: ${code}).\n${output.trim()}\nIf PostgreSQL cannot run here, set DATABASE_URL.`,
    );
  }
  await rename(unfinished, home.cluster);
  await syncDirectory(home.directory);
}

/** The server's user empties what belongs to it: it could exchange directories for links while root does. */
async function removeUnfinished(directory: string, home: ServerHome): Promise<void> {
  const owner = await lstat(directory).catch(() => undefined);
  if (home.user !== undefined && owner?.uid === home.user.uid)
    await runProgram('/bin/rm', ['-rf', '--', directory], home);
  await rm(directory, { recursive: true, force: true });
}

/** The server a killed Muster left behind, when it answers as ours; one that does not answer is ended. */
async function adopt(
  home: ServerHome,
  binaries: ServerBinaries,
  passwords: ServerPasswords,
  log: DatabaseLog,
): Promise<Postmaster | undefined> {
  const left = await findPostmaster(home);
  if (left === undefined) return undefined;
  if (await answersFor(connectionTo(left, passwords).superuserUrl, home.cluster)) return left;
  log.warn({ pid: left.pid }, 'The database server left behind does not answer: it is ended');
  await stopPostmaster(home, binaries);
  return undefined;
}

function connectionTo(postmaster: Postmaster, passwords: ServerPasswords): EmbeddedConnection {
  const url = (role: ServerRole, database: string) =>
    `postgres://${role}:${passwords[role]}@127.0.0.1:${postmaster.port}/${database}`;
  return {
    ownerUrl: url('muster_owner', 'muster'),
    appUrl: url('muster_app', 'muster'),
    systemUrl: url('muster_system', 'muster'),
    superuserUrl: url('postgres', 'postgres'),
    port: postmaster.port,
  };
}

function stopOnce(
  home: ServerHome,
  binaries: ServerBinaries,
  endWatch: () => Promise<void>,
  release: () => Promise<void>,
): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= endWatch()
      .then(() => stopPostmaster(home, binaries))
      .finally(release);
    return stopping;
  };
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isAccessError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM';
}
