import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../http/metrics.js';

/** `failed`: will be tried again; `dead`: given up. */
export type MailResult = 'sent' | 'failed' | 'skipped' | 'dead';

/** How mail leaves. No label names a tenant. */
@Injectable()
export class MailMetrics {
  private readonly mails: Counter<'result'>;
  private readonly waiting: Gauge;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.mails = new Counter({
      name: 'muster_mails_total',
      help: 'Attempts to send a mail, by what came of them.',
      labelNames: ['result'] as const,
      registers,
    });
    this.waiting = new Gauge({
      name: 'muster_mails_pending',
      help: 'Mails that are not sent yet, as this worker last counted them.',
      registers,
    });
  }

  observe(result: MailResult): void {
    this.mails.inc({ result });
  }

  observePending(mails: number): void {
    this.waiting.set(mails);
  }
}
