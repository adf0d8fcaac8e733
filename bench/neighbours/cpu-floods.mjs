// Floods of work for the event loop: single requests whose cost grew with the square of their size.
import { inParallel } from './client.mjs';
import { idOf } from './seed.mjs';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const VALUES = 10_000;

export const CPU_FLOODS = [
  {
    id: '3a',
    title: 'PATCH with 1 000 adds on 10 000 values',
    from: ['one', 'ten'],
    prepare: async (client) => ({ heavyId: await heavyUser(client) }),
    run: ({ client, facts, signal }) => {
      const adds = Array.from({ length: 1000 }, (_, place) => {
        return { op: 'add', path: 'emails', value: [{ value: `n${place}@n.io` }] };
      });
      const body = patch(adds);
      return inParallel(1, signal, () =>
        client.send({ method: 'PATCH', path: `/scim/v2/Users/${facts.heavyId}`, body }),
      );
    },
  },
  {
    id: '3b',
    title: 'one path-less operation with 20 000 keys',
    from: ['one', 'ten'],
    run: ({ client, signal }) => {
      const keys = Array.from({ length: 20_000 }, (_, place) => [
        `emails[type eq "t${place}"].value`,
        `k${place}@n.io`,
      ]);
      const body = patch([{ op: 'replace', value: Object.fromEntries(keys) }]);
      return inParallel(1, signal, () => client.send({ method: 'PATCH', path: `/scim/v2/Users/${idOf(1)}`, body }));
    },
  },
  {
    id: '3c',
    title: 'group PATCH: 60 000 members, 200 adds',
    from: ['one', 'ten'],
    run: ({ client, facts, signal }) => {
      const replace = { op: 'replace', path: 'members', value: range(1, facts.members) };
      const adds = range(1, 200).map((member) => ({ op: 'add', path: 'members', value: [member] }));
      const body = patch([replace, ...adds]);
      return inParallel(1, signal, () =>
        client.send({ method: 'PATCH', path: `/scim/v2/Groups/${facts.groupId}`, body }),
      );
    },
  },
  {
    id: '3d',
    title: '.search with 4.8 MB of attributes',
    from: ['one', 'ten'],
    run: ({ client, signal }) => {
      const attributes = Array.from({ length: 400_000 }, (_, place) => `n.a${place}`);
      const body = [Buffer.from(JSON.stringify({ schemas: [SEARCH], attributes, count: 1 }))];
      return inParallel(1, signal, () => client.send({ method: 'POST', path: '/scim/v2/Users/.search', body }));
    },
  },
];

/** With as many e-mail addresses as the server takes, 10 000 at most. */
async function heavyUser(client) {
  for (let count = VALUES; ; count = Math.floor(count / 2)) {
    const emails = Array.from({ length: count }, (_, place) => ({ value: `h${place}@h.io`, type: 'other' }));
    const user = { schemas: [USER], userName: `heavy-${Date.now().toString(36)}-${count}@example.com`, emails };
    try {
      return (await client.json('POST', '/scim/v2/Users', user)).id;
    } catch (error) {
      if (error.status !== 400 && error.status !== 413) throw error;
    }
  }
}

function patch(Operations) {
  return [Buffer.from(JSON.stringify({ schemas: [PATCH_OP], Operations }))];
}

function range(from, count) {
  return Array.from({ length: count }, (_, place) => ({ value: idOf(from + place) }));
}
