import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseLog } from '../database-log.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** The user PostgreSQL runs as when Muster runs as root, which PostgreSQL refuses to do. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where the files of one embedded server are, and who runs it. */
export interface ServerHome {
  /** A real path; the server's user can enter it. */
  readonly directory: string;
  /** PostgreSQL's own data directory (PGDATA). */
  readonly cluster: string;
  readonly passwordFile: string;
  readonly logFile: string;
  /** Undefined: PostgreSQL runs as the user that runs Muster. */
  readonly user: ServerUser | undefined;
}

const NOBODY: ServerUser = { uid: 65534, gid: 65534 };
const POINTER = 'postgres-is-elsewhere';

/**
 * Finds or makes the home of the data directory's server. That is the data directory itself, unless Muster runs as root and an
 * unprivileged user cannot get there (a checkout under /root): then it is a directory elsewhere, and a file in the data directory
 * says where.
 *
 * @throws EmbeddedPostgresError when there is no place for it.
 */
export async function openServerHome(dataDir: string, log: DatabaseLog): Promise<ServerHome> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const asked = await realpath(dataDir);
  const found = await readPointer(asked);
  if (!isRoot()) return homeAt(found ?? asked, undefined);

  const directory = found ?? asked;
  const user = await serverUser(directory);
  checkBecoming(user);
  if (await letIn(directory, user)) return homeAt(directory, user);
  if (await exists(join(directory, 'postgres'))) {
    throw new EmbeddedPostgresError(
      `The database in ${directory} belongs to user ${user.uid}, who cannot enter that directory any more. ` +
        'Give the directories above it execute permission for others again.',
    );
  }
  const elsewhere = await makeElsewhere(asked);
  await writeFile(join(asked, POINTER), `${elsewhere}\n`, { mode: 0o644 });
  log.warn(
    { dataDir: asked, directory: elsewhere },
    'Muster runs as root, PostgreSQL must not, and only root can enter the data directory: the database is kept elsewhere',
  );
  return homeAt(elsewhere, user);
}

/** The home of a data directory that has one already; makes nothing. */
export async function findServerHome(dataDir: string): Promise<ServerHome | undefined> {
  if (!(await exists(dataDir))) return undefined;
  const asked = await realpath(dataDir);
  return homeAt((await readPointer(asked)) ?? asked, undefined);
}

/** Whether the user can reach a path for reading (a file) or entering (a directory); asked of the kernel, which alone knows all rules. */
export function canReach(path: string, user: ServerUser): boolean {
  return asUser(user, '[ -d "$1" ] && cd "$1" || [ -r "$1" ]', path).status === 0;
}

function homeAt(directory: string, user: ServerUser | undefined): ServerHome {
  return {
    directory,
    cluster: join(directory, 'postgres'),
    passwordFile: join(directory, 'postgres-passwords.json'),
    logFile: join(directory, 'postgres.log'),
    user,
  };
}

/** Whoever made the files keeps them: root may start what an ordinary user has made. */
async function serverUser(directory: string): Promise<ServerUser> {
  const cluster = await stat(join(directory, 'postgres')).catch(() => undefined);
  return cluster === undefined || cluster.uid === 0 ? NOBODY : { uid: cluster.uid, gid: cluster.gid };
}

function checkBecoming(user: ServerUser): void {
  const { error } = asUser(user, ':', '');
  if (error === undefined) return;
  throw new EmbeddedPostgresError(
    `Muster runs as root, PostgreSQL refuses to, and Muster cannot become user ${user.uid} to start it (${error.message}). ` +
      'Run Muster as an ordinary user, or set DATABASE_URL.',
  );
}

/** A directory of root's that is closed only by its own mode (mkdtemp makes such) is opened for passing through, not for reading. */
async function letIn(directory: string, user: ServerUser): Promise<boolean> {
  if (canReach(directory, user)) return true;
  const { uid, mode } = await stat(directory);
  if (uid !== 0) return false;
  await chmod(directory, (mode & 0o777) | 0o001);
  if (canReach(directory, user)) return true;
  await chmod(directory, mode & 0o777);
  return false;
}

async function makeElsewhere(asked: string): Promise<string> {
  const name = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  for (const parent of ['/var/lib/muster', join(tmpdir(), 'muster')]) {
    const directory = join(parent, name);
    try {
      await mkdir(parent, { recursive: true, mode: 0o755 });
      await mkdir(directory, { recursive: true, mode: 0o711 });
      await chmod(directory, 0o711);
    } catch {
      continue;
    }
    // In a directory anybody can write to, somebody may have been there first.
    const [outer, inner] = await Promise.all([lstat(parent), lstat(directory)]);
    const ours = [outer, inner].every((entry) => entry.isDirectory() && entry.uid === 0);
    if (ours && canReach(directory, NOBODY)) return directory;
  }
  throw new EmbeddedPostgresError(
    `Muster runs as root, PostgreSQL must not, and an unprivileged user can reach neither ${asked} nor /var/lib/muster nor ` +
      `${tmpdir()}. Set MUSTER_DATA_DIR to a directory others can pass through, or set DATABASE_URL.`,
  );
}

async function readPointer(asked: string): Promise<string | undefined> {
  const text = await readFile(join(asked, POINTER), 'utf8').catch(() => undefined);
  return text?.trim() || undefined;
}

function asUser(user: ServerUser, script: string, argument: string) {
  return spawnSync('/bin/sh', ['-c', script, 'sh', argument], { ...user, cwd: '/', stdio: 'ignore', env: {} });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
