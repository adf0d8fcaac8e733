import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from './http/metrics.js';
import { STATEMENT_CLASSES } from './persistence/statement-shares.js';
import { UnitOfWork } from './persistence/unit-of-work.js';

/** How many statements of tenants run and wait, by class (ADR 19). No label names a tenant. */
@Injectable()
export class DatabaseMetrics {
  constructor({ registry }: Metrics, { shares }: UnitOfWork) {
    const registers = [registry];
    const labelNames = ['class'] as const;
    new Gauge({
      name: 'muster_statements_running',
      help: 'Statements of tenants that have a connection, by class.',
      labelNames,
      registers,
      collect() {
        for (const name of STATEMENT_CLASSES) this.set({ class: name }, shares.of(name).running);
      },
    });
    new Gauge({
      name: 'muster_statements_waiting',
      help: 'Statements of tenants that wait for a connection, by class.',
      labelNames,
      registers,
      collect() {
        for (const name of STATEMENT_CLASSES) this.set({ class: name }, shares.of(name).waiting);
      },
    });
  }
}
