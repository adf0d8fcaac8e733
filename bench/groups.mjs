// What one member costs in groups of very different size: see README.md.
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
const SIZES = [10, 1000, 10_000, 100_000];
const LARGEST = 300_000;
/** Requests under way while people are made. */
const MAKERS = 16;
/** People who join with one request while groups are filled. */
const FILL = 10_000;
const WARM_UP = 10;
/** The most the median of the largest group may be, as a multiple of that of the smallest. */
const GOAL = 1.3;

const { url, token, rounds, sizes } = readArguments();
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
const run = Date.now().toString(36);

const people = await somePeople(Math.max(...sizes) + 1001);
const outsider = people.at(-1);
const groups = [];
for (const size of sizes) groups.push({ size, id: await filledGroup(`bench ${run} ${size}`, people.slice(0, size)) });

// The sizes take turns, so that whatever else the machine does falls on all of them.
const times = new Map();
for (let round = -WARM_UP; round < rounds; round++) {
  for (const { size, id } of groups) {
    const added = await timed(() => change(id, 'add', [outsider]));
    const removed = await timed(() => change(id, 'remove', [outsider]));
    if (round < 0) continue;
    note(`add 1|${size}`, added);
    note(`remove 1|${size}`, removed);
  }
  if (round < 0) continue;
  note('list without members|', await timed(() => send('GET', '/Groups?excludedAttributes=members')));
}
const thousand = people.slice(-1001, -1);
for (let round = 0; round < 10; round++) {
  for (const { size, id } of [groups[0], groups.at(-1)]) {
    note(`add 1000|${size}`, await timed(() => change(id, 'add', thousand)));
    note(`remove 1000|${size}`, await timed(() => change(id, 'remove', thousand)));
  }
}
for (const { size, id } of groups) {
  for (let round = 0; round < 3; round++)
    note(`read with all members|${size}`, await timed(() => send('GET', `/Groups/${id}`)));
}
report();
for (const { id } of groups) await send('DELETE', `/Groups/${id}`);

function note(name, time) {
  times.set(name, [...(times.get(name) ?? []), time]);
}

function report() {
  print('', 'group size', 'median ms', 'p95 ms', `× size ${sizes[0]}`);
  for (const [name, all] of times) {
    const [what, size] = name.split('|');
    const first = times.get(`${what}|${sizes[0]}`);
    const ratio = first ? (at(all, 0.5) / at(first, 0.5)).toFixed(2) : '-';
    print(what, size || '-', at(all, 0.5).toFixed(2), at(all, 0.95).toFixed(2), ratio);
  }
  const worst = Math.max(
    ...['add 1', 'remove 1'].map(
      (what) => at(times.get(`${what}|${sizes.at(-1)}`), 0.5) / at(times.get(`${what}|${sizes[0]}`), 0.5),
    ),
  );
  process.stdout.write(`\none member, largest to smallest: ${worst.toFixed(2)}; the goal is at most ${GOAL}\n`);
}

function at(all, share) {
  const sorted = [...all].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function change(id, op, members) {
  const operation = { op, path: 'members', value: members.map((value) => ({ value })) };
  return send('PATCH', `/Groups/${id}`, { schemas: [PATCH_OP], Operations: [operation] });
}

async function filledGroup(displayName, members) {
  const { id } = await send('POST', '/Groups', { schemas: [GROUP], displayName });
  for (let from = 0; from < members.length; from += FILL) await change(id, 'add', members.slice(from, from + FILL));
  return id;
}

/** Those of earlier runs, and new ones until there are enough. */
async function somePeople(wanted) {
  const ids = [];
  let cursor = '';
  while (ids.length < wanted && cursor !== undefined) {
    const filter = encodeURIComponent('userName sw "bench-member-"');
    const page = await send(
      'GET',
      `/Users?filter=${filter}&attributes=id&count=1000&cursor=${encodeURIComponent(cursor)}`,
    );
    ids.push(...page.Resources.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  process.stdout.write(`${ids.length} people are there, ${Math.max(0, wanted - ids.length)} are made\n`);
  let missing = wanted - ids.length;
  const make = async () => {
    while (missing > 0) {
      const userName = `bench-member-${run}-${missing--}@example.com`;
      ids.push((await send('POST', '/Users', { schemas: [USER], userName })).id);
    }
  };
  await Promise.all(Array.from({ length: MAKERS }, make));
  return ids.slice(0, wanted);
}

async function send(method, path, body) {
  const answer = await fetch(`${url.href}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) fail(`${method} ${path} answers ${answer.status}: ${text.slice(0, 500)}`);
  return text === '' ? undefined : JSON.parse(text);
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:3000/scim/v2' },
      token: { type: 'string' },
      rounds: { type: 'string', default: '200' },
      large: { type: 'boolean', default: false },
    },
  });
  const asked = new URL(values.url.replace(/\/+$/, ''));
  if (!LOOPBACK.includes(asked.hostname)) fail('The load is for a Muster on this machine only.');
  if (values.token === undefined) fail('Give an access token with --token; "muster token create" makes one.');
  const wanted = Number(values.rounds);
  if (!Number.isInteger(wanted) || wanted < 10 || wanted > 10_000) fail('--rounds is a whole number from 10 to 10000.');
  return { url: asked, token: values.token, rounds: wanted, sizes: values.large ? [...SIZES, LARGEST] : SIZES };
}

function print(name, ...columns) {
  process.stdout.write(`${name.padEnd(24)}${columns.map((column) => String(column).padStart(14)).join('')}\n`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
