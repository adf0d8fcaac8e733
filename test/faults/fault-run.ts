import { setTimeout as sleep } from 'node:timers/promises';
import { NatsServer } from '../support/nats-server.js';
import { SmtpCatcher } from '../support/smtp-catcher.js';
import { audit } from './audit.js';
import { DatabaseUnderFaults } from './database-under-faults.js';
import { gatherEvidence } from './evidence.js';
import { Fleet } from './fleet.js';
import { HookReceiver } from './hook-receiver.js';
import { Ledger } from './ledger.js';
import { randomFrom } from './random.js';
import { type Fault, type Sink, scheduleOf } from './schedule.js';
import { makeTenant, TenantUnderLoad } from './tenant-under-load.js';
import type { Evidence } from './verdict.js';

export interface FaultRunOptions {
  readonly kills: number;
  readonly seed: number;
  /** Whether events go to a NATS server too. */
  readonly nats: boolean;
}

/** What was done, and what is there afterwards. */
export interface FaultRunResult {
  readonly seconds: number;
  /** How often each thing went wrong. */
  readonly faults: ReadonlyMap<string, number>;
  readonly statuses: ReadonlyMap<number, number>;
  readonly evidence: Evidence;
  /** Sentences of those that looked at more than events: content, rules of the database, processes that ended by themselves. */
  readonly complaints: readonly string[];
}

const SLUGS = ['acme', 'globex'];
/** Everything is delivered within this time after the last fault, or never. */
const SETTLE_MS = 180_000;
/** Far more than a kill takes, and all that is beside the kills: a run that hangs ends all the same, and what it started with it. */
const PER_KILL_MS = 10_000;
const BESIDE_MS = 240_000;
/** Longer than an outage or a restart of PostgreSQL. */
const LAST_TROUBLE_MS = 20_000;

/** Breaks everything that can break, at random moments under load, lets it come to rest and gathers what is there. */
export class FaultRun {
  readonly #faults = new Map<string, number>();
  /** What a sink or PostgreSQL is going through, so that nothing happens to it twice at once. */
  readonly #troubles = new Map<string, Promise<void>>();
  #tenants: readonly TenantUnderLoad[] = [];

  private constructor(
    private readonly options: FaultRunOptions,
    private readonly database: DatabaseUnderFaults,
    private readonly fleet: Fleet,
    private readonly sinks: { readonly hooks: HookReceiver; readonly smtp: SmtpCatcher; readonly nats: NatsServer },
  ) {}

  static async of(options: FaultRunOptions): Promise<FaultRunResult> {
    const database = await DatabaseUnderFaults.open();
    const sinks = {
      hooks: await HookReceiver.open(),
      smtp: await SmtpCatcher.open(),
      nats: await NatsServer.prepare(),
    };
    if (options.nats) await sinks.nats.start();
    const fleet = new Fleet({
      ...database.settings,
      MUSTER_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
      MUSTER_SMTP_URL: sinks.smtp.url,
      MUSTER_MAIL_FROM: 'muster@example.com',
      ...(options.nats && { NATS_URL: `nats://127.0.0.1:${sinks.nats.port}` }),
    });
    const run = new FaultRun(options, database, fleet, sinks);
    const ended = new AbortController();
    const tooLong = sleep(BESIDE_MS + options.kills * PER_KILL_MS, undefined, { signal: ended.signal }).then(() => {
      throw new Error('The run did not come to its end.');
    });
    try {
      return await Promise.race([run.#whole(), tooLong]);
    } finally {
      tooLong.catch(() => undefined);
      ended.abort();
      await run.#close();
    }
  }

  async #whole(): Promise<FaultRunResult> {
    const random = randomFrom(this.options.seed);
    const schedule = scheduleOf(this.options.kills, this.fleet.size, random);
    const ledger = new Ledger();
    const identities = await this.database.withWork((work) => Promise.all(SLUGS.map((slug) => makeTenant(work, slug))));
    await this.fleet.ready();
    for (const identity of identities) await TenantUnderLoad.hookUp(identity, this.fleet, this.sinks.hooks);
    const began = performance.now();
    this.#tenants = identities.map((identity) => {
      return new TenantUnderLoad(identity, this.fleet, this.database, { ledger, random });
    });
    for (const tenant of this.#tenants) await tenant.straggle();
    for (const { afterMs, fault } of schedule) {
      await this.fleet.atWork();
      await sleep(afterMs);
      await this.#inflict(fault);
    }
    const complaints = await this.#settle();
    const seconds = (performance.now() - began) / 1000;
    complaints.push(...(await this.#look()));
    const evidence = await gatherEvidence(this.database, this.#tenants, this.sinks, {
      writes: ledger.writes,
      nats: this.options.nats,
    });
    return { seconds, faults: this.#faults, statuses: ledger.statuses, evidence, complaints };
  }

  async #inflict(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        if (this.fleet.kill(fault.place)) this.#count('kill -9');
        return;
      case 'postgres':
        this.#trouble('PostgreSQL restart (immediate)', () => this.database.restartImmediately());
        return;
      case 'outage':
        if (fault.sink !== 'nats' || this.options.nats) this.#outage(fault.sink, fault.milliseconds);
        return;
      case 'time':
        await this.#letTimePass({ claimsToo: false });
        return;
      default:
        fault satisfies never;
    }
  }

  #outage(sink: Sink, milliseconds: number): void {
    const { hooks, smtp, nats } = this.sinks;
    const ways = {
      webhook: { end: () => hooks.goAway(), begin: () => hooks.comeBack() },
      smtp: { end: () => smtp.goAway(), begin: () => smtp.comeBack() },
      nats: { end: () => nats.kill(), begin: () => nats.start() },
    } as const;
    this.#trouble(`${sink} outage`, async () => {
      await ways[sink].end();
      await sleep(milliseconds);
      await ways[sink].begin();
    });
  }

  #trouble(what: string, happen: () => Promise<void>): void {
    this.#count(what);
    const before = this.#troubles.get(what) ?? Promise.resolve();
    this.#troubles.set(what, before.then(happen));
  }

  /**
   * As if it were later: windows of e-mail are over, retries are due, and, where no process lives that made them, claims have ended.
   * What the program waits minutes for would otherwise happen to a run once or never.
   */
  async #letTimePass({ claimsToo }: { readonly claimsToo: boolean }): Promise<void> {
    for (const table of ['deliveries', 'mails']) {
      await this.database.rows(
        `update ${table} set next_attempt_at = now()
         where state = 'pending' and next_attempt_at > now() and (claimed_until is null or $1)`,
        [claimsToo],
      );
    }
  }

  /** Nothing goes wrong any more. @returns what has not come to rest even so */
  async #settle(): Promise<string[]> {
    await Promise.all(this.#troubles.values());
    await Promise.all(this.#tenants.map((tenant) => tenant.stopLoad()));
    const killed = await this.fleet.down();
    this.#count('kill -9', killed);
    await this.#letTimePass({ claimsToo: true });
    this.fleet.up();
    const deadline = performance.now() + SETTLE_MS;
    for (;;) {
      await sleep(300);
      await this.#letTimePass({ claimsToo: false });
      const left = await this.#left();
      if (left.length === 0) return [];
      if (performance.now() > deadline) return left;
    }
  }

  async #left(): Promise<string[]> {
    const [counts] = await this.database.rows<Record<string, number>>(
      `select (select count(*)::int from outbox) as "events to seal",
         (select count(*)::int from deliveries where state = 'pending' and sink = 'webhook') as "webhooks",
         (select count(*)::int from deliveries where state = 'pending' and sink = 'email') as "changes to tell of",
         (select count(*)::int from mails where state = 'pending') as "mails",
         (select count(*)::int from seals s where $1 and s.seq > coalesce(
           (select c.seq from broker_cursors c where c.tenant_id = s.tenant_id), 0)) as "events to publish"`,
      [this.options.nats],
    );
    const left = Object.entries(counts ?? {}).flatMap(([what, count]) =>
      count > 0 ? [`${count} ${what} are left`] : [],
    );
    const seals = await this.database.rows<{ tenant_id: string; count: number }>(
      'select tenant_id, count(*)::int as count from seals group by tenant_id',
    );
    const behind = this.#tenants.filter((tenant) => {
      const { count = 0 } = seals.find(({ tenant_id }) => tenant_id === tenant.identity.id) ?? {};
      return !tenant.hasRead(count);
    });
    return [...left, ...behind.map(({ identity }) => `Readers of ${identity.slug} are behind`)];
  }

  async #look(): Promise<string[]> {
    const content = await Promise.all(this.#tenants.map((tenant) => tenant.contentFaults()));
    await Promise.all(this.#tenants.map((tenant) => tenant.stopReaders()));
    const client = await this.database.superuser.connect();
    const broken = await audit(client).finally(() => client.release());
    const rules = [...broken].map(([rule, id]) => `${rule}: ${id}`);
    return [...content.flat(), ...rules, ...this.fleet.failures];
  }

  #count(what: string, times = 1): void {
    this.#faults.set(what, (this.#faults.get(what) ?? 0) + times);
  }

  async #close(): Promise<void> {
    const { hooks, smtp, nats } = this.sinks;
    await Promise.race([
      Promise.allSettled(this.#troubles.values()),
      sleep(LAST_TROUBLE_MS, undefined, { ref: false }),
    ]);
    await this.fleet.down();
    await Promise.all(this.#tenants.map((tenant) => Promise.all([tenant.stopLoad(), tenant.stopReaders()])));
    await Promise.all([hooks.goAway(), smtp.goAway(), nats.remove()]);
    await this.database.close();
  }
}
