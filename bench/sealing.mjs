// How quickly events are sealed and an export is verified: see README.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const SEALED = 'muster_events_sealed_total';
const LAG = 'muster_sealing_lag_seconds';

const { seconds, connections } = readArguments();
const directory = await mkdtemp(join(tmpdir(), 'muster-sealing-'));
await chmod(directory, 0o755);
const run = Date.now().toString(36);
let token;
let number = 0;

try {
  const backlog = await withMuster('api', (server) => create(server));
  print('queued without a relay', `${backlog.good} events`, `${backlog.rate} creates/s`);
  await withMuster('all', async (server) => {
    const { events, perSecond } = await sealedRate(server, backlog.good);
    print('sealed', `${events} events`, `${perSecond} events/s`);
    const before = await metrics(server);
    const { good, rate } = await create(server);
    await sleep(1000);
    const after = await metrics(server);
    const lag = (share) => `p${share * 100} ${quantile(share, before, after)}`;
    print('lag while users are created', `${good} creates, ${rate}/s`, `${lag(0.5)}, ${lag(0.99)}`);
    const file = join(directory, 'audit.jsonl');
    const exported = await timed(() => muster(['audit', 'export', '--tenant', 'demo'], file));
    const verified = await timed(() => muster(['audit', 'verify', file]));
    const [, count] =
      /Whole: (\d+) events/.exec(verified.result) ?? fail(`The export is not whole: ${verified.result}`);
    print('exported', `${count} events`, `${Math.round(count / exported.seconds)} events/s`);
    print('verified', `${count} events`, `${Math.round(count / verified.seconds)} events/s`);
  });
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Runs Muster in this role on the data directory while `work` runs. */
async function withMuster(role, work) {
  const child = spawn(process.execPath, ['bin/start.js'], { env: environment({ MUSTER_ROLE: role }), stdio: 'pipe' });
  child.stderr.pipe(process.stderr);
  const exited = once(child, 'close');
  try {
    return await work(await listening(child));
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

function environment(more = {}) {
  return {
    PATH: process.env.PATH,
    PORT: '0',
    MUSTER_HOST: '127.0.0.1',
    MUSTER_DATA_DIR: directory,
    MUSTER_RATE_LIMIT: 'off',
    MUSTER_LOG_LEVEL: 'warn',
    ...more,
  };
}

/** Reads what a start says, and goes on reading. */
function listening(child) {
  return new Promise((resolve, reject) => {
    let url;
    createInterface(child.stdout).on('line', (line) => {
      token ??= /Access token {2}(muster_\w+)/.exec(line)?.[1];
      url ??= /SCIM URL +(http:\S+)\/scim\/v2/.exec(line)?.[1];
      if (url && token) resolve(url.replace('localhost', '127.0.0.1'));
    });
    child.on('exit', () => reject(new Error('Muster did not start')));
  });
}

async function create(url) {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [{ setupRequest: (request) => ({ ...request, ...newcomer() }) }],
  });
  const good = result.statusCodeStats?.[201]?.count ?? 0;
  return { good, rate: Math.round(good / result.duration) };
}

function newcomer() {
  number += 1;
  const userName = `sealed-${run}-${number}@example.com`;
  return {
    method: 'POST',
    path: '/scim/v2/Users',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({ schemas: [USER], userName, emails: [{ value: userName, type: 'work' }] }),
  };
}

/** From the first look to the last event of the backlog; what was sealed before the first look is left out. */
async function sealedRate(url, backlog) {
  const first = sealedIn(await metrics(url));
  const began = performance.now();
  let sealed = first;
  while (sealed < backlog) {
    await sleep(20);
    sealed = sealedIn(await metrics(url));
  }
  const events = sealed - first;
  return { events, perSecond: Math.round(events / ((performance.now() - began) / 1000)) };
}

async function metrics(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return new Map(
    text.split('\n').map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

function sealedIn(values) {
  return values.get(SEALED) ?? 0;
}

/** As Prometheus computes it: linear within the bucket. */
function quantile(share, before, after) {
  const buckets = [...after.keys()].filter((name) => name.startsWith(`${LAG}_bucket`));
  const counts = buckets.map((name) => ({
    most: Number(/le="([^"]+)"/.exec(name)[1].replace('+Inf', 'Infinity')),
    count: after.get(name) - (before.get(name) ?? 0),
  }));
  const wanted = share * counts.at(-1).count;
  const place = counts.findIndex(({ count }) => count >= wanted);
  const { most: least, count: below } = counts[place - 1] ?? { most: 0, count: 0 };
  const { most, count } = counts[place];
  if (most === Infinity) return `over ${least * 1000} ms`;
  return `${Math.round((least + (most - least) * ((wanted - below) / (count - below))) * 1000)} ms`;
}

/** A command of Muster; its output goes to the file, or comes back. */
async function muster(words, file) {
  const child = spawn(process.execPath, ['dist/cli/main.js', ...words], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  if (file) child.stdout.pipe(createWriteStream(file));
  else child.stdout.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) fail(`muster ${words.join(' ')} ended with ${code}`);
  return output;
}

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - began) / 1000 };
}

function readArguments() {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, connections: { type: 'string', default: '16' } },
  });
  return { seconds: within('seconds', values.seconds, 60), connections: within('connections', values.connections, 64) };
}

function within(name, text, most) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) fail(`--${name} is a whole number from 1 to ${most}.`);
  return value;
}

function print(name, ...columns) {
  process.stdout.write(`${name.padEnd(30)}${columns.map((column) => column.padEnd(28)).join('')}\n`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
