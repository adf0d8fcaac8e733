// The tenants of a measurement: one victim, ten that flood, one without members.
import { Client } from './client.mjs';
import { createConnection } from './installation.mjs';
import { idOf, seedGroup, seedUsers, userNameOf } from './seed.mjs';

const VICTIM_USERS = 2000;
const VICTIM_GROUP = 50;
/** Of the other nine tenants that flood, as a part of what the first one has. */
const OTHERS_SHARE = 5;
const TEN = 10;
const HALF_SENT = 150;
const WRONG_TOKEN = `muster_${'A'.repeat(43)}`;

/** Sets the installation up: `victim`, `flooders` and `empty`. */
export async function populate(installation, { users, group, variants }) {
  const { urls, database } = installation;
  const victim = await installation.createTenant('victim');
  await withClient({ urls, token: victim.token }, async (client) => {
    const count = Math.min(VICTIM_USERS, users);
    await seedUsers(client, database, victim.id, count);
    victim.groupId = await seedGroup(client, 'Victims', Math.min(VICTIM_GROUP, count));
    const numbers = Array.from({ length: Math.min(500, count) }, (_, place) => place + 1);
    victim.members = numbers.map((number) => ({ id: idOf(number), userName: userNameOf(number) }));
  });
  installation.victim = victim;
  installation.empty = await installation.createTenant('empty');
  installation.flooders = [];
  for (let place = 0; place < (variants.includes('ten') ? TEN : 1); place++) {
    const share = place === 0 ? 1 : OTHERS_SHARE;
    const size = { users: Math.ceil(users / share), group: Math.ceil(group / share) };
    installation.flooders.push(await floodingTenant(installation, place, size));
  }
  // Otherwise PostgreSQL does it in the background, beside the first rows.
  await database.query('vacuum analyze');
  await database.query('checkpoint');
}

async function floodingTenant(installation, place, { users, group }) {
  const { urls, database } = installation;
  const tenant = await installation.createTenant(`flood-${place}`);
  const facts = { slug: tenant.slug, members: group, share: HALF_SENT };
  await withClient({ urls, token: tenant.token }, async (client) => {
    await seedUsers(client, database, tenant.id, users);
    facts.groupId = await seedGroup(client, 'Everyone', group);
  });
  facts.revokedToken = await revokedToken(installation, tenant);
  return { ...tenant, facts };
}

async function revokedToken({ urls }, { adminToken }) {
  return withClient({ urls, token: adminToken }, async (admin) => {
    const { accountId, tokenId, token } = await createConnection(admin, 'left');
    await admin.json('DELETE', `/api/v1/service-accounts/${accountId}/tokens/${tokenId}`);
    return token;
  });
}

/** Where a flood comes from: { token, localAddress, facts } for each client. Clients are at addresses of their own. */
export function sourcesOf(installation, flood, variant) {
  if (variant === 'strangers') {
    const facts = { share: HALF_SENT / TEN };
    return Array.from({ length: TEN }, (_, place) => ({
      token: WRONG_TOKEN,
      localAddress: `127.0.1.${place + 1}`,
      facts,
    }));
  }
  const tenants = flood.empty ? [installation.empty] : installation.flooders;
  return tenants.slice(0, variant === 'ten' ? TEN : 1).map((tenant, place) => ({
    token: flood.admin ? tenant.adminToken : tenant.token,
    localAddress: `127.0.2.${place + 1}`,
    facts: tenant.facts ?? { slug: tenant.slug },
  }));
}

/** Runs what a flood needs in each of its tenants, once. */
export async function prepareFlood(installation, flood) {
  if (!flood.prepare) return;
  installation.prepared ??= new Set();
  if (installation.prepared.has(flood.id)) return;
  installation.prepared.add(flood.id);
  for (const tenant of installation.flooders) {
    const { urls } = installation;
    Object.assign(tenant.facts, await withClient({ urls, token: tenant.token }, flood.prepare));
  }
}

export async function withClient(access, work) {
  const client = new Client(access);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
