import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import type { TokenUse } from '../persistence/access-tokens.repository.js';

const FLUSH_MS = 60_000;

/** Remembers when tokens were used last and writes it down once a minute for all of them: a request costs no write. */
export class LastUsed implements OnModuleInit, BeforeApplicationShutdown {
  private uses = new Map<string, { tenantId: string; at: Date }>();
  private timer: NodeJS.Timeout | undefined;
  private readonly logger = new Logger('LastUsed');

  constructor(
    private readonly touch: (uses: readonly TokenUse[]) => Promise<void>,
    private readonly clock: Clock,
  ) {}

  record(token: { readonly tenantId: string; readonly tokenId: string }): void {
    const at = this.clock.now();
    const use = this.uses.get(token.tokenId);
    if (use) use.at = at;
    else this.uses.set(token.tokenId, { tenantId: token.tenantId, at });
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Losing a time of last use harms nobody, so a database that cannot answer is only noted. */
  async flush(): Promise<void> {
    const uses = [...this.uses].map(([tokenId, { tenantId, at }]) => ({ tenantId, tokenId, at }));
    this.uses = new Map();
    try {
      await this.touch(uses);
    } catch {
      this.logger.warn(`The last use of ${uses.length} access tokens could not be written`);
    }
  }
}
