import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { MailDispatcher } from './mail-dispatcher.js';
import { MailGatherer } from './mail-gatherer.js';
import { MailQueue } from './mail-queue.js';
import { TokenExpiryWarner } from './token-expiry-warner.js';

const POLL_MS = 1000;
const COUNT_MS = 5000;
const HOUR_MS = 3_600_000;
/** What is being sent when the process stops may be finished. */
const GRACE_MS = 5000;

/** Everything about mail that goes on in the background. Any number of processes run it. */
@Injectable()
export class MailWorker {
  private readonly stopping = new AbortController();
  private readonly logger = new Logger('MailWorker');
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly gatherer: MailGatherer,
    private readonly warner: TokenExpiryWarner,
    private readonly queue: MailQueue,
    private readonly dispatcher: MailDispatcher,
  ) {}

  start(): void {
    if (!this.dispatcher.isOn) {
      this.logger.log('E-mail is off: MUSTER_SMTP_URL is not set.');
      return;
    }
    this.running ??= Promise.all([
      this.repeat('gathered', POLL_MS, () => this.gatherer.round()),
      this.repeat('sent', POLL_MS, () => this.sendAll()),
      this.repeat('counted', COUNT_MS, () => this.queue.count()),
      this.repeat('checked for tokens that end', HOUR_MS, () => this.warner.round()),
      this.repeat('cleared away', HOUR_MS, () => this.queue.forget()),
    ]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.race([this.dispatcher.idle(), pause(GRACE_MS, undefined, { ref: false })]);
    await this.dispatcher.stop();
  }

  private async sendAll(): Promise<void> {
    while (!this.stopping.signal.aborted && (await this.dispatcher.round())) await this.dispatcher.free();
  }

  private async repeat(what: string, everyMs: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await work().catch((error: unknown) => {
        this.logger.warn(`Mails could not be ${what}: ${error instanceof Error ? error.message : String(error)}`);
      });
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
