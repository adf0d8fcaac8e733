// Memory and processor time of Muster and of PostgreSQL, from /proc.
import { readdirSync, readFileSync } from 'node:fs';

const KB = 1024;
const MB = KB * KB;
/** Clock ticks of /proc/PID/stat last 10 ms on Linux. */
const TICK_MS = 10;

/** Resident bytes of a process; 0 when it has ended. */
function residentMb(pid) {
  return (Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * KB) / MB;
}

/** The process's part of shared pages and its own ones; shared buffers of PostgreSQL count once over all its processes. */
function proportionalMb(pid) {
  const text = read(`/proc/${pid}/smaps_rollup`);
  const pss = /^Pss:\s+(\d+)/m.exec(text)?.[1];
  return pss === undefined ? residentMb(pid) : (Number(pss) * KB) / MB;
}

/** Megabytes of all processes of one PostgreSQL without its shared buffers where the kernel tells them apart. */
export function postgresMb(postmaster) {
  return family(postmaster).reduce((sum, pid) => sum + proportionalMb(pid), 0);
}

export function musterMb(pids) {
  return pids.reduce((sum, pid) => sum + residentMb(pid), 0);
}

/** Milliseconds of processor time of one PostgreSQL, with processes that ended. */
export function postgresCpuMs(postmaster) {
  const live = family(postmaster).slice(1);
  const own = statOf(postmaster);
  return live.reduce((sum, pid) => sum + ticks(statOf(pid), 2), ticks(own, 4)) * TICK_MS;
}

/** The postmaster, then its children. */
function family(postmaster) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return [postmaster, ...pids.filter((pid) => Number(statOf(pid)[1]) === postmaster).map(Number)];
}

/** Fields of /proc/PID/stat from the third one on: state, parent, … */
function statOf(pid) {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** utime and stime, with `count` 4 also those of children that ended. */
function ticks(fields, count) {
  return fields.slice(11, 11 + count).reduce((sum, value) => sum + Number(value), 0);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
