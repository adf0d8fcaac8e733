import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../http/metrics.js';

/** `refused`: the broker did not take an event of one tenant. `unreachable`: nothing could be published at all. */
type FailureReason = 'refused' | 'unreachable';

/** How the broker keeps up. No label names a tenant. */
@Injectable()
export class BrokerMetrics {
  private readonly acknowledged: Counter;
  private readonly failures: Counter<'reason'>;
  private readonly lag: Gauge;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.acknowledged = new Counter({
      name: 'muster_broker_published_total',
      help: 'Events the broker acknowledged, those it already had included.',
      registers,
    });
    this.failures = new Counter({
      name: 'muster_broker_failures_total',
      help: 'Attempts to publish that failed and are made again.',
      labelNames: ['reason'],
      registers,
    });
    for (const reason of ['refused', 'unreachable'] satisfies FailureReason[]) this.failures.inc({ reason }, 0);
    this.lag = new Gauge({
      name: 'muster_broker_lag_events',
      help: 'Sealed events the broker has not acknowledged, as the holder of the lease last counted them; 0 elsewhere.',
      registers,
    });
  }

  published(events: number): void {
    this.acknowledged.inc(events);
  }

  failed(reason: FailureReason): void {
    this.failures.inc({ reason });
  }

  observeLag(events: number): void {
    this.lag.set(events);
  }
}
