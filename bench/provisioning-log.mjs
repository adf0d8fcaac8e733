// What the provisioning log costs: the same build with it on and off, in turns. See README.md.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** What is allowed: at least so much of what is answered without the log. */
const LEAST_RATIO = 0.9;
/** People that requests are spread over. */
const PEOPLE = 200;

const { rounds, seconds, connections } = readArguments();
let number = 0;

/** Either server has a database of its own, so neither has the rows of the other. */
const servers = { off: await start('off'), on: await start('on') };
const kinds = {
  create: { success: 201, next: () => ({ method: 'POST', path: '/Users', body: newcomer() }) },
  read: { success: 200, next: ({ people }) => ({ method: 'GET', path: `/Users/${anyOf(people)}` }) },
  refused: { success: 404, next: () => ({ method: 'GET', path: '/Users/nobody' }) },
};

try {
  for (const server of Object.values(servers)) {
    server.people = await somePeople(server);
    for (const kind of Object.values(kinds)) await measure(server, kind, 2);
  }
  process.stdout.write(`${rounds} rounds of ${seconds} s each, ${connections} connections; requests a second\n\n`);
  print('', 'off', 'on', 'on / off', 'least', 'most');
  const ratios = [];
  for (const [name, kind] of Object.entries(kinds)) ratios.push(await compare(name, kind));
  const all = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  print('all', '', '', all.toFixed(3), '', '');
  process.stdout.write(`\n${all >= LEAST_RATIO ? 'Within' : 'BEYOND'} ${Math.round((1 - LEAST_RATIO) * 100)} %.\n`);
  if (all < LEAST_RATIO) process.exitCode = 1;
} finally {
  for (const server of Object.values(servers)) await server.stop();
}

/** The two take turns, and who is first in a round takes turns too, so that whatever else the machine does falls on both. */
async function compare(name, kind) {
  const rates = { off: [], on: [] };
  for (let round = 0; round < rounds; round++) {
    for (const which of round % 2 ? ['on', 'off'] : ['off', 'on']) {
      rates[which].push(await measure(servers[which], kind, seconds));
    }
  }
  const ofRounds = rates.off.map((off, round) => rates.on[round] / off);
  const ratio = median(ofRounds);
  const columns = [median(rates.off), median(rates.on)].map(Math.round);
  print(name, ...columns, ratio.toFixed(3), Math.min(...ofRounds).toFixed(3), Math.max(...ofRounds).toFixed(3));
  return ratio;
}

async function measure(server, { success, next }, duration) {
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/scim+json' };
  const setupRequest = (request) => {
    const { method, path, body } = next(server);
    return { ...request, method, path: `/scim/v2${path}`, headers: { ...headers }, body: body && JSON.stringify(body) };
  };
  const result = await autocannon({ url: server.url, connections, duration, requests: [{ setupRequest }] });
  const good = result.statusCodeStats?.[success]?.count ?? 0;
  if (good === 0) throw new Error(`No answer had the status ${success}: ${JSON.stringify(result.statusCodeStats)}`);
  return good / result.duration;
}

function newcomer() {
  number += 1;
  const name = `bench-${process.pid}-${number}`;
  return {
    schemas: [USER],
    userName: `${name}@example.com`,
    externalId: name,
    name: { givenName: 'Bench', familyName: name },
    emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
    active: true,
  };
}

async function somePeople({ url, token }) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  const ids = [];
  for (let count = 0; count < PEOPLE; count++) {
    const answer = await fetch(`${url}/scim/v2/Users`, { method: 'POST', headers, body: JSON.stringify(newcomer()) });
    ids.push((await answer.json()).id);
  }
  return ids;
}

/** A server with a directory and a database of its own. */
async function start(log) {
  const directory = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  await chmod(directory, 0o755);
  const child = spawn(process.execPath, ['bin/start.js'], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      MUSTER_HOST: '127.0.0.1',
      MUSTER_DATA_DIR: directory,
      MUSTER_RATE_LIMIT: 'off',
      MUSTER_LOG_LEVEL: 'info',
      MUSTER_PROVISIONING_LOG: log,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const found = {};
  await new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error('The server ended before it listened.')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      found.token ??= /Access token {2}(muster_\w+)/.exec(line)?.[1];
      if (line.includes('"msg":"listening"')) found.url = JSON.parse(line).url.replace('localhost', '127.0.0.1');
      if (found.token && found.url) resolve();
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  return { ...found, stop };
}

function anyOf(list) {
  return list[Math.floor(Math.random() * list.length)];
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '8' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '16' },
    },
  });
  return {
    rounds: within('rounds', values.rounds, 50),
    seconds: within('seconds', values.seconds, 60),
    connections: within('connections', values.connections, 64),
  };
}

function within(name, text, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  process.stderr.write(`--${name} is a whole number from 1 to ${most}.\n`);
  return process.exit(1);
}

function print(name, ...columns) {
  process.stdout.write(`${name.padEnd(12)}${columns.map((column) => String(column).padStart(12)).join('')}\n`);
}
