import type { LimitName } from '../config/limits.js';
import type { DomainEvent } from '../domain/domain-event.js';
import type { RecordedEvent } from '../domain/sealed-event.js';
import type { DisabledReason } from '../domain/webhook-endpoint.js';
import { type EventRow, toRecordedEvent } from './event-rows.js';
import { eventValues } from './events.repository.js';
import type { SystemSession } from './unit-of-work.js';
import { CLAIM, DISABLE, FINISH, FORGET, RELEASE, WAITING } from './webhook-delivery-statements.js';
import type { SentRequest, StoredSecret } from './webhooks.repository.js';

/** A delivery that this process has to make, before the claim ends and another one may. */
export interface ClaimedDelivery {
  readonly tenantId: string;
  readonly id: string;
  readonly seq: number;
  /** This one, counted from 1. */
  readonly attempt: number;
  readonly claimedUntil: Date;
  /** Null when it is older than events are kept. */
  readonly event: RecordedEvent | null;
  /** Of the event's data. */
  readonly bytes: number;
  readonly endpoint: {
    readonly id: string;
    readonly url: string;
    readonly secrets: readonly StoredSecret[];
    /** ISO 8601. */
    readonly failingSince: string | null;
  };
}

/** How an attempt ended, and what follows. */
export interface Outcome {
  readonly at: Date;
  /** Null when nothing was sent. */
  readonly request: SentRequest | null;
  readonly status: number | null;
  readonly latencyMs: number;
  readonly excerpt: string | null;
  /** In a few words, null for a success. */
  readonly error: string | null;
  readonly state: 'pending' | 'delivered' | 'dead';
  /** Of a delivery that stays pending. */
  readonly nextAttemptAt: Date | null;
}

export interface Claim {
  readonly deliveries: readonly ClaimedDelivery[];
  /** False when some were put off, so that there may be more to claim at once. */
  readonly sawAll: boolean;
  /** Limits that left deliveries behind. */
  readonly reached: readonly LimitName[];
}

/** Deliveries that a process is making to one endpoint. */
export interface BusyEndpoint {
  readonly tenantId: string;
  readonly sending: number;
  /** Data of their events. */
  readonly bytes: number;
}

export interface ClaimWish {
  readonly at: Date;
  readonly until: Date;
  /** Deliveries at a time. */
  readonly places: { readonly perEndpoint: number; readonly perTenant: number; readonly inAll: number };
  /** Data of the events of deliveries at a time. */
  readonly bytes: { readonly perTenant: number; readonly inAll: number };
  /** Endpoints this process is busy with. */
  readonly busy: ReadonlyMap<string, BusyEndpoint>;
}

/** How many deliveries wait, `most` at most. */
export interface Waiting {
  readonly pending: number;
  /** For endpoints that are disabled. */
  readonly held: number;
  /** Seconds since the oldest pending one was planned; null when there is none. */
  readonly oldest: number | null;
}

/** Every row has it; a claim of nothing is one row without a delivery. */
interface ReachedRow {
  readonly reached: readonly LimitName[];
  readonly delivery_id: string | null;
}

interface ClaimRow extends ReachedRow, Omit<EventRow, 'id'> {
  readonly id: string | null;
  readonly tenant_id: string;
  readonly delivery_id: string;
  readonly bytes: number;
  readonly seq: number;
  readonly attempts: number;
  readonly sink_id: string;
  readonly url: string;
  readonly secrets: readonly StoredSecret[];
  readonly failing_since: string | null;
  readonly put_off: boolean;
}

/** Deliveries to webhook endpoints of all tenants, as the worker sees them. */
export class WebhookDeliveriesRepository {
  constructor(private readonly session: SystemSession) {}

  /** An endpoint that fails is asked one delivery at a time. */
  async claim({ at, until, places, bytes, busy }: ClaimWish): Promise<Claim> {
    const endpoints = [...busy.values()];
    const sum = (of: 'sending' | 'bytes') => endpoints.reduce((total, endpoint) => total + endpoint[of], 0);
    const rows = await this.session.run<ReachedRow | ClaimRow>(CLAIM, {
      at,
      until,
      perEndpoint: places.perEndpoint,
      perTenant: places.perTenant,
      inAll: places.inAll - sum('sending'),
      tenantBytes: bytes.perTenant,
      bytesInAll: bytes.inAll - sum('bytes'),
      isIdle: busy.size === 0,
      busyIds: [...busy.keys()],
      busyTenants: endpoints.map(({ tenantId }) => tenantId),
      busyCounts: endpoints.map(({ sending }) => sending),
      busyBytes: endpoints.map((endpoint) => endpoint.bytes),
    });
    const seen = rows.filter(hasDelivery);
    const claimed = seen.filter((row) => !row.put_off);
    return {
      deliveries: claimed.map((row) => toClaimed(row, until)),
      sawAll: claimed.length === seen.length,
      reached: rows[0]?.reached ?? [],
    };
  }

  /** Writes the attempt down, and lets the next delivery of the same order key go when this one is over. */
  async finish({ tenantId, id, attempt, claimedUntil }: ClaimedDelivery, outcome: Outcome): Promise<void> {
    const succeeded = outcome.state === 'delivered';
    const request = outcome.request && JSON.stringify(outcome.request);
    await this.session.run(FINISH, { tenantId, id, attempt, claimedUntil, succeeded, ...outcome, request });
  }

  /** Gives a delivery back that was not attempted to its end. */
  async release({ tenantId, id, claimedUntil }: ClaimedDelivery, at: Date): Promise<void> {
    await this.session.run(RELEASE, { tenantId, id, claimedUntil, at });
  }

  async waiting(at: Date, most: number): Promise<Waiting> {
    const [row] = await this.session.run<Waiting>(WAITING, { at, most });
    return row ?? { pending: 0, held: 0, oldest: null };
  }

  /** Deletes deliveries that are over, with their attempts; the oldest first, `most` at most. */
  async forget(before: Date, most: number): Promise<void> {
    await this.session.run(FORGET, { before, most });
  }

  /** False, and nothing is written, when the endpoint is disabled already. */
  async disable(tenantId: string, reason: DisabledReason, event: DomainEvent): Promise<boolean> {
    return (await this.session.run(DISABLE, { ...eventValues(event), tenant: tenantId, reason })).length > 0;
  }
}

const hasDelivery = (row: ReachedRow | ClaimRow): row is ClaimRow => row.delivery_id !== null;

const hasEvent = (row: ClaimRow): row is ClaimRow & EventRow => row.id !== null;

function toClaimed(row: ClaimRow, until: Date): ClaimedDelivery {
  return {
    tenantId: row.tenant_id,
    id: row.delivery_id,
    seq: row.seq,
    attempt: row.attempts,
    claimedUntil: until,
    event: hasEvent(row) ? toRecordedEvent(row) : null,
    bytes: row.bytes,
    endpoint: { id: row.sink_id, url: row.url, secrets: row.secrets, failingSince: row.failing_since },
  };
}
