// What a request costs while webhooks, e-mail and the broker are away, and while they are not: see README.md.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import '../test/support/run-typescript.js';

const { default: build } = await import('../test/faults/build.ts');
const { DatabaseUnderFaults } = await import('../test/faults/database-under-faults.ts');
const { HookReceiver } = await import('../test/faults/hook-receiver.ts');
const { MusterProcess } = await import('../test/faults/muster-process.ts');
const { asking } = await import('../test/faults/send.ts');
const { makeTenant, TenantUnderLoad } = await import('../test/faults/tenant-under-load.ts');
const { NatsServer, natsIsInstalled } = await import('../test/support/nats-server.ts');
const { SmtpCatcher } = await import('../test/support/smtp-catcher.ts');

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** At the beginning of a phase nothing is measured. */
const SETTLING_MS = 1000;
const THINKING_MS = 10;

const { rounds, seconds, clients } = readArguments();
build();
const database = await DatabaseUnderFaults.open();
const [hooks, smtp, nats] = [await HookReceiver.open(), await SmtpCatcher.open(), await NatsServer.prepare()];
if (natsIsInstalled) await nats.start();
const muster = MusterProcess.launch({
  ...database.settings,
  MUSTER_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
  MUSTER_SMTP_URL: smtp.url,
  MUSTER_MAIL_FROM: 'muster@example.com',
  ...(natsIsInstalled && { NATS_URL: `nats://127.0.0.1:${nats.port}` }),
});
let number = 0;

try {
  await muster.started();
  const identity = await database.withTenants((tenants) => makeTenant(tenants, 'bench'));
  await TenantUnderLoad.hookUp(identity, { urls: [muster.url] }, hooks);
  const target = { url: muster.url, token: identity.scimToken };
  const latencies = { up: { create: [], patch: [] }, down: { create: [], patch: [] } };
  for (let round = 0; round < rounds; round++) {
    await measure(target, latencies.up);
    await Promise.all([hooks.goAway(), smtp.goAway(), nats.kill()]);
    await measure(target, latencies.down);
    await Promise.all([hooks.comeBack(), smtp.comeBack(), natsIsInstalled && nats.start()]);
  }
  const sinks = ['webhooks', 'e-mail', ...(natsIsInstalled ? ['NATS'] : [])].join(', ');
  process.stdout.write(`${rounds} × ${seconds} s with and without ${sinks}; ${clients} clients\n\n`);
  print('', 'requests up', 'p50 ms', 'p99 ms', 'requests down', 'p50 ms', 'p99 ms', 'p50 ratio', 'p99 ratio');
  for (const kind of ['create', 'patch']) {
    const [up, down] = [summary(latencies.up[kind]), summary(latencies.down[kind])];
    const ratios = [down.p50 / up.p50, down.p99 / up.p99].map((ratio) => ratio.toFixed(2));
    print(kind, ...shown(up), ...shown(down), ...ratios);
  }
} finally {
  await muster.endedBy('SIGKILL');
  await Promise.all([hooks.goAway(), smtp.goAway(), nats.remove()]);
  await database.close();
}

async function measure(target, into) {
  const began = performance.now();
  const end = began + SETTLING_MS + seconds * 1000;
  const client = async () => {
    const ask = asking(target);
    while (performance.now() < end) {
      number += 1;
      const userName = `sinks-${number}@example.com`;
      const created = await timed(() => ask('POST', '/Users', { schemas: [USER], userName }), 201);
      const Operations = [{ op: 'replace', path: 'title', value: `Title ${number}` }];
      const body = { schemas: [PATCH_OP], Operations };
      const patched = await timed(() => ask('PATCH', `/Users/${created.body.id}`, body), 200);
      if (performance.now() - began < SETTLING_MS) continue;
      into.create.push(created.milliseconds);
      into.patch.push(patched.milliseconds);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

async function timed(ask, success) {
  await sleep(THINKING_MS);
  const began = performance.now();
  const { status, body } = await ask();
  if (status !== success) throw new Error(`Answered ${status}: ${JSON.stringify(body)}`);
  return { milliseconds: performance.now() - began, body };
}

function summary(latencies) {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}

function shown({ count, p50, p99 }) {
  return [count, p50.toFixed(2), p99.toFixed(2)];
}

function print(name, ...columns) {
  process.stdout.write(`${name.padEnd(8)}${columns.map((column) => String(column).padStart(14)).join('')}\n`);
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '5' },
      clients: { type: 'string', default: '4' },
    },
  });
  return {
    rounds: within('rounds', values.rounds, 50),
    seconds: within('seconds', values.seconds, 60),
    clients: within('clients', values.clients, 32),
  };
}

function within(name, text, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  process.stderr.write(`--${name} is a whole number from 1 to ${most}.\n`);
  process.exit(1);
}
