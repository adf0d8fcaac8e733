import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { LimitCounter } from '../config/limit-counter.js';
import { LIMITS } from '../config/limits.js';
import { RepeatedAnswer } from './repeated-answer.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Numbers for Prometheus. No label names a tenant: their number is not ours to bound, and the page has no lock. */
export class Metrics {
  readonly registry = new Registry();
  private readonly duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  /** Looking a child up by its labels costs more than counting, so each is looked up once. */
  private readonly children = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();

  private readonly answer: RepeatedAnswer<string>;

  constructor(limits: LimitCounter) {
    this.answer = new RepeatedAnswer(() => this.registry.metrics(), limits);
    collectDefaultMetrics({ register: this.registry });
    this.showLimits(limits);
  }

  /** @param route the pattern of the route, never a path: paths hold ids */
  observe(method: string, route: string, status: number, milliseconds: number): void {
    const statusClass = `${Math.floor(status / 100)}xx`;
    const key = `${method} ${route} ${statusClass}`;
    let child = this.children.get(key);
    if (child === undefined) {
      child = this.duration.labels(method, route, statusClass);
      this.children.set(key, child);
    }
    child.observe(milliseconds / 1000);
  }

  /** The page for Prometheus. */
  page(): Promise<string> {
    return this.answer.get();
  }

  private showLimits(limits: LimitCounter): void {
    const registers = [this.registry];
    const labelNames = ['limit'] as const;
    const value = new Gauge({
      name: 'muster_limit',
      help: 'Value of each limit (docs/limits.md).',
      labelNames,
      registers,
    });
    for (const [limit, row] of Object.entries(LIMITS)) value.set({ limit }, row.value);
    new Counter({
      name: 'muster_limit_reached_total',
      help: 'How often each limit was reached.',
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [limit, count] of limits.entries()) this.inc({ limit }, count);
      },
    });
  }
}
