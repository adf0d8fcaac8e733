import { LIMITS } from '../config/limits.js';
import { FairScheduler } from './fair-scheduler.js';

/** The turn of one read of many pages. */
export interface ReadTurn {
  /** To be called before each page: the read goes on. */
  renew(): void;
  /** Ends the turn; a second call changes nothing. */
  end(): void;
}

/**
 * Lets few reads of many pages run at once for a tenant, so that each is done soon: side by side all would take as long as all of
 * them together, and hold their memory meanwhile. A read that is not continued makes room after a moment, because its client is slow
 * or gone; it needs no turn to go on.
 */
export class ReadTurns {
  private readonly scheduler: FairScheduler;

  /** @param onRefused called for each read that is refused */
  constructor(
    onRefused: () => void,
    private readonly idleMs: number = LIMITS.largeReadIdleMs.value,
  ) {
    const limits = {
      // Pages have turns of their own, as large statements: this bounds a tenant, and a slow client takes nothing from other tenants.
      total: Number.POSITIVE_INFINITY,
      perTenant: LIMITS.largeReads.value,
      reserved: 0,
      maxWaiting: LIMITS.waitingLargeReads.value,
      maxWaitMs: LIMITS.statementWaitMs.value,
    };
    this.scheduler = new FairScheduler(limits, onRefused);
  }

  /** @throws DomainException `tenantBusy` */
  async begin(tenant: string): Promise<ReadTurn> {
    await this.scheduler.enter(tenant);
    let hasTurn = true;
    const end = () => {
      clearTimeout(timer);
      if (hasTurn) this.scheduler.leave(tenant);
      hasTurn = false;
    };
    const timer = setTimeout(end, this.idleMs).unref();
    const renew = () => {
      if (hasTurn) timer.refresh();
    };
    return { renew, end };
  }
}
