import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { v4 as uuid } from 'uuid';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { LIMITS } from '../config/limits.js';
import type { PlannedDelivery } from '../domain/delivery.js';
import { type ChainPoint, canonicalEvent, type RecordedEvent, type SealedEvent } from '../domain/sealed-event.js';
import { inSealingOrder } from '../domain/sealing-order.js';
import {
  type BatchSize,
  type Lease,
  LeaseLost,
  type PlannedSeal,
  RelayRepository,
} from '../persistence/relay.repository.js';
import { EVENT_SEALED, EVENTS_SEALED, SEALING, type Sealing } from './planner.js';
import { RelayMetrics } from './relay-metrics.js';
import { sealHash } from './seal.js';

const LEASE = 'relay';
/** After this time without a sign of life another instance takes over. */
const LEASE_SECONDS = 5;
const RENEW_MS = 1000;
/** Of each tenant in each round: a tenant with a long or large queue delays the others by one batch. */
const BATCH: BatchSize = { events: 1000, bytes: LIMITS.sealingBatchBytes.value };
const TENANTS = 100;
/** Behind a round that sealed something the next comes soon; then ever later, unless this process commits something. */
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;
/** Behind a round, as a multiple of what it took: under load fewer rounds seal more each, and leave the rest to the requests. */
const REST = 4;
const COUNT_MS = 5000;
const MOST_COUNTED = 100_000;

/**
 * Turns committed events into sealed ones. Any number of instances run it; one at a time holds the lease and works, and a
 * transaction of one that lost it without knowing writes nothing.
 */
@Injectable()
export class Relay {
  private readonly owner = uuid();
  private readonly stopping = new AbortController();
  private alarm = new AbortController();
  private readonly logger = new Logger('Relay');
  private lease: Lease | undefined;
  private renewedAt = 0;
  private countedAt = 0;
  private lastTenant: string | undefined;
  private running: Promise<void> | undefined;
  /** Whether a tenant had more than a batch in the last round. */
  private hasMore = false;

  constructor(
    private readonly repository: RelayRepository,
    private readonly emitter: EventEmitter2,
    private readonly metrics: RelayMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Only after the application is up: listeners are known then. */
  start(): void {
    this.running ??= this.loop();
  }

  /**
   * Says that this process has committed events. The holder of the lease then looks at once; any other instance leaves it to
   * that one, which looks four times a second by itself.
   */
  wake(): void {
    // Each call of abort makes an error with a stack, also when it changes nothing.
    if (this.lease && !this.alarm.signal.aborted) this.alarm.abort();
  }

  /** Ends after the batch at hand, and leaves the lease to whoever comes next. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.alarm.abort();
    await this.running;
    if (this.lease) await this.repository.release(this.lease).catch((error: unknown) => this.warn(error));
    this.lease = undefined;
  }

  /**
   * Seals one batch of each tenant that has something to seal.
   * @returns events sealed; 0 also while another instance has the lease
   */
  async round(): Promise<number> {
    if (!(await this.holdLease())) return 0;
    await this.countWaiting();
    const tenants = await this.repository.waitingTenants(TENANTS, this.lastTenant);
    this.lastTenant = tenants.length < TENANTS ? undefined : tenants.at(-1);
    let sealed = 0;
    this.hasMore = false;
    for (const tenantId of tenants) {
      if (this.stopping.signal.aborted || !(await this.holdLease())) break;
      sealed += await this.sealTenant(tenantId);
    }
    return sealed;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    let wait = SHORTEST_PAUSE_MS;
    while (!signal.aborted) {
      this.alarm = new AbortController();
      const began = this.now();
      const sealed = await this.round().catch((error: unknown) => this.warn(error));
      const least = this.hasMore ? SHORTEST_PAUSE_MS : restAfter(this.now() - began);
      wait = sealed ? least : Math.min(wait * 2, LONGEST_PAUSE_MS);
      await this.rest(least, wait);
    }
  }

  /** At least so long, so that a burst is sealed in batches; then until it is over, or somebody has woken us since the round began. */
  private async rest(least: number, whole: number): Promise<void> {
    await pause(least, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    const { signal } = this.alarm;
    await pause(whole - least, undefined, { signal }).catch(() => undefined);
  }

  private async holdLease(): Promise<boolean> {
    const now = this.now();
    if (this.lease && now - this.renewedAt >= 0 && now - this.renewedAt < RENEW_MS) return true;
    this.lease = await this.repository.acquire(LEASE, this.owner, LEASE_SECONDS);
    this.renewedAt = now;
    return this.lease !== undefined;
  }

  /** What is wrong with one tenant holds up no other; its events stay in the outbox and are tried again. */
  private async sealTenant(tenantId: string): Promise<number> {
    if (!this.lease) return 0;
    try {
      const { planned, hasMore } = await this.repository.seal(this.lease, tenantId, BATCH, (end, events) =>
        this.plan(tenantId, end, events),
      );
      this.hasMore ||= hasMore;
      if (hasMore && planned.length < BATCH.events) this.metrics.observeCut();
      this.metrics.observeBatch(planned.map(({ sealed }) => lagOf(sealed)));
      if (planned.length > 0) this.emitter.emit(EVENTS_SEALED, { tenantId } satisfies Sealing);
      return planned.length;
    } catch (error) {
      if (error instanceof LeaseLost) this.lease = undefined;
      this.warn(error, tenantId);
      return 0;
    }
  }

  private async plan(tenantId: string, end: ChainPoint, events: readonly RecordedEvent[]): Promise<PlannedSeal[]> {
    // Only now, with the events read: an endpoint that was there before one of them is seen.
    await this.emitter.emitAsync(SEALING, { tenantId } satisfies Sealing);
    const sealedAt = this.clock.now().toISOString();
    const planned: PlannedSeal[] = [];
    let { seq, hash: previousHash } = end;
    for (const event of inSealingOrder(events)) {
      seq += 1;
      const hash = sealHash(previousHash, canonicalEvent(event));
      const sealed: SealedEvent = { tenantId, seq, hash, previousHash, sealedAt, event };
      const answers: (readonly PlannedDelivery[])[] = await this.emitter.emitAsync(EVENT_SEALED, sealed);
      planned.push({ sealed, deliveries: answers.flat() });
      previousHash = hash;
    }
    return planned;
  }

  private async countWaiting(): Promise<void> {
    const now = this.now();
    if (now - this.countedAt < COUNT_MS) return;
    this.countedAt = now;
    this.metrics.observeWaiting(await this.repository.waiting(MOST_COUNTED));
  }

  private warn(error: unknown, tenantId?: string): 0 {
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn(
      `Events${tenantId ? ` of tenant ${tenantId}` : ''} could not be sealed and stay queued: ${reason}`,
    );
    return 0;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

function restAfter(milliseconds: number): number {
  return Math.min(Math.max(milliseconds * REST, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
}

function lagOf({ sealedAt, event }: SealedEvent): number {
  return (Date.parse(sealedAt) - Date.parse(event.occurredAt)) / 1000;
}
