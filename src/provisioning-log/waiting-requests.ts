import { LIMITS } from '../config/limits.js';
import type { RecordedRow } from '../persistence/recorded-row.js';
import { type Gap, Gaps } from './gaps.js';
import { TenantQueue } from './tenant-queue.js';

interface QueueLimits {
  readonly requests: number;
  readonly bytes: number;
}

/** What may wait to be written of all tenants. A batch that is being written comes on top of it. */
const IN_ALL: QueueLimits = { requests: 20_000, bytes: 24 * 1024 * 1024 };
const OF_TENANT: QueueLimits = {
  requests: LIMITS.provisioningLogQueued.value,
  bytes: LIMITS.provisioningLogQueuedBytes.value,
};
const HOUR_MS = 3_600_000;

/**
 * A bounded queue for each tenant: when the database is away for long, the newest requests are kept and the oldest forgotten, of the
 * tenant with the most, and whose they were is remembered.
 */
export class WaitingRequests {
  /** The tenant that is next to be written is the first. */
  private readonly queues = new Map<string, TenantQueue>();
  private readonly gaps = new Gaps();
  /** Rows of each tenant in the hour at hand. */
  private rows = new Map<string, number>();
  private hour = 0;
  private requests = 0;
  private bytes = 0;

  constructor(
    private readonly forgotten: (requests: number) => void = () => undefined,
    private readonly limits: {
      readonly inAll: QueueLimits;
      readonly ofTenant: QueueLimits;
      readonly rowsPerHour: number;
    } = {
      inAll: IN_ALL,
      ofTenant: OF_TENANT,
      rowsPerHour: LIMITS.provisioningLogRowsPerHour.value,
    },
  ) {}

  get size(): number {
    return this.requests;
  }

  push(request: RecordedRow): void {
    if (this.hasRow(request)) {
      this.change(this.queueOf(request.tenantId), (queue) => queue.push(request));
      this.forgetOldest(request.tenantId);
    } else this.lose([request]);
  }

  /** The oldest of each tenant in turn, which are no longer here then. */
  take(maximum: number): readonly RecordedRow[] {
    const taken: RecordedRow[] = [];
    while (taken.length < maximum && this.queues.size > 0) {
      const share = Math.max(Math.floor((maximum - taken.length) / this.queues.size), 1);
      for (const [tenantId, queue] of [...this.queues]) {
        taken.push(...this.change(queue, () => queue.take(Math.min(share, maximum - taken.length))));
        this.queues.delete(tenantId);
        if (queue.size > 0) this.queues.set(tenantId, queue);
        if (taken.length === maximum) break;
      }
    }
    return taken;
  }

  /** Puts what was taken back to the front: it could not be written yet. */
  giveBack(requests: readonly RecordedRow[]): void {
    for (const tenantId of new Set(requests.map((request) => request.tenantId))) {
      const its = requests.filter((request) => request.tenantId === tenantId);
      this.change(this.queueOf(tenantId), (queue) => queue.giveBack(its));
      this.forgetOldest(tenantId);
    }
  }

  /** Remembers requests as not recorded. */
  lose(requests: readonly RecordedRow[]): void {
    for (const { tenantId, connectionId, at } of requests) {
      this.gaps.add({ tenantId, connectionId, requests: 1, since: at, until: at });
    }
    if (requests.length > 0) this.forgotten(requests.length);
  }

  /**
   * What was not recorded since the last time.
   * @param now leaves out connections of which a notice was taken within the last minute; absent: none
   */
  takeGaps(now?: number): readonly Gap[] {
    return this.gaps.take(now);
  }

  giveBackGaps(gaps: readonly Gap[]): void {
    this.gaps.giveBack(gaps);
  }

  private queueOf(tenantId: string): TenantQueue {
    const queue = this.queues.get(tenantId) ?? new TenantQueue();
    this.queues.set(tenantId, queue);
    return queue;
  }

  private hasRow({ tenantId, at }: RecordedRow): boolean {
    const hour = Math.floor(at / HOUR_MS);
    if (hour > this.hour) {
      this.hour = hour;
      this.rows = new Map();
    }
    const rows = (this.rows.get(tenantId) ?? 0) + 1;
    if (rows > this.limits.rowsPerHour) return false;
    this.rows.set(tenantId, rows);
    return true;
  }

  private forgetOldest(tenantId: string): void {
    const own = this.queueOf(tenantId);
    this.lose(this.change(own, () => own.shorten(this.limits.ofTenant)));
    const { requests, bytes } = this.limits.inAll;
    while (this.requests > requests || this.bytes > bytes) {
      const largest = [...this.queues.values()].reduce((one, other) => (other.bytes > one.bytes ? other : one));
      this.lose(this.change(largest, () => largest.take(1)));
    }
    if (own.size === 0) this.queues.delete(tenantId);
  }

  /** Keeps the totals. */
  private change<T>(queue: TenantQueue, work: (queue: TenantQueue) => T): T {
    const { size, bytes } = queue;
    const result = work(queue);
    this.requests += queue.size - size;
    this.bytes += queue.bytes - bytes;
    return result;
  }
}
