import { MemberList } from './member-list.js';
import type { UnitOfWork } from './unit-of-work.js';

/** A tenant is looked at no more often than this, in milliseconds. */
const PAUSE = 2000;

/**
 * Keeps the directory of blocks up with the members, beside the requests: a list that had to count a long tail asks for it.
 * Losing a round costs nothing but the tail being counted once more.
 */
export class Settling {
  private readonly lastRound = new Map<string, number>();
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly work: UnitOfWork,
    private readonly now: () => number,
    private readonly failed: (error: unknown) => void,
  ) {}

  consider(tenantId: string): void {
    const last = this.lastRound.get(tenantId) ?? Number.NEGATIVE_INFINITY;
    if (this.running.has(tenantId) || this.now() - last < PAUSE) return;
    const round = this.settleAll(tenantId)
      .catch(this.failed)
      .finally(() => {
        this.running.delete(tenantId);
        this.lastRound.set(tenantId, this.now());
      });
    this.running.set(tenantId, round);
  }

  /** Resolves when no round is running. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private async settleAll(tenantId: string): Promise<void> {
    const list = new MemberList(this.work.forTenant(tenantId));
    while ((await list.settle()) > 0);
  }
}
