import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * A text that this process has and no other process ever had or will have: a process id alone is used again, soonest after a reboot.
 * Undefined when no such process runs; a zombie does not run.
 */
export function processIdentity(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxIdentity(pid) : portableIdentity(pid);
}

/** False only when it is sure that the process is something else than a PostgreSQL server. */
export function mayBePostgres(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  const [program = ''] = readProc(`${pid}/cmdline`)?.split('\0') ?? [];
  return program === '' || basename(program) === 'postgres';
}

function linuxIdentity(pid: number): string | undefined {
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold anything; the fields after it are plain.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') return undefined;
  const boot = readProc('sys/kernel/random/boot_id')?.slice(0, 8) ?? 'boot';
  return `${boot}-${startTime}`;
}

function portableIdentity(pid: number): string | undefined {
  const started = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  if (started.error === undefined) return started.stdout.trim().replaceAll(/[^A-Za-z0-9]+/g, '-') || undefined;
  return isSignallable(pid) ? 'running' : undefined;
}

function isSignallable(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}
