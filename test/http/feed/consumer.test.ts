import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { eventExample } from '../../../src/events/catalogue/event-schema.js';
import { mintSecret, signatureHeaders } from '../../../src/webhooks/signature.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { ROOT } from '../../unit/shape/source.js';
import { person } from '../users/people.js';
import { FeedReader, seal } from './reader.js';
import { listen } from './sse.js';

const MOST_LINES = 20;

let folder: string;
let programs: Program[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-consumer-'));
  programs = [];
});
afterEach(async () => {
  await Promise.all(programs.map((program) => program.kill()));
  rmSync(folder, { recursive: true });
});

/** The program between two marks of docs/events.md, as it stands. */
function documented(name: string): string {
  const text = readFileSync(join(ROOT, 'docs/events.md'), 'utf8');
  const [, program] =
    new RegExp(`<!-- ${name}: begin -->\\n\`\`\`js\\n([^]*?)\`\`\`\\n<!-- ${name}: end -->`).exec(text) ?? [];
  if (program === undefined) throw new Error(`docs/events.md has no program ${name}`);
  return program;
}

/** A program of the document at work, and the lines that it prints. */
class Program {
  readonly lines: string[] = [];
  errors = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private readonly waiting: (() => void)[] = [];

  constructor(name: string, env: Readonly<Record<string, string>>) {
    const file = join(folder, `${name}.mjs`);
    writeFileSync(file, documented(name));
    this.child = spawn(process.execPath, [file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((ended) => void this.child.once('close', () => ended()));
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.lines.push(line);
      for (const told of this.waiting.splice(0)) told();
    });
    this.child.stderr!.on('data', (chunk) => {
      this.errors += String(chunk);
    });
    programs.push(this);
  }

  /** Resolves when so many lines are there; the program must not end before. */
  async until(count: number): Promise<string[]> {
    const over = this.ended.then(() => Promise.reject(new Error(`It ended: ${this.errors}`)));
    while (this.lines.length < count) {
      await Promise.race([over, new Promise<void>((told) => void this.waiting.push(told))]);
    }
    over.catch(() => undefined);
    return this.lines;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

describe('The programs of docs/events.md', () => {
  it.each(['consumer', 'receiver'])('(%s) have 20 lines at most', (name) => {
    expect(documented(name).trimEnd().split('\n').length).toBeLessThanOrEqual(MOST_LINES);
  });
});

describe('The documented consumer', () => {
  let app: TestApp;
  let client: ScimClient;
  let reader: FeedReader;
  let env: Record<string, string>;
  beforeAll(async () => {
    app = await startTestApp();
    const url = await listen(app);
    client = await app.connection();
    reader = await FeedReader.of(client);
    env = { MUSTER_URL: url, MUSTER_TOKEN: reader.token };
  });
  afterAll(() => app.close());

  const expected = async () =>
    (await reader.all()).map(({ sequence, type, subject }) => `${sequence} ${type} ${subject}`);

  it('sees every event in order, also when it is killed again and again', async () => {
    const printed: string[] = [];
    for (const name of ['kim', 'lee', 'mo']) {
      const program = new Program('consumer', env);
      await client.create(person(name));
      await seal(app);
      const newest = (await expected()).at(-1)!;
      while (!program.lines.includes(newest)) await program.until(program.lines.length + 1);
      await program.kill();
      expect(new Set(program.lines).size).toBe(program.lines.length);
      printed.push(...program.lines);
    }
    // What was done and not yet noted when it was killed is done once more.
    expect([...new Set(printed)]).toEqual(await expected());
  });

  it('does its work once for an event that it is given twice', async () => {
    const all = await expected();
    const first = new Program('consumer', env);
    await first.until(all.length);
    const file = join(folder, 'muster-events.json');
    const state = () => JSON.parse(readFileSync(file, 'utf8'));
    while (state().cursor === '') await new Promise((over) => void setTimeout(over, 20));
    await first.kill();
    writeFileSync(file, JSON.stringify({ ...state(), cursor: '' }));
    await client.create(person('new'));
    await seal(app);
    const second = new Program('consumer', env);
    expect(await second.until(1)).toEqual((await expected()).slice(all.length));
  });

  it('says what is wrong with a request that the server refuses', async () => {
    const program = new Program('consumer', { ...env, MUSTER_TOKEN: 'nobody' });
    await expect(program.until(1)).rejects.toThrow('The access token is not valid.');
  });
});

describe('The documented receiver', () => {
  const secret = mintSecret();
  const body = JSON.stringify(eventExample('member.deactivated'));
  const now = () => Math.floor(Date.now() / 1000);

  async function post(port: number, headers: Readonly<Record<string, string>>, sent = body): Promise<number> {
    return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: sent })).status;
  }
  const signed = (timestamp = now(), secrets = [secret]) => signatureHeaders({ id: 'e-1', timestamp, body }, secrets);

  it('takes what is signed, once, and nothing else', async () => {
    const port = await freePort();
    const program = new Program('receiver', { WEBHOOK_SECRET: secret, PORT: String(port) });
    await program.until(1);
    expect(new Webhook(secret).verify(body, { ...signed() })).toEqual(JSON.parse(body));
    expect(await post(port, signed())).toBe(204);
    expect(await post(port, signed(now(), [mintSecret(), secret]))).toBe(204);
    expect(await post(port, signed(), body.replace('false', 'true '))).toBe(401);
    expect(await post(port, signed(now(), [mintSecret()]))).toBe(401);
    expect(await post(port, signed(now() - 3600))).toBe(401);
    expect(await post(port, {})).toBe(401);
    const { sequence, type, subject } = eventExample('member.deactivated');
    expect(program.lines.slice(1)).toEqual([`${sequence} ${type} ${subject}`]);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
