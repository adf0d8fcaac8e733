// A real Muster from one build, on an embedded PostgreSQL of its own, with tenants and members.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Client } from './client.mjs';
import { musterCpuMs, musterMb, postgresCpuMs, postgresMb } from './processes.mjs';

const PLATFORM_TOKEN = 'a-platform-token-for-the-bench-alone-and-long-enough';
/** As `npm start` runs it. */
const NODE_OPTIONS = ['--max-semi-space-size=32'];
const CALM_MS = 1000;
const CALM_ANSWERS = 4;
const MAX_CALM_WAIT_MS = 120_000;
const START_TIMEOUT_MS = 180_000;
const MAX_STOP_MS = 20_000;

/** One build of Muster with its processes and its database. */
export class Installation {
  #processes = [];
  /** Exits that nobody asked for. */
  crashes = [];

  constructor(name, checkout, { instances, smtpUrl }) {
    this.name = name;
    this.checkout = checkout;
    this.instances = instances;
    this.smtpUrl = smtpUrl;
  }

  /** @param role `all`, or `api` to have no worker */
  async start(role = 'all') {
    if (this.directory === undefined) {
      this.directory = await mkdtemp(join(tmpdir(), 'muster-neighbours-'));
      await chmod(this.directory, 0o755);
    }
    const first = await this.#launch({ MUSTER_ROLE: role });
    await this.#findDatabase();
    const others = Array.from({ length: this.instances - 1 }, () => this.#launch(this.#sharing({ MUSTER_ROLE: role })));
    this.urls = [first, ...(await Promise.all(others))];
    this.platform = new Client({ urls: this.urls, token: PLATFORM_TOKEN });
  }

  /** A process more, without routes of tenants. */
  startWorker() {
    return this.#launch(this.#sharing({ MUSTER_ROLE: 'worker' }));
  }

  async stop() {
    await this.database?.end().catch(() => undefined);
    this.database = undefined;
    this.platform?.close();
    // The first one owns PostgreSQL, so it is stopped last.
    for (const one of this.#processes.toReversed()) {
      one.wanted = false;
      one.child.kill('SIGTERM');
      await Promise.race([
        one.exited,
        sleep(MAX_STOP_MS, undefined, { ref: false }).then(() => one.child.kill('SIGKILL')),
      ]);
      await one.exited;
    }
    this.#processes = [];
  }

  async restart(role) {
    await this.stop();
    await this.start(role);
  }

  async remove() {
    await this.stop();
    if (this.directory === undefined) return;
    // After a crash PostgreSQL runs on without its Muster.
    const text = await readFile(join(this.directory, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
    if (text !== '') process.kill(Number.parseInt(text, 10), 'SIGQUIT');
    await sleep(text === '' ? 0 : 1000);
    await rm(this.directory, { recursive: true, force: true });
  }

  get isAlive() {
    return (
      this.#processes.length > 0 && this.#processes.every(({ child }) => child.exitCode === null && !child.signalCode)
    );
  }

  /** Megabytes { muster, postgres }. */
  memory() {
    return { muster: musterMb(this.#pids), postgres: postgresMb(this.postmaster) };
  }

  /** Milliseconds of processor time so far { muster, postgres }. */
  cpuMs() {
    return { muster: musterCpuMs(this.#pids), postgres: postgresCpuMs(this.postmaster) };
  }

  get #pids() {
    return this.#processes.map(({ child }) => child.pid);
  }

  /** A tenant with one connection. @returns { id, connectionId, token, adminToken } */
  async createTenant(slug, settings = {}) {
    const { id } = await this.platform.json('POST', '/api/v1/tenants', { slug, settings });
    const { token: adminToken } = await this.platform.json('POST', `/api/v1/tenants/${id}/admin-token`, {});
    const admin = new Client({ urls: this.urls, token: adminToken });
    const { connectionId, token } = await createConnection(admin, 'generic');
    admin.close();
    return { id, slug, connectionId, token, adminToken };
  }

  /** Waits until small requests are answered quickly again. @returns seconds until then */
  async calm(token) {
    const client = new Client({ urls: this.urls, token });
    const began = performance.now();
    let quick = 0;
    while (quick < CALM_ANSWERS && performance.now() - began < MAX_CALM_WAIT_MS && this.isAlive) {
      const asked = performance.now();
      const { status } = await client.send({ path: '/scim/v2/Users?count=1' });
      quick = status === 200 && performance.now() - asked < CALM_MS ? quick + 1 : 0;
      await sleep(100);
    }
    client.close();
    return (performance.now() - began) / 1000;
  }

  async #launch(settings) {
    const port = await freePort();
    const env = {
      PATH: process.env.PATH,
      PORT: String(port),
      MUSTER_HOST: '127.0.0.1',
      MUSTER_DATA_DIR: this.directory,
      MUSTER_LOG_LEVEL: 'warn',
      MUSTER_PLATFORM_TOKEN: PLATFORM_TOKEN,
      ...(this.smtpUrl && { MUSTER_SMTP_URL: this.smtpUrl, MUSTER_MAIL_FROM: 'muster@example.com' }),
      ...settings,
    };
    const child = spawn(process.execPath, [...NODE_OPTIONS, 'dist/main.js'], {
      cwd: this.checkout,
      env,
      stdio: 'pipe',
    });
    const one = { child, wanted: true, exited: once(child, 'close') };
    this.#processes.push(one);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        said = `${said}\n${line}`.slice(-4000);
      });
    }
    one.exited.then(([code, signal]) => one.wanted && this.crashes.push(`${signal ?? code}: ${lastWords(said)}`));
    const url = `http://127.0.0.1:${port}`;
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      const ready = await fetch(`${url}/readyz`).catch(() => undefined);
      if (ready?.status === 200) return url;
      if (child.exitCode !== null || performance.now() > deadline)
        throw new Error(`${this.name} did not start: ${said}`);
      await sleep(50);
    }
  }

  /** Settings of a process that uses the database of the first one. */
  #sharing(settings) {
    return {
      DATABASE_URL: this.#databaseUrl('muster_owner'),
      MUSTER_APP_DATABASE_URL: this.#databaseUrl('muster_app'),
      MUSTER_SYSTEM_DATABASE_URL: this.#databaseUrl('muster_system'),
      ...settings,
    };
  }

  async #findDatabase() {
    this.passwords = JSON.parse(await readFile(join(this.directory, 'postgres-passwords.json'), 'utf8'));
    const lines = (await readFile(join(this.directory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
    this.postmaster = Number(lines[0]);
    this.databasePort = Number(lines[3]);
    this.database = new pg.Pool({ connectionString: this.#databaseUrl('postgres'), max: 2 });
    this.database.on('error', () => undefined);
    // A database that is given is worked on in roles that its owner may take.
    await this.database.query('grant muster_app, muster_system to muster_owner');
  }

  #databaseUrl(role) {
    return `postgres://${role}:${this.passwords[role]}@127.0.0.1:${this.databasePort}/muster`;
  }
}

/** A connection with a token for SCIM. @param admin a client with a token of the tenant's admin */
export async function createConnection(admin, name) {
  const connection = await admin.json('POST', '/api/v1/connections', { name, idp: 'generic', token: false });
  const account = { name, scopes: ['members:write', 'teams:write'], connectionId: connection.id };
  const { id } = await admin.json('POST', '/api/v1/service-accounts', account);
  const issued = await admin.json('POST', `/api/v1/service-accounts/${id}/tokens`, { name });
  return { connectionId: connection.id, accountId: id, tokenId: issued.id, token: issued.token };
}

/** A heap that is full says so many lines before the end; the sentence is what matters. */
function lastWords(said) {
  return /FATAL ERROR: .*/.exec(said)?.[0] ?? said.trim().split('\n').at(-1) ?? '';
}

/** Of this moment; a restart on it keeps nobody waiting. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
