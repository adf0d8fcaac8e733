import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../http/metrics.js';

/** How the provisioning log keeps up. No label names a tenant. */
@Injectable()
export class LogMetrics {
  private readonly written: Counter;
  private readonly lost: Counter;
  private readonly queue: Gauge;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.written = new Counter({
      name: 'muster_provisioning_log_recorded_total',
      help: 'Requests that were written to the provisioning log.',
      registers,
    });
    this.lost = new Counter({
      name: 'muster_provisioning_log_dropped_total',
      help: 'Requests that were answered and not written to the provisioning log, because too many waited or it took them not.',
      registers,
    });
    this.queue = new Gauge({
      name: 'muster_provisioning_log_waiting',
      help: 'Requests that wait to be written to the provisioning log.',
      registers,
    });
  }

  recorded(requests: number): void {
    this.written.inc(requests);
  }

  dropped(requests: number): void {
    this.lost.inc(requests);
  }

  observeWaiting(requests: number): void {
    this.queue.set(requests);
  }
}
