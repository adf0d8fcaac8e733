import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { ClaimedMail } from '../persistence/mails.repository.js';
import { MailQueue } from './mail-queue.js';
import { Recipients } from './recipients.js';
import { SMTP_CONNECTIONS, SmtpSender } from './smtp-sender.js';

/** Longest time for handing one mail over. */
const SEND_MS = 120_000;

/** Sends mails that are due, a few at a time. Any number of processes do it; a claim keeps two from sending one. */
@Injectable()
export class MailDispatcher {
  private readonly stopping = new AbortController();
  private readonly logger = new Logger('MailDispatcher');
  private readonly underWay = new Set<Promise<void>>();
  /** How many mails of which tenant are under way. */
  private readonly busy = new Map<string, number>();
  private readonly sender: SmtpSender | undefined;

  constructor(
    private readonly queue: MailQueue,
    private readonly recipients: Recipients,
    @Inject(CONFIG) { smtp, mailFrom }: Config,
  ) {
    this.sender = smtp && mailFrom && new SmtpSender(smtp, mailFrom);
  }

  /** Whether there is a server to hand mails to. */
  get isOn(): boolean {
    return this.sender !== undefined;
  }

  /**
   * Claims what is due and starts to send it.
   * @returns whether there may be more to claim at once
   */
  async round(): Promise<boolean> {
    const { sender } = this;
    const free = SMTP_CONNECTIONS - this.underWay.size;
    if (!sender || free <= 0) return false;
    const mails = await this.queue.claim(free, this.busy);
    for (const mail of mails) this.begin(mail, sender);
    // A tenant with no place left may have more: what is sent makes places.
    return mails.length > 0;
  }

  /** Resolves when a mail that is under way is over. */
  async free(): Promise<void> {
    if (this.underWay.size > 0) await Promise.race(this.underWay);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** Cuts off what is under way and gives it back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.idle();
    this.sender?.close();
  }

  private begin(mail: ClaimedMail, sender: SmtpSender): void {
    const sent = this.make(mail, sender)
      .catch((error: unknown) => this.warn(mail, error instanceof Error ? error.message : String(error)))
      .then(() => {
        this.underWay.delete(sent);
        this.count(mail, -1);
      });
    this.underWay.add(sent);
    this.count(mail, 1);
  }

  private count({ tenantId }: ClaimedMail, change: 1 | -1): void {
    const sending = (this.busy.get(tenantId) ?? 0) + change;
    if (sending > 0) this.busy.set(tenantId, sending);
    else this.busy.delete(tenantId);
  }

  private async make(mail: ClaimedMail, sender: SmtpSender): Promise<void> {
    const addressed = await this.recipients.of(mail);
    if (addressed.kind === 'skipped') return this.queue.note(mail, addressed);
    const { id, tenantName } = mail;
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(SEND_MS)]);
    const result = await sender.send({ ...addressed, id, tenantName, at: this.queue.now() }, signal);
    if (result.kind === 'failed' && this.stopping.signal.aborted) return this.queue.giveBack(mail);
    if (result.kind !== 'sent') this.warn(mail, `it was ${result.kind}; the reason is kept with the mail`);
    await this.queue.note(mail, result);
  }

  /** A server's own words may name the recipient, so they stay out of the log. */
  private warn({ id, tenantId }: ClaimedMail, what: string): void {
    this.logger.warn(`Mail ${id} of tenant ${tenantId}: ${what}`);
  }
}
