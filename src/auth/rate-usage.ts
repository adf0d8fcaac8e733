import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import { LIMITS } from '../config/limits.js';
import { newId } from '../config/new-id.js';
import type { RateUsageRepository, StoredUsage } from '../persistence/rate-usage.repository.js';
import type { BucketKind, RateLimits, UsedUnits } from './rate-limit.js';

const SYNC_MS = 1000;

/**
 * Shares rate limits between instances: once a second one statement writes what this instance used and reads what the others used.
 * No request waits for it. While the database cannot answer, each instance limits by itself.
 */
export class RateUsage implements OnModuleInit, BeforeApplicationShutdown {
  private readonly instance = newId();
  /** Of the other instances: units known here, by instance and bucket. Undefined before the first look. */
  private known: ReadonlyMap<string, number> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private readonly logger = new Logger('RateUsage');
  private isAway = false;

  constructor(
    private readonly on: boolean,
    private readonly limits: RateLimits,
    private readonly usages: Pick<RateUsageRepository, 'exchange'>,
  ) {}

  onModuleInit(): void {
    if (this.on) this.timer = setInterval(() => void this.sync(), SYNC_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One exchange at a time. */
  sync(): Promise<void> {
    this.running ??= this.exchange().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async exchange(): Promise<void> {
    const used = this.limits.takeUsed(LIMITS.rateUsagesPerSync.value);
    try {
      const others = await this.usages.exchange(this.instance, used);
      this.limits.debit(this.news(others));
      this.isAway = false;
    } catch {
      if (!this.isAway) this.logger.warn('Rate limits are not shared between instances: the database does not answer');
      this.isAway = true;
    }
  }

  /** What is new since the last look. Counts only grow, except when a row was removed and begun again. */
  private news(others: readonly StoredUsage[]): readonly UsedUnits[] {
    const known = new Map<string, number>();
    const news: UsedUnits[] = [];
    for (const { instance, kind, subject, units, perSecond } of others) {
      const key = `${instance} ${kind} ${subject}`;
      const before = this.known?.get(key) ?? 0;
      known.set(key, units);
      const more = units < before ? units : units - before;
      // At the first look nothing is known about when it was used.
      if (this.known && more > 0) news.push({ kind: kind as BucketKind, subject, units: more, perSecond });
    }
    this.known = known;
    return news;
  }
}
