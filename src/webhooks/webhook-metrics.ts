import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { LimitCounter } from '../config/limit-counter.js';
import type { LimitName } from '../config/limits.js';
import { Metrics } from '../http/metrics.js';
import type { Outcome, Waiting } from '../persistence/webhook-deliveries.repository.js';

const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** What an attempt led to, by the state that the delivery is in after it. */
const OUTCOMES: Readonly<Record<Outcome['state'], string>> = {
  delivered: 'delivered',
  pending: 'retry',
  dead: 'given_up',
};

/** How webhooks come along. No label names a tenant or an endpoint. */
@Injectable()
export class WebhookMetrics {
  private readonly attempts: Counter<'outcome'>;
  private readonly duration: Histogram;
  private readonly disabled: Counter<'reason'>;
  private readonly waiting: Gauge<'state'>;
  private readonly oldest: Gauge;

  constructor(
    { registry }: Metrics,
    private readonly limits: LimitCounter,
  ) {
    const registers = [registry];
    this.attempts = new Counter({
      name: 'muster_webhook_attempts_total',
      help: 'Attempts to deliver a webhook, by what came of them.',
      labelNames: ['outcome'],
      registers,
    });
    this.duration = new Histogram({
      name: 'muster_webhook_attempt_seconds',
      help: 'From the look-up of the name to the beginning of the answer, or to giving up.',
      buckets: SECONDS,
      registers,
    });
    this.disabled = new Counter({
      name: 'muster_webhook_endpoints_disabled_total',
      help: 'Endpoints disabled because of what happened to their deliveries.',
      labelNames: ['reason'],
      registers,
    });
    this.waiting = new Gauge({
      name: 'muster_webhook_deliveries',
      help: 'Deliveries that wait, as this worker last counted them: pending, or held because their endpoint is disabled.',
      labelNames: ['state'],
      registers,
    });
    this.oldest = new Gauge({
      name: 'muster_webhook_oldest_pending_seconds',
      help: 'Age of the oldest pending delivery, as this worker last saw it; 0 when none waits.',
      registers,
    });
    for (const outcome of Object.values(OUTCOMES)) this.attempts.inc({ outcome }, 0);
  }

  observeAttempt({ state, latencyMs, request }: Outcome): void {
    this.attempts.inc({ outcome: OUTCOMES[state] });
    if (request !== null) this.duration.observe(latencyMs / 1000);
  }

  /** Limits that left deliveries behind in a claim. */
  observeReached(names: readonly LimitName[]): void {
    for (const name of names) this.limits.add(name);
  }

  observeDisabled(reason: string): void {
    this.disabled.inc({ reason });
  }

  observeWaiting({ pending, held, oldest }: Waiting): void {
    this.waiting.set({ state: 'pending' }, pending);
    this.waiting.set({ state: 'held' }, held);
    this.oldest.set(Math.max(0, oldest ?? 0));
  }
}
