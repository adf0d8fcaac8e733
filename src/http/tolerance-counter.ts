import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { Caller } from '../domain/caller.js';
import type { Tolerances } from '../scim/index.js';
import { Metrics } from './metrics.js';

/** Counts what was tolerated, by IdP profile: an operator sees which IdP leans on which leniency. */
@Injectable()
export class ToleranceCounter {
  private readonly used: Counter<'idp' | 'tolerance'>;

  constructor(metrics: Metrics) {
    this.used = new Counter({
      name: 'scim_tolerances_total',
      help: 'Requests in which a deviation from RFC 7643 or RFC 7644 was accepted, by IdP profile and deviation.',
      labelNames: ['idp', 'tolerance'],
      registers: [metrics.registry],
    });
  }

  count(connection: NonNullable<Caller['connection']>, tolerances: Tolerances): void {
    for (const tolerance of tolerances) this.used.inc({ idp: connection.profile.name, tolerance });
  }
}
