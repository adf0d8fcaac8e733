import type { Logger } from '@nestjs/common';
import type { Clock } from '../config/clock.js';

const AGAIN_MS = 60_000;

/** Tells the log when something goes wrong, then once a minute while it does, and when it is over: never each attempt. */
export class Trouble {
  private toldAt: number | undefined;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  tell(what: string): void {
    const now = this.clock.now().getTime();
    if (this.toldAt !== undefined && now - this.toldAt >= 0 && now - this.toldAt < AGAIN_MS) return;
    this.toldAt = now;
    this.logger.warn(what);
  }

  over(what: string): void {
    if (this.toldAt === undefined) return;
    this.toldAt = undefined;
    this.logger.warn(what);
  }
}
