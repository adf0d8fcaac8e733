// Floods of bytes: large bodies, half-sent bodies.
import { setTimeout as sleep } from 'node:timers/promises';
import { atRate, inParallel } from './client.mjs';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** A little below the limit of a body, 5 MiB. */
const LARGE = 5_000_000;
const SIZES = [LARGE, 1_000_000, 250_000, 60_000];

export const BYTE_FLOODS = [
  {
    id: '2a',
    title: 'bodies of 5 MB with a wrong token, 12/s',
    from: ['strangers'],
    memory: true,
    run: ({ client, signal }) =>
      atRate(1.2, signal, () => client.send({ method: 'POST', path: '/scim/v2/Users', body: largeUser('stranger') })),
  },
  {
    id: '2b',
    title: '150 half-sent bodies',
    from: ['strangers', 'one'],
    memory: true,
    run: ({ client, facts, signal }) => {
      const parts = largeUser('half').slice(0, 2);
      const half = { path: '/scim/v2/Users', length: LARGE, parts };
      return inParallel(facts.share, signal, () => client.sendHalf(half, signal), facts.share);
    },
  },
  {
    id: '4',
    title: '450 POSTs of 5 MB',
    from: ['one', 'ten'],
    memory: true,
    finish: true,
    prepare: largestUser,
    run: ({ client, facts, signal }) =>
      inParallel(8, signal, (turn) => client.send(largeCreate(`${facts.slug}-${turn}`, facts.largeBytes)), 450),
  },
  {
    id: '5',
    title: '400 creates of 5 MB without a worker; wait of events',
    from: ['one'],
    prepare: largestUser,
    run: ({ client, facts, signal }) =>
      inParallel(8, signal, (turn) => client.send(largeCreate(`unsealed-${turn}`, facts.largeBytes)), 400),
  },
];

/** Where users are bounded, the flood is as many of the largest. */
async function largestUser(client) {
  for (const largeBytes of SIZES) {
    for (let status = 429; status === 429; ) {
      ({ status } = await client.send(largeCreate('probe', largeBytes)));
      if (status === 201) return { largeBytes };
      if (status === 429) await sleep(1000);
    }
  }
  return { largeBytes: LARGE };
}

function largeCreate(name, bytes) {
  const userName = `large-${Date.now().toString(36)}-${name}@example.com`;
  return { method: 'POST', path: '/scim/v2/Users', body: largeUser(userName, bytes) };
}

const filling = Buffer.alloc(LARGE, 'x');
function largeUser(userName, bytes = LARGE) {
  const user = JSON.stringify({ schemas: [USER], userName }).slice(0, -1);
  return [`${user},"nickName":"`, filling.subarray(0, bytes - 500), '"}'];
}
