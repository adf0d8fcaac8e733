// Rounds of floods that do not slow requests down but what happens behind them: sealing, mail, repeated requests.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { atRate } from './client.mjs';
import { addCounts, emptyPhase, Flood, MemoryWatch, until } from './measure.mjs';
import { sourcesOf, withClient } from './tenants.mjs';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** What has not arrived by then is counted as lost. */
const MAX_WAIT_MS = 150_000;
const FLOOD_MS = 120_000;
const SEALED_MS = 60_000;
const MAILS = 2000;
const KEYS = 300_000;

/** How long another tenant's events wait while one tenant has 400 large ones that nobody has sealed. */
export async function sealingRound({ installation, bench, flood, settings }) {
  // Both with a worker of its own, which learns of events another way than a process that does everything.
  await installation.restart('api');
  await installation.startWorker();
  await installation.calm(installation.victim.token);
  const alone = await eventWaits(installation, settings);
  await installation.restart('api');
  const flooding = new Flood(bench.flooder, {
    id: flood.id,
    urls: installation.urls,
    sources: sourcesOf(installation, flood, 'one'),
  });
  const crashes = installation.crashes.length;
  await until(() => flooding.finished || !installation.isAlive, FLOOD_MS);
  const counts = await flooding.stop();
  if (!installation.isAlive) await installation.restart('api');
  const memory = new MemoryWatch(installation);
  await installation.startWorker();
  const beside = await eventWaits(installation, settings);
  const faults = await largeTenantFaults(installation);
  const growth = memory.stop();
  await installation.restart();
  const calmSeconds = await installation.calm(installation.victim.token);
  const phase = { ...beside, counts, growth, crashes: installation.crashes.length - crashes };
  return { alone, flood: phase, calmSeconds, faults };
}

/** What the tenant with the large members can no longer do. */
async function largeTenantFaults(installation) {
  const [tenant] = installation.flooders;
  const waiting = async () => {
    const { rows } = await installation.database.query('select count(*)::int from outbox where tenant_id = $1', [
      tenant.id,
    ]);
    return rows[0].count;
  };
  const isSealed = await until(async () => (await waiting()) === 0, SEALED_MS);
  const requests = [
    ['Users?count=150', '/scim/v2/Users?filter=userName%20sw%20%22large-%22&count=150', tenant.token],
    ['audit search', '/api/v1/audit?type=member.provisioned&limit=150', tenant.adminToken],
    ['audit export', '/api/v1/audit/export', tenant.adminToken],
  ];
  const faults = isSealed ? [] : [`${await waiting()} events of the tenant are not sealed`];
  await withClient({ urls: installation.urls }, async (client) => {
    for (const [name, path, token] of requests) {
      const { status, code } = await client.send({ path, token });
      if (status === 0 || status >= 500) faults.push(`${name}: ${status || code}`);
    }
  });
  return faults;
}

/** Two creates a second by the victim, and when the events API shows each. */
async function eventWaits({ urls, victim }, { seconds }) {
  const phase = emptyPhase();
  const signal = AbortSignal.timeout(seconds * 1000);
  await withClient({ urls, token: victim.adminToken }, async (reader) => {
    const path = (after, wait) =>
      `/api/v1/events?types=member.provisioned&limit=500&wait=${wait}${after ? `&after=${after}` : ''}`;
    let page;
    do page = await reader.json('GET', path(page?.next, 0));
    while (page.hasMore);
    const due = new Map();
    const creating = withClient({ urls, token: victim.token }, (client) =>
      atRate(2, signal, async () => {
        const userName = `event-${randomUUID()}@example.com`;
        await client.send({
          method: 'POST',
          path: '/scim/v2/Users',
          body: JSON.stringify({ schemas: [USER], userName }),
        });
        due.set(userName, performance.now());
      }),
    );
    const reading = until(async () => {
      // A server that is busy says so; the next look finds the events.
      page = await reader.json('GET', path(page.next, 1)).catch(() => ({ ...page, items: [] }));
      for (const item of page.items) {
        const { userName } = item.data.after ?? {};
        if (!due.has(userName)) continue;
        phase.samples.push({ outcome: 200, milliseconds: performance.now() - due.get(userName) });
        due.delete(userName);
      }
      return signal.aborted && due.size === 0;
    }, MAX_WAIT_MS);
    await Promise.all([creating, reading]);
    phase.samples.push(...lost(due));
  });
  return phase;
}

function lost(due) {
  return [...due.values()].map((since) => ({ outcome: 'not arrived', milliseconds: performance.now() - since }));
}

/** How long a mail of another tenant waits while one tenant has 2 000 that are due. */
export async function mailRound({ installation, settings, smtp }) {
  await installation.calm(installation.victim.token);
  const alone = await mailWaits(installation, settings, smtp);
  const [tenant] = installation.flooders;
  await queueMails(installation.database, tenant.id, 'flood', MAILS);
  const beside = await mailWaits(installation, settings, smtp);
  const queued = `select count(*)::int from mails where tenant_id = $1 and state = 'pending'`;
  const { rows } = await installation.database.query(queued, [tenant.id]);
  await installation.database.query('delete from mails where tenant_id = $1', [tenant.id]);
  addCounts(beside.counts, { 'sent at the end': MAILS - rows[0].count });
  return { alone, flood: beside, calmSeconds: 0 };
}

async function mailWaits({ database, victim }, { seconds }, smtp) {
  const phase = emptyPhase();
  const due = new Map();
  const arrived = ({ to, at }) => {
    for (const address of to ?? []) {
      if (!due.has(address)) continue;
      phase.samples.push({ outcome: 200, milliseconds: at - due.get(address) });
      due.delete(address);
    }
  };
  smtp.child.on('message', arrived);
  for (let turn = 0; turn < seconds; turn++) {
    const name = `victim-${randomUUID()}`;
    due.set(`${name}-1@example.com`, Date.now());
    await queueMails(database, victim.id, name, 1);
    // Not in step with the worker, which looks once a second.
    await sleep(850);
  }
  await until(() => due.size === 0, MAX_WAIT_MS);
  smtp.child.off('message', arrived);
  phase.samples.push(
    ...[...due.values()].map((since) => ({ outcome: 'not arrived', milliseconds: Date.now() - since })),
  );
  return phase;
}

/** As a window that ended leaves them. */
async function queueMails(database, tenantId, name, count) {
  const expiring = {
    prefix: 'muster_abc',
    name: 'entra',
    connection: null,
    expiresAt: '2030-01-01T00:00:00Z',
    lastUsedAt: null,
  };
  await database.query(
    `insert into mails (tenant_id, id, kind, address, content, next_attempt_at, created_at)
       select $1, gen_random_uuid(), 'tokensExpire', $2 || '-' || n || '@example.com', $3::jsonb, now(), now()
       from generate_series(1, $4::int) n`,
    [tenantId, name, JSON.stringify({ kind: 'tokensExpire', tokens: [expiring] }), count],
  );
}

/** What a POST with an Idempotency-Key costs a tenant that has used many of them today. */
export async function keysRound({ installation, settings }) {
  const [tenant] = installation.flooders;
  await installation.calm(installation.victim.token);
  const alone = await keyedPosts(installation, tenant, settings);
  await installation.database.query(
    `insert into idempotency_keys (tenant_id, actor_id, key_digest, request, status, answer, claimed_at)
       select $1, (select id from service_accounts where tenant_id = $1 and 'tenant:admin' = any(scopes) limit 1),
         sha256(convert_to($2 || n, 'UTF8')), '\\x00', 200, '\\x00', now() from generate_series(1, $3::int) n`,
    [tenant.id, randomUUID(), Math.min(KEYS, settings.users * 3)],
  );
  const beside = await keyedPosts(installation, tenant, settings);
  await installation.database.query('delete from idempotency_keys where tenant_id = $1', [tenant.id]);
  return { alone, flood: beside, calmSeconds: 0 };
}

async function keyedPosts({ urls }, { connectionId, adminToken }, { seconds }) {
  const phase = emptyPhase();
  await withClient({ urls, token: adminToken }, (client) =>
    atRate(4, AbortSignal.timeout(seconds * 1000), async (_turn, due) => {
      const { status, code } = await client.send({
        method: 'POST',
        path: `/api/v1/connections/${connectionId}/enable`,
        headers: { 'idempotency-key': randomUUID() },
        body: '{}',
      });
      phase.samples.push({ outcome: status || code, milliseconds: performance.now() - due });
    }),
  );
  return phase;
}
