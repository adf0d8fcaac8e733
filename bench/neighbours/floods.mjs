// The floods, one row each: what one client does to stop the others. They run in the process flooder.mjs.
import { setTimeout as sleep } from 'node:timers/promises';
import { BYTE_FLOODS } from './byte-floods.mjs';
import { atRate, inParallel } from './client.mjs';
import { CPU_FLOODS } from './cpu-floods.mjs';

/** The provisioning log is written once a second. */
const LOG_WRITTEN_MS = 3000;
/** Refused requests of one kind are one row for some time. */
const MAX_ROWS_OF_REFUSALS = 100;

/**
 * id      name on the command line
 * title   what the client does
 * from    which variants exist: one tenant, ten tenants at once, ten strangers without a good token
 * run     sends until the signal; { client, facts of the source, signal }
 * prepare optional: what the source needs, by a client of the same tenant; its result becomes part of the facts
 * empty   true: by the tenant without members
 * admin   true: with a token of the tenant's admin
 * finish  true: the flood is a number of requests, and all of them are waited for
 * tally, judge  optional: what is looked up before and after, and what comes of it as notes and faults
 * before  true: the flood ends before the victim is measured, on a freshly started server
 * kinds   kinds of requests the victim sends; absent: all of them in turn
 * memory  true: growth of memory decides the verdict too
 */
const DATABASE_FLOODS = [
  {
    id: '0',
    title: 'nothing: the control of the measurement',
    from: ['one'],
    run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
  },
  {
    id: '1a',
    title: 'emails.value co "zz", 10/s',
    from: ['one', 'ten'],
    run: ({ client, signal }) => atRate(10, signal, () => client.send({ path: users(filter('emails.value co "zz"')) })),
  },
  {
    id: '1b',
    title: 'co with 60 terms, 2/s',
    from: ['one', 'ten'],
    run: ({ client, signal }) => {
      const terms = Array.from({ length: 60 }, (_, place) => `emails.value co "zz${place}"`);
      return atRate(2, signal, () => client.send({ path: users(filter(terms.join(' or '))) }));
    },
  },
  {
    id: '1c',
    title: 'sortBy name.familyName, 10/s',
    from: ['one', 'ten'],
    run: ({ client, signal }) =>
      atRate(10, signal, () => client.send({ path: users('sortBy=name.familyName&count=100') })),
  },
  {
    id: '1d',
    title: '40 parallel reads of a large group',
    from: ['one', 'ten'],
    run: ({ client, facts, signal }) =>
      inParallel(40, signal, () => client.send({ path: `/scim/v2/Groups/${facts.groupId}` })),
  },
  {
    id: '6a',
    title: 'count=1…620, then look-ups',
    from: ['one', 'ten'],
    before: true,
    kinds: ['look-up'],
    empty: true,
    run: ({ client, signal }) =>
      atRate(
        45,
        signal,
        (turn) => client.send({ path: users(`${filter('externalId eq "a"')}&count=${turn + 1}`) }),
        620,
      ),
  },
  {
    id: '6b',
    title: '60 counts of a 48-term filter',
    from: ['one', 'ten'],
    memory: true,
    empty: true,
    run: ({ client, signal }) => {
      const terms = Array.from({ length: 48 }, (_, place) => `name.familyName co "f${place}"`);
      return atRate(45, signal, (turn) =>
        client.send({ path: users(`${filter(terms.join(' or '))}&count=${(Math.floor(turn / 16) % 60) + 1}`) }),
      );
    },
  },
];

const API_FLOODS = [
  {
    id: '7',
    title: '/docs-json without a token, 50/s',
    from: ['strangers'],
    run: ({ client, signal }) => atRate(5, signal, () => client.send({ path: '/docs-json' })),
  },
  {
    id: '8a',
    title: '/api/v1/members searches, 64 parallel',
    from: ['one', 'ten'],
    admin: true,
    run: ({ client, signal }) =>
      inParallel(64, signal, (turn) => client.send({ path: `/api/v1/members?search=person-00${turn % 10}&limit=100` })),
  },
  {
    id: '8b',
    title: 'audit searches, 32 parallel',
    from: ['one', 'ten'],
    admin: true,
    run: ({ client, signal }) =>
      inParallel(32, signal, (turn) =>
        client.send({
          path: `/api/v1/audit?subjectType=connection&to=2026-01-01T00:00:${10 + (turn % 50)}Z&limit=1000`,
        }),
      ),
  },
  {
    id: '8c',
    title: 'bulk requests of 1 000 operations',
    from: ['one', 'ten'],
    run: ({ client, signal }) => inParallel(4, signal, (turn) => client.send(bulk(turn)), 20),
  },
  {
    id: '8d',
    title: '400 connections, each with reads',
    from: ['one'],
    admin: true,
    run: ({ client, signal }) => connections(client, signal),
  },
  {
    id: '10',
    title: 'requests over the limit, and a revoked token',
    from: ['one'],
    run: ({ client, facts, signal }) =>
      Promise.all([
        inParallel(8, signal, () => client.send({ path: users('count=1') })),
        inParallel(8, signal, () => client.send({ path: users('count=1'), token: facts.revokedToken })),
      ]),
    tally: logRows,
    judge: async (installation, before, counts) => {
      await sleep(LOG_WRITTEN_MS);
      const rows = (await logRows(installation)) - before;
      const refused = (counts[401] ?? 0) + (counts[429] ?? 0);
      const notes = [`${rows} rows in the log of ${counts[200] ?? 0} accepted and ${refused} refused requests`];
      return { notes, faults: rows > (counts[200] ?? 0) + MAX_ROWS_OF_REFUSALS ? ['a row for each refusal'] : [] };
    },
  },
];

/** Behind the requests: measured in rounds of their own, rounds.mjs. */
const FLOODS_BEHIND_REQUESTS = [
  { id: '9', title: '2 000 mails; wait of a mail', from: ['one'] },
  { id: '11', title: '300 000 idempotency keys; own POSTs', from: ['one'] },
];

export const FLOODS = [
  ...DATABASE_FLOODS,
  ...BYTE_FLOODS,
  ...CPU_FLOODS,
  ...API_FLOODS,
  ...FLOODS_BEHIND_REQUESTS,
].sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }));

function users(query) {
  return `/scim/v2/Users?${query}`;
}

function filter(text) {
  return `filter=${encodeURIComponent(text)}`;
}

function bulk(turn) {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
  const Operations = Array.from({ length: 1000 }, (_, place) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${place}`,
    data: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `bulk-${Date.now()}-${turn}-${place}@example.com`,
    },
  }));
  return { method: 'POST', path: '/scim/v2/Bulk', body: JSON.stringify({ schemas, Operations }) };
}

/** Connections of one tenant with a token each, made and used as fast as the server answers. */
async function connections(client, signal) {
  const tokens = [];
  const make = async (turn) => {
    const body = JSON.stringify({ name: `c${Date.now().toString(36)}-${turn}`, idp: 'generic' });
    const { status, text } = await client.send({ method: 'POST', path: '/api/v1/connections', body, keep: true });
    if (status === 201) tokens.push(JSON.parse(text).token);
  };
  await inParallel(16, signal, make, 400);
  await inParallel(64, signal, (turn) => client.send({ path: users('count=1'), token: tokens[turn % tokens.length] }));
}

async function logRows({ database, flooders: [{ id }] }) {
  const { rows } = await database.query('select count(*)::int from provisioning_requests where tenant_id = $1', [id]);
  return rows[0].count;
}
