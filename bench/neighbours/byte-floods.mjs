// Floods of bytes: large bodies, half-sent bodies.
import { atRate, inParallel } from './client.mjs';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** A little below the limit of a body, 5 MiB. */
const LARGE = 5_000_000;

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
    run: ({ client, facts, signal }) =>
      inParallel(8, signal, (turn) => client.send(largeCreate(`${facts.slug}-${turn}`)), 450),
  },
];

/** A user as large as one request may make it. */
export function largeCreate(name) {
  const userName = `large-${Date.now().toString(36)}-${name}@example.com`;
  return { method: 'POST', path: '/scim/v2/Users', body: largeUser(userName) };
}

let filling;
function largeUser(userName) {
  filling ??= Buffer.alloc(LARGE - 500, 'x');
  return [`${JSON.stringify({ schemas: [USER], userName }).slice(0, -1)},"nickName":"`, filling, '"}'];
}
