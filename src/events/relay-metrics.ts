import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { LimitCounter } from '../config/limit-counter.js';
import { Metrics } from '../http/metrics.js';

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** How the relay keeps up. No label names a tenant. */
@Injectable()
export class RelayMetrics {
  private readonly sealed: Counter;
  private readonly lag: Histogram;
  private readonly waiting: Gauge;

  constructor(
    { registry }: Metrics,
    private readonly limits: LimitCounter,
  ) {
    const registers = [registry];
    this.sealed = new Counter({ name: 'muster_events_sealed_total', help: 'Events sealed.', registers });
    this.lag = new Histogram({
      name: 'muster_sealing_lag_seconds',
      help: 'From the time of an event to its seal.',
      buckets: SECONDS,
      registers,
    });
    this.waiting = new Gauge({
      name: 'muster_outbox_events',
      help: 'Committed events that are not sealed yet, as the holder of the lease last counted them.',
      registers,
    });
  }

  /** @param lags in seconds, one for each event */
  observeBatch(lags: readonly number[]): void {
    this.sealed.inc(lags.length);
    for (const lag of lags) this.lag.observe(Math.max(0, lag));
  }

  /** A batch ended because of its bytes, and the tenant's other events wait for the next round. */
  observeCut(): void {
    this.limits.add('sealingBatchBytes');
  }

  observeWaiting(events: number): void {
    this.waiting.set(events);
  }
}
