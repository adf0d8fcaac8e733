import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { v4 as uuid } from 'uuid';
import type { Clock } from '../config/clock.js';
import { dropRequestDays, makeRequestDays, requestDay } from '../persistence/provisioning-days.js';
import { ProvisioningWrites } from '../persistence/provisioning-writes.js';
import { RelayRepository } from '../persistence/relay.repository.js';
import type { UnitOfWork } from '../persistence/unit-of-work.js';

const LEASE = 'provisioning_log_upkeep';
/** Begun again sooner after a crash; a round that takes longer may meet another one, which harms neither. */
const LEASE_SECONDS = 300;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Figures are of 30 days, whatever is kept of the requests. */
const FIGURE_DAYS = 31;

export interface LogUpkeepOptions {
  /** Of the role that owns the tables: no other may make or drop partitions. */
  readonly ownerUrl: string;
  readonly retentionDays: number;
}

/** What went because of its age. */
export interface ForgottenRequests {
  readonly partitions: readonly string[];
  /** Of those that no day was made for. */
  readonly requests: number;
}

/** Makes the days to come of the provisioning log and removes those too old to keep: once an hour, by one instance at a time. */
export class LogUpkeep {
  private readonly owner = uuid();
  private readonly leases: RelayRepository;
  private readonly writes: ProvisioningWrites;
  private readonly stopping = new AbortController();
  private readonly logger = new Logger('LogUpkeep');
  private running: Promise<void> | undefined;

  constructor(
    private readonly options: LogUpkeepOptions,
    work: UnitOfWork,
    private readonly clock: Clock,
  ) {
    this.leases = new RelayRepository(work.system);
    this.writes = new ProvisioningWrites(work.system);
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
  async round(): Promise<ForgottenRequests | undefined> {
    const lease = await this.leases.acquire(LEASE, this.owner, LEASE_SECONDS);
    if (!lease) return undefined;
    try {
      const { ownerUrl, retentionDays } = this.options;
      const now = this.clock.now();
      await makeRequestDays(ownerUrl, now);
      // The day in which the oldest request to be kept was answered stays whole.
      const oldest = new Date(now.getTime() - retentionDays * DAY_MS);
      const partitions = await dropRequestDays(ownerUrl, oldest);
      const requests = await this.writes.removeBefore(requestDay(oldest).from);
      await this.writes.removeFiguresBefore(new Date(now.getTime() - FIGURE_DAYS * DAY_MS));
      return { partitions, requests };
    } finally {
      await this.leases.release(lease);
    }
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.round().then(
        (removed) => removed && this.tell(removed),
        (error: unknown) =>
          this.logger.warn(`The upkeep of the provisioning log failed and is tried again: ${textOf(error)}`),
      );
      await pause(HOUR_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private tell({ partitions, requests }: ForgottenRequests): void {
    if (partitions.length === 0 && requests === 0) return;
    this.logger.log(
      `Removed because of their age: ${partitions.join(', ') || 'no day'}; ${requests} requests of no day`,
    );
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
