import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import type { LimitCounter } from '../config/limit-counter.js';
import { LIMITS } from '../config/limits.js';
import type { TokenUse } from '../persistence/access-tokens.repository.js';

const FLUSH_MS = 60_000;
/** Tokens that one statement writes. */
const BATCH = 1000;

/** Remembers when tokens were used last and writes it down once a minute for all of them: a request costs no write. */
export class LastUsed implements OnModuleInit, BeforeApplicationShutdown {
  /** Of each tenant by its tokens, so that one takes no place from another. */
  private tenants = new Map<string, Map<string, Date>>();
  private timer: NodeJS.Timeout | undefined;
  private readonly logger = new Logger('LastUsed');

  constructor(
    private readonly touch: (uses: readonly TokenUse[]) => Promise<void>,
    private readonly clock: Clock,
    private readonly limits: LimitCounter,
  ) {}

  record({ tenantId, tokenId }: { readonly tenantId: string; readonly tokenId: string }): void {
    const uses = this.tenants.get(tenantId) ?? new Map<string, Date>();
    if (uses.has(tokenId) || uses.size < LIMITS.tokenUsesPending.value) uses.set(tokenId, this.clock.now());
    else this.limits.add('tokenUsesPending');
    this.tenants.set(tenantId, uses);
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
    const uses = [...this.tenants].flatMap(([tenantId, tokens]) =>
      [...tokens].map(([tokenId, at]) => ({ tenantId, tokenId, at })),
    );
    this.tenants = new Map();
    try {
      for (let at = 0; at < uses.length; at += BATCH) await this.touch(uses.slice(at, at + BATCH));
    } catch {
      this.logger.warn(`The last use of ${uses.length} access tokens could not be written`);
    }
  }
}
