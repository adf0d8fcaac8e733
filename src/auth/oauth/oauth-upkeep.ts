import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../../config/clock.js';
import type { OAuthClientsRepository } from '../../persistence/oauth-clients.repository.js';

const PAUSE_MS = 10 * 60_000;
/** Whoever tries a token of an hour for days is still told whose it was. */
const REMEMBERED_MS = 7 * 86_400_000;

/** Forgets assertions that are too old to be sent again, and tokens of the endpoint that ended long ago. */
export class OAuthUpkeep implements OnModuleInit, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private readonly logger = new Logger('OAuthUpkeep');

  constructor(
    private readonly clients: OAuthClientsRepository,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.round(), PAUSE_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** What is not forgotten this time is the next, so a database that cannot answer is only noted. */
  async round(): Promise<void> {
    const at = this.clock.now();
    try {
      await this.clients.prune(at, new Date(at.getTime() - REMEMBERED_MS));
    } catch {
      this.logger.warn('Assertions and tokens that are over could not be forgotten');
    }
  }
}
