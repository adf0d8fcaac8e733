import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import type { AnswersRepository } from './answers.repository.js';

const PAUSE_MS = 10 * 60_000;

/** Deletes idempotency keys that are too old, now and then and beside the requests. Any number of instances do it. */
export class AnswersExpiry implements OnModuleInit, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private readonly logger = new Logger('AnswersExpiry');

  constructor(
    private readonly answers: Pick<AnswersRepository, 'expire'>,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.round(), PAUSE_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** What does not go this time goes the next, so a database that cannot answer is only noted. */
  async round(): Promise<void> {
    await this.answers
      .expire(this.clock.now())
      .catch(() => this.logger.warn('Idempotency keys that are too old could not be deleted'));
  }
}
