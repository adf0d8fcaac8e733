import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import type { Tolerances } from '../scim/index.js';
import { Metrics } from './metrics.js';
import type { ScimCall } from './scim-call.js';
import { ToleranceUses } from './tolerance-uses.js';

/** Counts what was tolerated: an operator sees which IdP leans on which leniency, a tenant's admin which connection does. */
@Injectable()
export class ToleranceCounter {
  /** What is still to be written down, by connection. */
  readonly pending = new ToleranceUses();
  private readonly used: Counter<'idp' | 'tolerance'>;

  constructor(
    metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.used = new Counter({
      name: 'scim_tolerances_total',
      help: 'Requests in which a deviation from RFC 7643 or RFC 7644 was accepted, by IdP profile and deviation.',
      labelNames: ['idp', 'tolerance'],
      registers: [metrics.registry],
    });
  }

  /** Runs a parser and counts what it tolerated. */
  collect<T>(call: ScimCall, parse: (used: Tolerances) => T): T {
    const used: Tolerances = new Set();
    const parsed = parse(used);
    this.count(call, used);
    return parsed;
  }

  count({ caller, connection, tolerances: ofRequest }: ScimCall, tolerances: Tolerances): void {
    for (const tolerance of tolerances) {
      ofRequest.add(tolerance);
      this.used.inc({ idp: connection.profile.name, tolerance });
      this.pending.add({
        tenantId: caller.tenantId,
        connectionId: connection.id,
        tolerance,
        uses: 1,
        lastUsedAt: this.clock.now().getTime(),
      });
    }
  }
}
