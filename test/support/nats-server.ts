import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { NatsAddress } from '../../src/config/nats-url.js';

/** Packages put it where only root looks. */
const ENV = { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin` };
/** Whether this machine has a NATS server to start. */
export const natsIsInstalled = spawnSync('nats-server', ['--version'], { env: ENV }).status === 0;

/** One message as a stream keeps it. */
export interface StoredMessage {
  readonly subject: string;
  readonly messageId: string;
  readonly contentType: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A real nats-server with JetStream, on a port and in a directory of its own. */
export class NatsServer {
  private process: ChildProcess | undefined;
  private connection: NatsConnection | undefined;

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly options: readonly string[],
  ) {}

  /** Has a port, and nothing listens on it yet. @param options of the command line */
  static async prepare(...options: string[]): Promise<NatsServer> {
    return new NatsServer(await freePort(), mkdtempSync(join(tmpdir(), 'muster-nats-')), options);
  }

  static async started(...options: string[]): Promise<NatsServer> {
    const server = await NatsServer.prepare(...options);
    await server.start();
    return server;
  }

  get address(): NatsAddress {
    return { servers: [`127.0.0.1:${this.port}`], tls: false };
  }

  /** With what the directory holds from before. Resolves when it answers. */
  async start(): Promise<void> {
    const place = ['--addr', '127.0.0.1', '--port', String(this.port), '--jetstream', '--store_dir', this.directory];
    const server = spawn('nats-server', [...place, ...this.options], { env: ENV, stdio: ['ignore', 'ignore', 'pipe'] });
    this.process = server;
    let said = '';
    const ready = new Promise<void>((resolve, reject) => {
      server.on('error', reject);
      server.on('exit', () => reject(new Error(`nats-server ended: ${said}`)));
      server.stderr.on('data', (chunk: Buffer) => {
        said += chunk;
        if (said.includes('Server is ready')) resolve();
      });
    });
    await ready;
  }

  /** Without a chance to say goodbye. */
  async kill(): Promise<void> {
    await this.connection?.close();
    this.connection = undefined;
    const { process: server } = this;
    this.process = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async manager(credentials: { readonly user?: string; readonly pass?: string } = {}): Promise<JetStreamManager> {
    this.connection ??= await connect({ servers: this.address.servers[0] ?? '', ...credentials });
    return jetstreamManager(this.connection);
  }

  async addStream(settings: Partial<StreamConfig>): Promise<void> {
    await (await this.manager()).streams.add({ name: 'MUSTER', subjects: ['muster.>'], ...settings });
  }

  /** All messages of the stream, in its order. */
  async messages(stream = 'MUSTER'): Promise<StoredMessage[]> {
    const { streams } = await this.manager();
    const { state } = await streams.info(stream);
    const stored: StoredMessage[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await streams.getMessage(stream, { seq });
      if (!message) continue;
      const { subject, header } = message;
      const messageId = header.get('Nats-Msg-Id');
      stored.push({ subject, messageId, contentType: header.get('content-type'), body: message.json() });
    }
    return stored;
  }

  /** Resolves when the stream has so many messages; the test's own time-out ends a wait in vain. */
  async holds(messages: number, stream = 'MUSTER'): Promise<void> {
    const count = async () => (await (await this.manager()).streams.info(stream)).state.messages;
    while ((await count().catch(() => 0)) < messages) await pause(20);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('No free port');
  return address.port;
}
