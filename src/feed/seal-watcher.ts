import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { EVENTS_SEALED, type Sealing } from '../events/planner.js';
import { newestSeals } from '../persistence/feed.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';

/** From a seal to the news of it. */
const POLL_MS = 200;

interface Waiter {
  readonly tenantId: string;
  /** Waits for what comes behind this. */
  readonly seq: number;
  readonly wake: () => void;
}

/** Tells those who wait that something new is sealed: one query a round for all of them, none while nobody waits. */
@Injectable()
export class SealWatcher implements OnModuleDestroy {
  private readonly waiters = new Set<Waiter>();
  private readonly logger = new Logger('SealWatcher');
  private watching = false;
  private stopped = false;

  constructor(private readonly work: UnitOfWork) {}

  /** The server shuts down: nobody should go on waiting. */
  get isStopped(): boolean {
    return this.stopped;
  }

  /** Resolves when a seal behind `seq` is there, the time is over, the client has gone or the server stops. */
  beyond(tenantId: string, seq: number, milliseconds: number, gone: AbortSignal): Promise<void> {
    if (this.stopped || gone.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        gone.removeEventListener('abort', wake);
        this.waiters.delete(waiter);
        resolve();
      };
      const waiter: Waiter = { tenantId, seq, wake };
      const timer = setTimeout(wake, milliseconds);
      gone.addEventListener('abort', wake);
      this.waiters.add(waiter);
      if (!this.watching) this.watch();
    });
  }

  /** The relay of this process need not be waited for; those of others are seen by looking. */
  @OnEvent(EVENTS_SEALED)
  sealed({ tenantId }: Sealing): void {
    for (const waiter of this.waiters) if (waiter.tenantId === tenantId) waiter.wake();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    for (const { wake } of this.waiters) wake();
  }

  private watch(): void {
    this.watching = this.waiters.size > 0;
    if (this.watching) setTimeout(() => this.look().finally(() => this.watch()), POLL_MS);
  }

  /** A database that is away is not the waiters' concern: they read again when their time is over, and are told then. */
  private async look(): Promise<void> {
    try {
      const tenants = [...new Set([...this.waiters].map(({ tenantId }) => tenantId))];
      const newest = await newestSeals(this.work.system, tenants);
      for (const { tenantId, seq, wake } of this.waiters) if ((newest.get(tenantId) ?? 0) > seq) wake();
    } catch (error) {
      this.logger.debug(`The log could not be looked at: ${error instanceof Error ? error.message : error}`);
    }
  }
}
