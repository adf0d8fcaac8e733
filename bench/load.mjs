// How many requests a second a running Muster answers: see README.md.
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { openSqlCounter } from './sql-counter.mjs';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
const PAGE = 100;
/** People that reads and changes are spread over. */
const PEOPLE = 1000;

const { url, token, seconds, connections, databaseUrl } = readArguments();
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
const run = Date.now().toString(36);
let number = 0;

const sql = await openSqlCounter(databaseUrl);
process.stdout.write(`${connections} connections, ${seconds} s each; ${sql.explanation}\n\n`);
let counted = await sql.read();
print('', 'requests/s', 'p50 ms', 'p99 ms', 'errors', sql.unit);

await measure('create', 201, () => ({ method: 'POST', path: '/Users', body: newcomer() }));
const people = await somePeople();
const total = await countPeople();
const somebody = () => people[Math.floor(Math.random() * people.length)];

await measure('read', 200, () => ({ method: 'GET', path: `/Users/${somebody().id}` }));
await measure('look-up by userName', 200, () => ({
  method: 'GET',
  path: filtered(`userName eq "${somebody().userName}"`),
}));
await measure(`list, first ${PAGE}`, 200, () => ({ method: 'GET', path: `/Users?count=${PAGE}` }));
await measure(`list, last ${PAGE} of ${total}`, 200, () => ({
  method: 'GET',
  path: `/Users?count=${PAGE}&startIndex=${Math.max(1, total - PAGE)}`,
}));
await measure('patch', 200, () => ({ method: 'PATCH', path: `/Users/${somebody().id}`, body: newTitle() }));
await measure('put', 200, () => {
  const { id, userName } = somebody();
  return { method: 'PUT', path: `/Users/${id}`, body: { ...newcomer(), userName } };
});
await sql.close();

async function measure(name, success, next) {
  const before = counted;
  const result = await autocannon({
    url: url.href,
    connections,
    duration: seconds,
    requests: [{ setupRequest: (request) => ({ ...request, ...ready(next()) }) }],
  });
  const answered = result.requests.total;
  const good = result.statusCodeStats?.[success]?.count ?? 0;
  counted = await sql.read();
  const statements = before === undefined || answered === 0 ? '-' : ((counted - before) / answered).toFixed(2);
  const { p50, p99 } = result.latency;
  print(name, Math.round(good / result.duration), p50, p99, answered - good + result.errors, statements);
}

function filtered(text) {
  return `/Users?filter=${encodeURIComponent(text)}`;
}

function ready({ method, path, body }) {
  // Headers of its own: autocannon writes the length of the body into them.
  return { method, path: `${url.pathname}${path}`, headers: { ...headers }, body: body && JSON.stringify(body) };
}

function newcomer() {
  number += 1;
  const name = `bench-${run}-${number}`;
  return {
    schemas: [USER],
    userName: `${name}@example.com`,
    externalId: name,
    name: { givenName: 'Bench', familyName: name },
    displayName: `Bench ${name}`,
    emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
  };
}

function newTitle() {
  number += 1;
  return { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'title', value: `Title ${number}` }] };
}

async function somePeople() {
  const found = [];
  while (found.length < PEOPLE) {
    const { Resources } = await get(
      `${filtered(`userName sw "bench-${run}"`)}&attributes=userName&count=${PAGE}&startIndex=${found.length + 1}`,
    );
    if (Resources.length === 0) break;
    found.push(...Resources);
  }
  if (found.length === 0) fail('Nobody could be created: is the token one with the scope members:write?');
  return found;
}

async function countPeople() {
  return (await get('/Users?count=0')).totalResults;
}

async function get(path) {
  const answer = await fetch(`${url.href}${path}`, { headers });
  if (!answer.ok) fail(`GET ${path} answers ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:3000/scim/v2' },
      token: { type: 'string' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '16' },
      'database-url': { type: 'string' },
    },
  });
  const asked = new URL(values.url.replace(/\/+$/, ''));
  if (!LOOPBACK.includes(asked.hostname)) fail('The load is for a Muster on this machine only.');
  if (values.token === undefined) fail('Give an access token with --token; "muster token create" makes one.');
  return {
    url: asked,
    token: values.token,
    seconds: within('seconds', values.seconds, 60),
    connections: within('connections', values.connections, 64),
    databaseUrl: values['database-url'],
  };
}

function within(name, text, most) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) fail(`--${name} is a whole number from 1 to ${most}.`);
  return value;
}

function print(name, ...columns) {
  process.stdout.write(`${name.padEnd(28)}${columns.map((column) => String(column).padStart(16)).join('')}\n`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
