// Memory and processor time of Muster and of PostgreSQL, from /proc. Reading is cheap, because it takes time from what is measured.
import { readFileSync } from 'node:fs';

const KB_IN_MB = 1024;
/** Clock ticks of /proc/PID/stat last 10 ms on Linux. */
const TICK_MS = 10;

/** Resident megabytes of these processes together. */
export function musterMb(pids) {
  return pids.reduce((sum, pid) => sum + memoryOf(pid, 'VmRSS'), 0);
}

/** Megabytes of all processes of one PostgreSQL: what each has for itself, and the shared buffers once. */
export function postgresMb(postmaster) {
  const pids = family(postmaster);
  const own = pids.reduce((sum, pid) => sum + memoryOf(pid, 'RssAnon'), 0);
  return own + Math.max(...pids.map((pid) => memoryOf(pid, 'RssShmem')));
}

/** Milliseconds of processor time of one PostgreSQL, with processes that ended. */
export function postgresCpuMs(postmaster) {
  const [, ...children] = family(postmaster);
  return children.reduce((sum, pid) => sum + ticksOf(pid, 2), ticksOf(postmaster, 4)) * TICK_MS;
}

/** The postmaster, then its children. */
function family(postmaster) {
  const children = read(`/proc/${postmaster}/task/${postmaster}/children`).trim();
  return [postmaster, ...(children === '' ? [] : children.split(' ').map(Number))];
}

/** 0 of a process that has ended. */
function memoryOf(pid, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / KB_IN_MB;
}

/** utime and stime; with `count` 4 also those of children that ended. */
function ticksOf(pid, count) {
  const text = read(`/proc/${pid}/stat`);
  // The name in front may hold spaces. Behind it is the third field, utime is the fourteenth.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 11 + count).reduce((sum, value) => sum + Number(value), 0);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
