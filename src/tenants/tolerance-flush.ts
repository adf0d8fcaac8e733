import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DomainException } from '../domain/domain-error.js';
import { ToleranceCounter } from '../http/tolerance-counter.js';
import type { ToleranceUse } from '../http/tolerance-uses.js';
import { TolerancesRepository } from '../persistence/tolerances.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';

const FLUSH_MS = 5000;

/** Writes down what was tolerated, for all requests of some seconds at once: one statement for each tenant that had any. */
@Injectable()
export class ToleranceFlush implements OnModuleInit, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly logger = new Logger('ToleranceFlush');

  constructor(
    private readonly counter: ToleranceCounter,
    private readonly work: UnitOfWork,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  /** Comes after the last request was answered. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** One after another, so that a slow database is not asked by several rounds at once. */
  flush(): Promise<void> {
    this.running = this.running.then(() => this.writeAll());
    return this.running;
  }

  private async writeAll(): Promise<void> {
    let reachable = true;
    let kept = 0;
    for (const [tenantId, uses] of this.counter.pending.take()) {
      const failure: 'unreachable' | 'refused' | undefined = reachable
        ? await this.write(tenantId, uses)
        : 'unreachable';
      if (failure === undefined) continue;
      reachable = failure !== 'unreachable';
      kept += uses.length;
      for (const use of uses) this.counter.pending.add(use);
    }
    if (kept > 0) this.logger.warn(`${kept} counts of tolerances could not be written and are kept`);
  }

  /** A database that does not answer is not asked again for each tenant: stopping would take as many time-outs. */
  private async write(tenantId: string, uses: readonly ToleranceUse[]): Promise<'unreachable' | 'refused' | undefined> {
    try {
      await new TolerancesRepository(this.work.forTenant(tenantId)).add(uses);
      return undefined;
    } catch (error) {
      return error instanceof DomainException && error.error.kind === 'unavailable' ? 'unreachable' : 'refused';
    }
  }
}
