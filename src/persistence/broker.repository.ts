import { LIMITS } from '../config/limits.js';
import type { SealedEvent } from '../domain/sealed-event.js';
import * as statements from './broker-statements.js';
import { type EventRow, toRecordedEvent } from './event-rows.js';
import { type Lease, LeaseLost } from './relay.repository.js';
import { ACQUIRE, RELEASE } from './relay-statements.js';
import type { SystemSession } from './unit-of-work.js';

/** A tenant with events that the broker has not acknowledged. */
export interface TenantBehind {
  readonly tenantId: string;
  readonly slug: string;
  /** Of the last event that was acknowledged; 0 before the first. */
  readonly seq: number;
}

/** What is published: a sealed event without its proof. */
export type PublishedEvent = Pick<SealedEvent, 'tenantId' | 'seq' | 'event'>;

/** A seq is a bigint, which arrives as text. */
type BehindRow = Omit<TenantBehind, 'seq'> & { readonly seq: string };

interface PublishedRow extends EventRow {
  readonly tenant_id: string;
  readonly seq: string;
}

const NO_ID = '00000000-0000-0000-0000-000000000000';

/** How far the broker has the events of each tenant. Works on all tenants. */
export class BrokerRepository {
  constructor(private readonly session: SystemSession) {}

  /** Takes the lease when it is free or expired, renews it when it is the owner's; undefined while somebody else has it. */
  async acquire(name: string, owner: string, seconds: number): Promise<Lease | undefined> {
    const [row] = await this.session.run<{ fencing: string }>(ACQUIRE, { name, owner, seconds });
    return row && { name, owner, fencing: row.fencing };
  }

  async release(lease: Lease): Promise<void> {
    await this.session.run(RELEASE, { ...lease });
  }

  /** In the order of their ids, behind one of them. */
  async behind(limit: number, after = NO_ID): Promise<TenantBehind[]> {
    const rows = await this.session.run<BehindRow>(statements.BEHIND, { after, limit });
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }

  /** @returns events of all tenants that are sealed and not acknowledged */
  async lag(): Promise<number> {
    const [row] = await this.session.run<{ lag: string }>(statements.LAG);
    return Number(row?.lag ?? 0);
  }

  /** The next events of each tenant, in the order of seq. @param limit events of one tenant; the bytes of a page are shared */
  async next(tenants: readonly TenantBehind[], limit: number): Promise<PublishedEvent[]> {
    const rows = await this.session.run<PublishedRow>(statements.NEXT, {
      tenantIds: tenants.map(({ tenantId }) => tenantId),
      seqs: tenants.map(({ seq }) => seq),
      limit,
      maxBytes: Math.ceil(LIMITS.eventPageBytes.value / Math.max(tenants.length, 1)),
    });
    return rows.map((row) => ({ tenantId: row.tenant_id, seq: Number(row.seq), event: toRecordedEvent(row) }));
  }

  /**
   * Notes what the broker has acknowledged.
   * @param to the last event of each tenant
   * @throws LeaseLost, and then nothing was noted
   */
  async move(lease: Lease, to: readonly Pick<PublishedEvent, 'tenantId' | 'seq'>[]): Promise<void> {
    const held = await this.session.run(statements.MOVE, {
      ...lease,
      tenantIds: to.map(({ tenantId }) => tenantId),
      seqs: to.map(({ seq }) => seq),
    });
    if (held.length === 0) throw new LeaseLost(`The lease ${lease.name} has another holder`);
  }
}
