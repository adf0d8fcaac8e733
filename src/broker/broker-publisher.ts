import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { v4 as uuid } from 'uuid';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { EVENTS_SEALED } from '../events/planner.js';
import { BrokerRepository, type PublishedEvent, type TenantBehind } from '../persistence/broker.repository.js';
import type { Lease } from '../persistence/relay.repository.js';
import { brokerMessage } from './broker-message.js';
import { BrokerMetrics } from './broker-metrics.js';
import { type BrokerFailure, NatsBroker } from './nats-broker.js';
import { Trouble } from './trouble.js';

const LEASE = 'broker';
/** After this time without a sign of life another instance takes over. */
const LEASE_SECONDS = 5;
const RENEW_MS = 1000;
/** Events on the way at the same time. */
const BATCH = 500;
const TENANTS = 100;
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;
const STANDBY_MS = 1000;
/** Behind a failure; doubled with each further one. */
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;
/** How long the events of a tenant wait when one of them was refused. */
const HOLD_BACK_MS = 1000;
const COUNT_MS = 5000;

/** The next events of one tenant. */
interface Run {
  readonly tenant: TenantBehind;
  readonly events: readonly PublishedEvent[];
}

/**
 * Publishes sealed events, each tenant's in the order of seq, and notes how far the broker has acknowledged them. Any number of
 * instances run it; one at a time holds the lease and works. One that cannot publish gives the lease to whoever can.
 */
@Injectable()
export class BrokerPublisher {
  private readonly owner = uuid();
  private readonly stopping = new AbortController();
  private readonly trouble: Trouble;
  private readonly heldBack = new Map<string, number>();
  private resting = new AbortController();
  private lease: Lease | undefined;
  private renewedAt = 0;
  private countedAt = 0;
  private lastTenant: string | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly repository: BrokerRepository,
    private readonly broker: NatsBroker,
    private readonly metrics: BrokerMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.trouble = new Trouble(new Logger('BrokerPublisher'), clock);
  }

  start(): void {
    this.running ??= this.loop();
  }

  /** Ends after the events on the way, and leaves the lease to whoever comes next. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.resting.abort();
    await this.running;
    await this.letGo();
  }

  /** There is something to publish, sooner than the next look would find it. Whoever may not or cannot publish sleeps on. */
  @OnEvent(EVENTS_SEALED)
  wake(): void {
    if (this.lease) this.resting.abort();
  }

  /**
   * Publishes the next events of each tenant that has some.
   * @returns events acknowledged; 0 also while another instance has the lease
   * @throws when the broker or the database does not answer; what was acknowledged before is noted
   */
  async round(): Promise<number> {
    const lease = await this.holdLease();
    if (!lease) return 0;
    await this.observeLag();
    await this.broker.open();
    const runs = await this.nextRuns();
    const results = await this.broker.publish(
      runs.map(({ tenant, events }) => messagesOf(tenant, events, this.broker.maxDataBytes)),
    );
    const acknowledged = runs.map(({ events }, index) => events.slice(0, results[index]?.acknowledged ?? 0));
    const published = acknowledged.reduce((sum, { length }) => sum + length, 0);
    if (published > 0)
      await this.repository.move(
        lease,
        acknowledged.flatMap((events) => events.slice(-1)),
      );
    this.metrics.published(published);
    for (const [index, { tenant }] of runs.entries()) this.judge(tenant, results[index]?.failure);
    if (this.heldBack.size === 0) this.trouble.over('Events are published again.');
    return published;
  }

  private async loop(): Promise<void> {
    let failures = 0;
    let wait = SHORTEST_PAUSE_MS;
    while (!this.stopping.signal.aborted) {
      this.resting = new AbortController();
      try {
        const published = await this.round();
        failures = 0;
        wait = published > 0 ? SHORTEST_PAUSE_MS : Math.min(wait * 2, LONGEST_PAUSE_MS);
        await this.rest(this.lease ? wait : STANDBY_MS);
      } catch (error) {
        await this.failed(error);
        await this.rest(retryPause(failures, Math.random()));
        failures += 1;
      }
    }
  }

  private async rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.resting.signal }).catch(() => undefined);
  }

  private async holdLease(): Promise<Lease | undefined> {
    const now = this.now();
    if (this.lease && now - this.renewedAt >= 0 && now - this.renewedAt < RENEW_MS) return this.lease;
    this.lease = await this.repository.acquire(LEASE, this.owner, LEASE_SECONDS);
    this.renewedAt = now;
    if (!this.lease) this.metrics.observeLag(0);
    return this.lease;
  }

  private async nextRuns(): Promise<Run[]> {
    const behind = await this.repository.behind(TENANTS, this.lastTenant);
    this.lastTenant = behind.length < TENANTS ? undefined : behind.at(-1)?.tenantId;
    for (const [tenantId, until] of this.heldBack) if (until <= this.now()) this.heldBack.delete(tenantId);
    const ready = behind.filter(({ tenantId }) => !this.heldBack.has(tenantId));
    if (ready.length === 0) return [];
    const events = await this.repository.next(ready, Math.ceil(BATCH / ready.length));
    return ready.map((tenant) => ({ tenant, events: events.filter(({ tenantId }) => tenantId === tenant.tenantId) }));
  }

  /** What the broker does not take of one tenant holds up no other. */
  private judge({ tenantId, slug }: TenantBehind, failure: BrokerFailure | undefined): void {
    if (!failure) return;
    switch (failure.kind) {
      case 'interrupted':
        return;
      case 'refused':
      case 'unrouted':
        this.metrics.failed('refused');
        this.heldBack.set(tenantId, this.now() + HOLD_BACK_MS);
        this.trouble.tell(`Events of tenant ${slug} are refused and stay queued: ${failure.reason}`);
        return;
      case 'unreachable':
        throw new Error(failure.reason);
      default:
        failure.kind satisfies never;
    }
  }

  private async failed(error: unknown): Promise<void> {
    this.metrics.failed('unreachable');
    const reason = error instanceof Error ? error.message : String(error);
    this.trouble.tell(`Events could not be published and stay queued: ${reason}`);
    await this.letGo();
  }

  private async letGo(): Promise<void> {
    const { lease } = this;
    this.lease = undefined;
    if (lease) await this.repository.release(lease).catch(() => undefined);
    await this.broker.close().catch(() => undefined);
  }

  private async observeLag(): Promise<void> {
    const now = this.now();
    if (now - this.countedAt < COUNT_MS) return;
    this.countedAt = now;
    this.metrics.observeLag(await this.repository.lag());
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

const messagesOf = ({ slug }: TenantBehind, events: readonly PublishedEvent[], maxBytes: number) =>
  events.map((event) => brokerMessage(slug, event, maxBytes));

/** @param random from 0 to 1, so that instances do not try in step @returns milliseconds */
function retryPause(failures: number, random: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS) * (0.5 + random / 2);
}
