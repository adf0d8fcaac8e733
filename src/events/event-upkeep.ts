import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { v4 as uuid } from 'uuid';
import type { Clock } from '../config/clock.js';
import { makeEventMonths } from '../persistence/event-months.js';
import { type Removed, removeExpired } from '../persistence/event-retention.js';
import { RelayRepository } from '../persistence/relay.repository.js';
import { purgeTenants } from '../persistence/tenant-purge.js';
import { TenantRemovalRepository } from '../persistence/tenant-removal.repository.js';
import type { UnitOfWork } from '../persistence/unit-of-work.js';

const LEASE = 'event_upkeep';
/** Begun again sooner after a crash; a round that takes longer may meet another one, which harms neither. */
const LEASE_SECONDS = 300;
const HOUR_MS = 3_600_000;

export interface UpkeepOptions {
  /** Of the role that owns the tables: no other may make or drop partitions. */
  readonly ownerUrl: string;
  /** Undefined: events are kept for ever. */
  readonly retentionDays: number | undefined;
}

/**
 * Makes the partitions of the months to come, removes what is too old to keep, and deletes what removed tenants had: once an hour,
 * by one instance at a time.
 */
export class EventUpkeep {
  private readonly owner = uuid();
  private readonly leases: RelayRepository;
  private readonly stopping = new AbortController();
  private readonly logger = new Logger('EventUpkeep');
  private running: Promise<void> | undefined;

  constructor(
    private readonly options: UpkeepOptions,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
  ) {
    this.leases = new RelayRepository(work.system);
  }

  start(): void {
    this.running ??= this.loop();
  }

  /** Ends after the round at hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** @returns what was removed; undefined while another instance is at it */
  async round(): Promise<Removed | undefined> {
    const lease = await this.leases.acquire(LEASE, this.owner, LEASE_SECONDS);
    if (!lease) return undefined;
    try {
      const { ownerUrl, retentionDays } = this.options;
      const strayed = await makeEventMonths(ownerUrl, this.clock.now());
      for (const month of strayed) this.logger.warn(`${month} cannot be made: its events are in events_default`);
      await this.purge();
      if (retentionDays === undefined) return { seals: 0, partitions: [] };
      return await removeExpired({ ownerUrl, system: this.work.system }, retentionDays, this.clock.now());
    } finally {
      await this.leases.release(lease);
    }
  }

  /** What a tenant had goes an hour after it was removed: whoever is told of it has been told. The tenant goes a round later. */
  private async purge(): Promise<void> {
    const due = await new TenantRemovalRepository(this.work.system).due(new Date(this.clock.now().getTime() - HOUR_MS));
    const gone = await purgeTenants(this.options.ownerUrl, due);
    if (gone.length > 0) this.logger.log(`Deleted all that removed tenants had: ${gone.join(', ')}`);
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.round().then(
        (removed) => removed && this.tell(removed),
        (error: unknown) => this.logger.warn(`The upkeep of events failed and is tried again: ${textOf(error)}`),
      );
      await pause(HOUR_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private tell({ seals, partitions }: Removed): void {
    if (seals === 0 && partitions.length === 0) return;
    this.logger.log(`Removed because of their age: ${seals} sealed events; ${partitions.join(', ') || 'no month'}`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
