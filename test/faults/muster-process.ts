import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from '../../src/persistence/embedded/process-identity.js';

interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** How the server program is started. */
interface Way {
  readonly command: string;
  readonly arguments: readonly string[];
}

const PROGRAM: Way = { command: process.execPath, arguments: ['dist/main.js'] };
export const NPM_START: Way = { command: 'npm', arguments: ['start'] };
const { PATH } = process.env;

/** A data directory of its own, readable for whoever PostgreSQL runs as. */
export async function makeDataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-faults-'));
  await chmod(directory, 0o755);
  return directory;
}

/** Ends the PostgreSQL that a killed Muster left there, and removes everything. */
export async function removeDataDirectory(directory: string): Promise<void> {
  await killPostgres(directory);
  await rm(directory, { recursive: true, force: true });
}

/** Process id of the PostgreSQL at work on the directory; undefined when none runs. */
export async function postgresOf(directory: string): Promise<number | undefined> {
  const text = await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return processIdentity(pid) === undefined ? undefined : pid;
}

/** As a power failure would: the server writes nothing more, and its workers follow it. */
export async function killPostgres(directory: string): Promise<void> {
  const pid = await postgresOf(directory);
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  while (processIdentity(pid) !== undefined) await sleep(5);
}

/** The server program in a process of its own. */
export class MusterProcess {
  /** What it has logged so far. */
  readonly log: LogLine[] = [];
  /** What it has written to its standard error so far. */
  complaints = '';
  #token: string | undefined;
  readonly #exited: Promise<number | null>;

  private constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#exited = once(child, 'close').then(([code]) => code as number | null);
    child.stderr.on('data', (chunk: Buffer) => {
      this.complaints += chunk.toString();
    });
    createInterface(child.stdout).on('line', (line) => {
      this.#token ??= /Access token {2}(muster_\w+)/.exec(line)?.[1];
      if (line.startsWith('{')) this.log.push(JSON.parse(line) as LogLine);
    });
  }

  /** Starts on any free port and returns when it listens, or has ended without. */
  static async start(directory: string, way: Way = PROGRAM): Promise<MusterProcess> {
    const one = MusterProcess.launch({ MUSTER_DATA_DIR: directory }, way);
    await one.started();
    return one;
  }

  /** Starts and does not wait for anything. @param settings beside those that every test has */
  static launch(settings: Readonly<Record<string, string>>, way: Way = PROGRAM): MusterProcess {
    const env = {
      ...(PATH !== undefined && { PATH }),
      PORT: '0',
      MUSTER_HOST: '127.0.0.1',
      MUSTER_RATE_LIMIT: 'off',
      ...settings,
    };
    return new MusterProcess(spawn(way.command, way.arguments, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Resolves when it listens, or has ended without. */
  async started(): Promise<void> {
    await Promise.race([this.logged('listening').catch(() => undefined), this.#exited]);
  }

  get listens(): boolean {
    return this.log.some(({ msg }) => msg === 'listening');
  }

  /** Resolves with the first line that says this, or the one that says it for the nth time. */
  async logged(message: string, nth = 1): Promise<LogLine> {
    for (;;) {
      const line = this.log.filter(({ msg }) => msg === message)[nth - 1];
      if (line !== undefined) return line;
      await sleep(5);
      if (this.child.exitCode !== null) throw new Error(`It ended without saying "${message}".\n${this.complaints}`);
    }
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Base URL of the protocol. */
  get url(): string {
    const { url } = this.log.find(({ msg }) => msg === 'listening') as LogLine;
    return `${url}/scim/v2`.replace('localhost', '127.0.0.1');
  }

  /** Whether the PostgreSQL of its start ran already. */
  get adopted(): boolean {
    return this.log.find(({ msg }) => msg === 'The embedded database is ready')?.adopted === true;
  }

  /** Access token that the first start on a directory prints. */
  async token(): Promise<string> {
    while (this.#token === undefined) await sleep(5);
    return this.#token;
  }

  /** Exit code; null when a signal ended it. */
  exited(): Promise<number | null> {
    return this.#exited;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it with the signal and returns its exit code. */
  endedBy(signal: NodeJS.Signals): Promise<number | null> {
    this.signal(signal);
    return this.#exited;
  }
}
