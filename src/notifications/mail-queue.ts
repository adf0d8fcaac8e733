import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { LimitCounter } from '../config/limit-counter.js';
import { appendSystemEvents } from '../persistence/events.repository.js';
import { type ClaimedMail, type MailOutcome, MailsRepository } from '../persistence/mails.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { mailsLimited } from './mail-limits.js';
import { MailMetrics, type MailResult } from './mail-metrics.js';
import type { Skipped } from './recipients.js';
import { waitAfter } from './retry-schedule.js';
import type { SendResult } from './smtp-sender.js';

/** Longer than an attempt can take; after it another process may try. */
const CLAIM_MS = 3 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** What ended longer ago is deleted. */
const KEPT_MS = 30 * DAY_MS;
const MOST_COUNTED = 100_000;

const RESULTS: Readonly<Record<MailOutcome['state'], MailResult>> = {
  sent: 'sent',
  pending: 'failed',
  skipped: 'skipped',
  dead: 'dead',
};

/** Mails that wait, and what becomes of them. */
@Injectable()
export class MailQueue {
  private readonly mails: MailsRepository;
  private lastTenant: string | undefined;

  constructor(
    private readonly work: UnitOfWork,
    private readonly metrics: MailMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly limits: LimitCounter,
  ) {
    this.mails = new MailsRepository(work.system);
  }

  now(): Date {
    return this.clock.now();
  }

  /**
   * Takes mails of one tenant after the other. A tenant over its limits gets none, and an event tells of it once an hour.
   * @param busy how many mails of which tenant are being sent
   */
  async claim(limit: number, busy: ReadonlyMap<string, number>): Promise<readonly ClaimedMail[]> {
    const at = this.now();
    const until = new Date(at.getTime() + CLAIM_MS);
    const { mails, lastTenant, held, isCrowded } = await this.mails.claim({
      at,
      until,
      limit,
      after: this.lastTenant,
      busy,
    });
    this.lastTenant = lastTenant;
    if (isCrowded) this.limits.add('mailsSending');
    for (const tenantId of held) await this.tellHeld(tenantId, at);
    return mails;
  }

  async note(mail: ClaimedMail, result: SendResult | Skipped): Promise<void> {
    const at = this.now();
    const outcome = outcomeOf(result, mail.attempt, at);
    await this.mails.finish(mail, outcome, at);
    this.metrics.observe(RESULTS[outcome.state]);
  }

  /** It was not the mail that failed. */
  giveBack(mail: ClaimedMail): Promise<void> {
    return this.mails.release(mail, this.now());
  }

  async count(): Promise<void> {
    this.metrics.observePending(await this.mails.pending(MOST_COUNTED));
  }

  async forget(): Promise<void> {
    await this.mails.forget(new Date(this.now().getTime() - KEPT_MS));
    await this.mails.forgetUsage(new Date(this.now().getTime() - 2 * DAY_MS));
  }

  private tellHeld(tenantId: string, at: Date): Promise<void> {
    return this.work.system.transaction(async (session) => {
      if (!(await new MailsRepository(session).tellHeld(tenantId, at))) return;
      this.limits.add('mailsPerHour');
      await appendSystemEvents(session, tenantId, [mailsLimited(tenantId, at, { outcome: 'held' })]);
    });
  }
}

function outcomeOf(result: SendResult | Skipped, attempt: number, at: Date): MailOutcome {
  switch (result.kind) {
    case 'sent':
      return { state: 'sent' };
    case 'skipped':
      return { state: 'skipped', reason: result.reason };
    case 'refused':
      return { state: 'dead', reason: result.reason };
    case 'failed': {
      const wait = waitAfter(attempt, Math.random());
      if (wait === undefined) return { state: 'dead', reason: result.reason };
      return { state: 'pending', reason: result.reason, nextAttemptAt: new Date(at.getTime() + wait) };
    }
    default:
      return result satisfies never;
  }
}
