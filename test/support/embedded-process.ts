import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { EmbeddedConnection } from '../../src/persistence/embedded/embedded-postgres.js';
import type { ServerUser } from '../../src/persistence/embedded/server-home.js';

/** What embedded-program.ts printed: a connection, or why there is none. */
export interface Started extends EmbeddedConnection {
  readonly adopted: boolean;
  readonly notes: readonly string[];
  readonly refused?: string;
}

/** A process with an embedded database in it, to be ended well or badly. */
export class EmbeddedProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly started: Started,
  ) {}

  static async start(
    dataDir: string,
    purpose: 'server' | 'command' = 'server',
    user?: ServerUser,
  ): Promise<EmbeddedProcess> {
    const program = [
      '--import',
      './test/support/run-typescript.js',
      'test/support/embedded-program.ts',
      dataDir,
      purpose,
    ];
    const child = spawn(process.execPath, program, { ...user, stdio: ['pipe', 'pipe', 'inherit'] });
    for await (const line of createInterface(child.stdout)) {
      return new EmbeddedProcess(child, JSON.parse(line) as Started);
    }
    throw new Error('The program ended without a word.');
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** As by kill -9: nothing of it is asked or told. */
  async kill(): Promise<void> {
    await this.endedBy(() => this.child.kill('SIGKILL'));
  }

  async stop(): Promise<void> {
    await this.endedBy(() => this.child.stdin?.end());
  }

  private async endedBy(act: () => unknown): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    act();
    await ended;
  }
}
