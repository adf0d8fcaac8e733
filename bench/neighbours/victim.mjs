// The victim's process: twelve mixed requests a second of one tenant, and a balancer's health checks. Nothing else runs here,
// so that no flood delays the measurement.
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { atRate, Client } from './client.mjs';

const PER_SECOND = 12;
const READY_PER_SECOND = 2;
const TIMEOUT_MS = 30_000;
/** A balancer takes an instance out after so long. */
const READY_TIMEOUT_MS = 5000;
const DELAY_RESOLUTION_MS = 5;
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const run = randomUUID().slice(0, 8);
let number = 0;

/** Kinds of requests; `at` takes one of the victim's members. */
const REQUESTS = {
  'look-up': ({ at }) => ({ path: `/scim/v2/Users?filter=${encodeURIComponent(`userName eq "${at().userName}"`)}` }),
  get: ({ at }) => ({ path: `/scim/v2/Users/${at().id}` }),
  list: () => ({ path: '/scim/v2/Users?count=50&startIndex=101' }),
  create: () => ({ method: 'POST', path: '/scim/v2/Users', body: newcomer() }),
  patch: ({ at }) => ({
    method: 'PATCH',
    path: `/scim/v2/Users/${at().id}`,
    body: patch({ op: 'replace', path: 'title', value: `Title ${number}` }),
  }),
  'group patch': ({ at, groupId }) => ({
    method: 'PATCH',
    path: `/scim/v2/Groups/${groupId}`,
    body: patch({ op: number % 12 < 6 ? 'add' : 'remove', path: 'members', value: [{ value: at().id }] }),
  }),
};

process.on('disconnect', () => process.exit());
process.on('message', async ({ urls, tenant, seconds, kinds = Object.keys(REQUESTS) }) => {
  const client = new Client({ urls, token: tenant.token });
  const probe = new Client({ urls });
  const signal = AbortSignal.timeout(seconds * 1000);
  const at = () => tenant.members[Math.floor(Math.random() * tenant.members.length)];
  // How late this process is by itself: what the rest of the machine does to the measurement.
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  const samples = [];
  const ready = {};
  const victim = atRate(PER_SECOND, signal, async (turn, due) => {
    number += 1;
    const kind = kinds[turn % kinds.length];
    const request = REQUESTS[kind]({ at, groupId: tenant.groupId });
    const { status, code } = await client.send({ ...request, timeout: TIMEOUT_MS });
    // From the moment it should have been sent: a late start counts.
    samples.push({ kind, outcome: status || code, milliseconds: performance.now() - due });
  });
  const balancer = atRate(READY_PER_SECOND, signal, async () => {
    const { status, code } = await probe.send({ path: '/readyz', timeout: READY_TIMEOUT_MS });
    ready[status || code] = (ready[status || code] ?? 0) + 1;
  });
  await Promise.all([victim, balancer]);
  delay.disable();
  client.close();
  probe.close();
  process.send({ samples, ready, lateMs: Math.max(0, delay.percentile(99) / 1e6 - DELAY_RESOLUTION_MS) });
});

function newcomer() {
  const userName = `new-${run}-${number}@example.com`;
  return JSON.stringify({ schemas: [USER], userName, emails: [{ value: userName, type: 'work', primary: true }] });
}

function patch(...Operations) {
  return JSON.stringify({ schemas: [PATCH_OP], Operations });
}
