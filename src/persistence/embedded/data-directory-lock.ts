import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirectoryInUseError, EmbeddedPostgresError } from './embedded-postgres-error.js';
import { processIdentity } from './process-identity.js';

/** A server stays; a command (the CLI with no server beside it) is gone in a moment and worth waiting for. */
export type LockPurpose = 'server' | 'command';

export interface LockHolder {
  readonly pid: number;
  readonly purpose: LockPurpose;
}

interface Claim extends LockHolder {
  readonly file: string;
}

const ATTEMPTS = 5;

/**
 * Makes this process the only Muster on the directory and returns how to let go of it.
 *
 * Each process writes a claim of its own and then looks for claims of others: of two at once at least one sees the other, so never
 * both win. Claims of processes that no longer run count for nothing, so kill -9 needs no clean-up, and no stale file is ever taken
 * over, which is where lock files race.
 *
 * @throws DataDirectoryInUseError when another running process has a claim.
 */
export async function lockDataDirectory(directory: string, purpose: LockPurpose): Promise<() => Promise<void>> {
  const claims = join(directory, 'lock');
  await mkdir(claims, { recursive: true, mode: 0o700 });
  if (!(await lstat(claims)).isDirectory()) throw new EmbeddedPostgresError(`${claims} is no directory: remove it.`);
  const mine = join(claims, `${purpose}.${process.pid}.${processIdentity(process.pid)}`);
  for (let attempt = 1; ; attempt++) {
    const others = (await runningClaims(directory)).filter(({ file }) => file !== mine);
    const other = others[0] ?? (await claim(directory, mine));
    if (other === undefined) return () => rm(mine, { force: true });
    if (attempt === ATTEMPTS) throw new DataDirectoryInUseError(directory, other.pid, other.purpose);
    // Two that saw each other have both stepped back; unequal pauses let one of them be first.
    await sleep(20 + Math.random() * 80);
  }
}

/** The Muster at work on the directory, if any. */
export async function lockHolder(directory: string): Promise<LockHolder | undefined> {
  return (await runningClaims(directory))[0];
}

async function claim(directory: string, mine: string): Promise<Claim | undefined> {
  try {
    await writeFile(mine, '', { flag: 'wx', mode: 0o644 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new DataDirectoryInUseError(directory, process.pid, 'server');
  }
  const other = (await runningClaims(directory)).find(({ file }) => file !== mine);
  if (other !== undefined) await rm(mine, { force: true });
  return other;
}

async function runningClaims(directory: string): Promise<Claim[]> {
  const claims = join(directory, 'lock');
  const found: Claim[] = [];
  for (const name of await readdir(claims).catch(() => [])) {
    const [purpose, pid, identity] = name.split('.');
    const file = join(claims, name);
    // Who may look but not tidy up (another user's CLI) still gets a true answer.
    if (processIdentity(Number(pid)) !== identity) await rm(file, { force: true }).catch(() => undefined);
    else found.push({ file, pid: Number(pid), purpose: purpose === 'command' ? 'command' : 'server' });
  }
  return found;
}
