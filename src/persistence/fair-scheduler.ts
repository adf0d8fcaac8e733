import { DomainException } from '../domain/domain-error.js';

/** How much of a common resource may be used at once. */
export interface ShareLimits {
  /** Of all tenants together. */
  readonly total: number;
  /** Of one tenant. */
  readonly perTenant: number;
  /** Of the total, the part that only tenants with nothing running may take. */
  readonly reserved: number;
  /** Requests of one tenant that wait. One more is refused. */
  readonly maxWaiting: number;
  /** How long a request waits before it is refused, in milliseconds. */
  readonly maxWaitMs: number;
}

interface Waiter {
  readonly resolve: () => void;
  readonly timer: NodeJS.Timeout | undefined;
}

interface TenantQueue {
  running: number;
  readonly waiting: Waiter[];
}

/** Tenants whose last turn is remembered. A forgotten tenant counts as one that was never served. */
const MAX_REMEMBERED = 1000;

/**
 * Shares a resource between tenants: each has a bounded number of turns at once and a bounded queue of its own. A free turn
 * goes to the waiting tenant that was served longest ago, so a tenant that asks rarely waits for one turn at most (ADR 19).
 */
export class FairScheduler {
  private readonly tenants = new Map<string, TenantQueue>();
  /** The number of the last turn of each tenant, least recently served first. */
  private readonly lastTurn = new Map<string, number>();
  private turns = 0;
  private runningCount = 0;
  private waitingCount = 0;

  /** @param onRefused called for each request that is refused */
  constructor(
    private readonly limits: ShareLimits,
    private readonly onRefused: () => void = () => undefined,
  ) {}

  get running(): number {
    return this.runningCount;
  }

  get waiting(): number {
    return this.waitingCount;
  }

  /**
   * Takes a turn. Every turn is followed by `leave`.
   *
   * @param admitted the request continues one that was admitted before: it is not refused, however long it waits
   * @param maxWaitMs where it is another than that of the share
   * @returns undefined when the turn begins at once, so that it costs no promise; else a promise of the turn
   * @throws DomainException `tenantBusy` or `unavailable`, also from the promise
   */
  enter(tenant: string, admitted = false, maxWaitMs = this.limits.maxWaitMs): Promise<void> | undefined {
    let queue = this.tenants.get(tenant);
    if (queue === undefined) {
      queue = { running: 0, waiting: [] };
      this.tenants.set(tenant, queue);
    }
    if (queue.waiting.length === 0 && this.fits(queue)) {
      this.begin(tenant, queue);
      return undefined;
    }
    if (!admitted && queue.waiting.length >= this.limits.maxWaiting) throw this.refusal('tenantBusy');
    return this.wait(tenant, queue, admitted ? undefined : maxWaitMs);
  }

  /** Ends a turn. */
  leave(tenant: string): void {
    const queue = this.tenants.get(tenant);
    if (queue === undefined) return;
    queue.running -= 1;
    this.runningCount -= 1;
    if (this.waitingCount > 0) this.serve();
    this.dropIdle(tenant, queue);
  }

  private dropIdle(tenant: string, { running, waiting }: TenantQueue): void {
    if (running === 0 && waiting.length === 0) this.tenants.delete(tenant);
  }

  private fits(queue: TenantQueue): boolean {
    const { total, perTenant, reserved } = this.limits;
    if (queue.running >= perTenant) return false;
    return this.runningCount < (queue.running === 0 ? total : total - reserved);
  }

  private begin(tenant: string, queue: TenantQueue): void {
    queue.running += 1;
    this.runningCount += 1;
    this.turns += 1;
    this.lastTurn.delete(tenant);
    this.lastTurn.set(tenant, this.turns);
    if (this.lastTurn.size > MAX_REMEMBERED) this.forgetOne();
  }

  private forgetOne(): void {
    for (const tenant of this.lastTurn.keys()) {
      this.lastTurn.delete(tenant);
      return;
    }
  }

  private wait(tenant: string, queue: TenantQueue, maxWaitMs: number | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer =
        maxWaitMs === undefined
          ? undefined
          : setTimeout(() => {
              queue.waiting.splice(queue.waiting.indexOf(waiter), 1);
              this.waitingCount -= 1;
              // A tenant that runs something waits for its own share; another waits for the server.
              reject(this.refusal(queue.running > 0 ? 'tenantBusy' : 'unavailable'));
              this.dropIdle(tenant, queue);
            }, maxWaitMs);
      timer?.unref();
      const waiter: Waiter = { resolve, timer };
      queue.waiting.push(waiter);
      this.waitingCount += 1;
    });
  }

  private refusal(kind: 'tenantBusy' | 'unavailable'): DomainException {
    this.onRefused();
    return new DomainException({ kind });
  }

  private serve(): void {
    for (;;) {
      const next = this.nextTenant();
      if (next === undefined) return;
      const [tenant, queue] = next;
      const waiter = queue.waiting.shift();
      if (waiter === undefined) return;
      this.waitingCount -= 1;
      clearTimeout(waiter.timer);
      this.begin(tenant, queue);
      waiter.resolve();
    }
  }

  /** Of the tenants that wait and may run, the one that was served longest ago. */
  private nextTenant(): readonly [string, TenantQueue] | undefined {
    let next: readonly [string, TenantQueue] | undefined;
    let oldest = Number.POSITIVE_INFINITY;
    for (const [tenant, queue] of this.tenants) {
      if (queue.waiting.length === 0 || !this.fits(queue)) continue;
      const turn = this.lastTurn.get(tenant) ?? 0;
      if (turn < oldest) [next, oldest] = [[tenant, queue], turn];
    }
    return next;
  }
}
