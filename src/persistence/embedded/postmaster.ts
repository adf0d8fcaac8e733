import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseLog } from '../database-log.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { mayBePostgres, processIdentity } from './process-identity.js';
import type { ServerBinaries } from './server-binaries.js';
import { openServerFile, readServerFile, rewriteServerFile } from './server-files.js';
import type { ServerHome } from './server-home.js';

/** What a running server wrote into its postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** Settings of PostgreSQL by name, as in postgresql.conf. */
export type ServerSettings = Readonly<Record<string, string>>;

const POLL_MS = 25;
/** Recovery after a crash takes as long as the write-ahead log is long (1 GB at most); this is far more. */
const START_LIMIT_MS = 300_000;
const STOP_LIMIT_SECONDS = 10;
const START_ATTEMPTS = 20;
const START_PAUSE_MS = 250;
/** As much of the log as an error quotes. */
const LAST_WORDS_BYTES = 2000;
const LOG_FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;
/** Another program took the free port; workers of a server that was killed are still on their way out. */
const PASSING_FAULTS: readonly string[] = ['could not bind', 'shared memory block'];

/** Small, safe, and quiet: error messages can quote people's data, and whoever sent the statement gets them anyway. */
const SETTINGS: ServerSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '128MB',
  fsync: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** The server that runs on the cluster, started by us or left behind; waits while it is starting or stopping. */
export async function findPostmaster(home: ServerHome): Promise<Postmaster | undefined> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline) {
    const postmaster = await readPostmaster(home.cluster);
    if (postmaster === undefined || !runs(postmaster)) return undefined;
    if (postmaster.status === 'ready') return postmaster;
    await sleep(POLL_MS);
  }
  throw new EmbeddedPostgresError(`The database server left behind in ${home.cluster} is neither ready nor gone.`);
}

/**
 * Starts a server where `findPostmaster` found none, on any free port unless the settings name one.
 *
 * @throws EmbeddedPostgresError with the end of the server's log when it does not come up.
 */
export async function launchPostmaster(
  home: ServerHome,
  binaries: ServerBinaries,
  settings: ServerSettings,
  log: DatabaseLog,
): Promise<Postmaster> {
  await disownProcessId(home);
  for (let attempt = 1; ; attempt++) {
    const port = String(await freePort());
    const options = Object.entries({ ...SETTINGS, port, ...settings });
    const logFile = await openServerFile(home.logFile, LOG_FLAGS);
    const logStart = (await logFile.stat()).size;
    // A session of its own: Ctrl-C in the terminal is for Muster, which stops the database last.
    const child = spawn(
      binaries.postgres,
      ['-D', home.cluster, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        ...home.user,
        cwd: home.directory,
        env: SERVER_ENVIRONMENT,
        detached: true,
        windowsHide: true,
        stdio: ['ignore', logFile.fd, logFile.fd],
      },
    );
    let end: string | undefined;
    child.once('error', (error) => {
      end = error.message;
    });
    child.once('exit', (code, signal) => {
      end = `it ended with ${signal ?? code}`;
    });
    child.unref();

    const deadline = performance.now() + START_LIMIT_MS;
    while (end === undefined && performance.now() < deadline) {
      const postmaster = await readPostmaster(home.cluster);
      if (postmaster?.pid === child.pid && postmaster?.status === 'ready') {
        await logFile.close();
        child.once('exit', (code, signal) => log.info({ code, signal }, 'The embedded database server has ended'));
        return postmaster;
      }
      await sleep(POLL_MS);
    }
    child.kill('SIGQUIT');
    const lastWords = await textFrom(logFile, logStart).finally(() => logFile.close());
    const passing = PASSING_FAULTS.some((fault) => lastWords.includes(fault));
    if (!passing || attempt === START_ATTEMPTS) {
      throw new EmbeddedPostgresError(
        `The embedded database server did not start: ${end ?? 'it was not ready in time'}. ` +
          `From ${home.logFile}:\n${lastWords}\nIf PostgreSQL cannot run here, set DATABASE_URL.`,
      );
    }
    await sleep(START_PAUSE_MS);
  }
}

/** Ends the server, ours or adopted: open transactions are rolled back, and what is committed is written out. */
export async function stopPostmaster(home: ServerHome, binaries: ServerBinaries): Promise<void> {
  for (const mode of ['fast', 'immediate']) {
    if ((await readPostmaster(home.cluster)) === undefined) return;
    const stop = ['stop', '-D', home.cluster, '-m', mode, '-w', '-t', String(STOP_LIMIT_SECONDS), '--silent'];
    if ((await runProgram(binaries.pgCtl, stop, home)).code === 0) return;
  }
  const left = await readPostmaster(home.cluster);
  if (left !== undefined && runs(left)) {
    throw new EmbeddedPostgresError(`The embedded database server (process id ${left.pid}) does not stop.`);
  }
}

/** Runs one of PostgreSQL's programs as the server's user, to its end. */
export async function runProgram(
  program: string,
  args: readonly string[],
  home: ServerHome,
): Promise<{ readonly code: number | string; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...home.user,
      cwd: home.directory,
      env: SERVER_ENVIRONMENT,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ code: error.message, output }));
    child.once('close', (code, signal) => resolve({ code: code ?? String(signal), output }));
  });
}

/** Nothing of ours: variables such as PGDATA or LD_LIBRARY_PATH would change what runs, and secrets have no business there. */
const SERVER_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

/** Lines of postmaster.pid: process id, directory, start time, port, socket directory, address, shared memory, status. */
async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readServerFile(join(cluster, 'postmaster.pid'));
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7] ?? 'starting' };
}

function runs({ pid }: Postmaster): boolean {
  return processIdentity(pid) !== undefined && mayBePostgres(pid);
}

/**
 * PostgreSQL would take a zombie, or another program of its user, under the process id of a server that is gone for that server, and
 * not start. The id of its own parent it takes for stale, and then still looks for workers that outlived the server, by the rest of
 * the file.
 */
async function disownProcessId({ cluster }: ServerHome): Promise<void> {
  await rewriteServerFile(join(cluster, 'postmaster.pid'), (text) =>
    [process.pid, ...text.split('\n').slice(1)].join('\n'),
  );
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function textFrom(log: FileHandle, start: number): Promise<string> {
  const { size } = await log.stat();
  const from = Math.max(start, size - LAST_WORDS_BYTES);
  const length = Math.max(size - from, 0);
  const { buffer, bytesRead } = await log.read(Buffer.alloc(length), 0, length, from);
  return buffer.toString('utf8', 0, bytesRead).trim();
}
