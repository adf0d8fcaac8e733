import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { LIMITS } from '../config/limits.js';
import { newId } from '../config/new-id.js';
import { type DisabledReason, endpointDisabled } from '../domain/webhook-endpoint.js';
import {
  type BusyEndpoint,
  type ClaimedDelivery,
  WebhookDeliveriesRepository,
} from '../persistence/webhook-deliveries.repository.js';
import { verdictOn } from './verdict.js';
import { WebhookCourier } from './webhook-courier.js';
import { WebhookMetrics } from './webhook-metrics.js';

/** Longer than an attempt can take; after it another process may try. */
const CLAIM_MS = 60_000;
export const PLACES = {
  perEndpoint: LIMITS.webhooksSendingToEndpoint.value,
  perTenant: LIMITS.webhooksSending.value,
  inAll: LIMITS.webhooksSendingInAll.value,
};
export const BYTES = { perTenant: LIMITS.webhookBytesSending.value, inAll: LIMITS.webhookBytesSendingInAll.value };
const POLL_MS = 250;
const HOUSE_MS = 15_000;
const MOST_COUNTED = 100_000;
const MOST_FORGOTTEN = 1000;
/** How long the log is: 30 days. */
const LOG_MS = 30 * 24 * 3_600_000;

/**
 * Brings planned deliveries to their endpoints. Any number of processes run it. Each endpoint has a few places of its own, so
 * that a slow one takes none from another; deliveries with one order key go one after another.
 */
@Injectable()
export class WebhookWorker {
  private readonly stopping = new AbortController();
  private readonly logger = new Logger('WebhookWorker');
  private readonly underWay = new Set<Promise<void>>();
  /** How many deliveries this process is making to which endpoint, and of how many bytes. */
  private readonly busy = new Map<string, BusyEndpoint>();
  private awake = new AbortController();
  private keptAt = 0;
  private running: Promise<void> | undefined;

  constructor(
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly courier: WebhookCourier,
    private readonly metrics: WebhookMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  start(): void {
    this.running ??= this.loop();
  }

  /** Cuts off what is under way and gives it back: it was not the endpoint that failed. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.awake.abort();
    await this.running;
    await this.idle();
  }

  /**
   * Claims what is due and starts to send it.
   * @returns whether there may be more to claim at once
   */
  async round(): Promise<boolean> {
    const at = this.clock.now();
    const until = new Date(at.getTime() + CLAIM_MS);
    const { deliveries, sawAll, reached } = await this.deliveries.claim({
      at,
      until,
      places: PLACES,
      bytes: BYTES,
      busy: this.busy,
    });
    this.metrics.observeReached(reached);
    for (const delivery of deliveries) this.begin(delivery);
    await this.keepHouse(at);
    return !sawAll;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.awake = new AbortController();
      const more = await this.round().catch((error: unknown) => this.warn('could not be claimed', error));
      if (!more) await pause(POLL_MS, undefined, { signal: this.awake.signal }).catch(() => undefined);
    }
  }

  private begin(delivery: ClaimedDelivery): void {
    this.count(delivery, 1);
    const made = this.make(delivery)
      .catch((error: unknown) => this.warn(`${delivery.id} could not be made or noted`, error))
      .then(() => {
        this.underWay.delete(made);
        this.count(delivery, -1);
        this.awake.abort();
      });
    this.underWay.add(made);
  }

  private count({ tenantId, endpoint: { id }, bytes }: ClaimedDelivery, change: 1 | -1): void {
    const before = this.busy.get(id);
    const sending = (before?.sending ?? 0) + change;
    if (sending > 0) this.busy.set(id, { tenantId, sending, bytes: (before?.bytes ?? 0) + change * bytes });
    else this.busy.delete(id);
  }

  private async make(delivery: ClaimedDelivery): Promise<void> {
    const attempt = await this.courier.bring(delivery, this.stopping.signal);
    const at = this.clock.now();
    if (this.stopping.signal.aborted && attempt.kind === 'sent' && attempt.answer.status === null) {
      return this.deliveries.release(delivery, at);
    }
    const { outcome, disable } = verdictOn(attempt, delivery, at, Math.random());
    await this.deliveries.finish(delivery, outcome);
    this.metrics.observeAttempt(outcome);
    if (disable !== undefined) await this.disable(delivery, disable, at);
  }

  private async disable(
    { tenantId, endpoint }: ClaimedDelivery,
    reason: Exclude<DisabledReason, 'manual'>,
    at: Date,
  ): Promise<void> {
    const actor = { type: 'system', id: null, connectionId: null, tokenId: null } as const;
    const cause = { at: at.toISOString(), eventId: newId(), actor, requestId: null };
    const isNews = await this.deliveries.disable(tenantId, reason, endpointDisabled(endpoint, reason, cause));
    if (isNews) this.metrics.observeDisabled(reason);
  }

  /** Now and then: counts what waits, which reads all of it, and forgets what is too old to keep. */
  private async keepHouse(at: Date): Promise<void> {
    if (at.getTime() - this.keptAt < HOUSE_MS) return;
    this.keptAt = at.getTime();
    this.metrics.observeWaiting(await this.deliveries.waiting(at, MOST_COUNTED));
    await this.deliveries.forget(new Date(at.getTime() - LOG_MS), MOST_FORGOTTEN);
  }

  private warn(what: string, error: unknown): false {
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn(`Webhook deliveries: ${what}: ${reason}`);
    return false;
  }
}
