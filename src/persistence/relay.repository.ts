import { newId } from '../config/new-id.js';
import type { PlannedDelivery } from '../domain/delivery.js';
import { type ChainPoint, GENESIS_HASH, type RecordedEvent, type SealedEvent } from '../domain/sealed-event.js';
import { type EventRow, toRecordedEvent } from './event-rows.js';
import * as statements from './relay-statements.js';
import type { SystemSession } from './unit-of-work.js';

/** The right to seal, as long as nobody else was given it. */
export interface Lease {
  readonly name: string;
  readonly owner: string;
  /** A bigint as text. */
  readonly fencing: string;
}

export interface PlannedSeal {
  readonly sealed: SealedEvent;
  readonly deliveries: readonly PlannedDelivery[];
}

/** What becomes of a batch behind the last seal: pure, because a transaction that is tried again asks it again. */
export type SealBatch = (end: ChainPoint, events: readonly RecordedEvent[]) => Promise<readonly PlannedSeal[]>;

/** How much of a tenant one transaction seals. */
export interface BatchSize {
  /** There may be a few more, so that no version of a subject is sealed before an earlier one. */
  readonly events: number;
  /** Of their data; a larger event is sealed alone. */
  readonly bytes: number;
}

export interface SealedBatch {
  readonly planned: readonly PlannedSeal[];
  /** Whether the tenant has more to seal now. */
  readonly hasMore: boolean;
}

/** The lease went to somebody else; nothing was written. */
export class LeaseLost extends Error {}

const NO_ID = '00000000-0000-0000-0000-000000000000';
/** The longest time between making an event's id and committing it, generously: waits for a connection, a lock, a retry. */
const LONGEST_CHANGE_MS = 120_000;

/** The queue of committed events and what it becomes. Works on all tenants. */
export class RelayRepository {
  constructor(private readonly session: SystemSession) {}

  /** Takes the lease when it is free or expired, renews it when it is the owner's; undefined while somebody else has it. */
  async acquire(name: string, owner: string, seconds: number): Promise<Lease | undefined> {
    const [row] = await this.session.run<{ fencing: string }>(statements.ACQUIRE, { name, owner, seconds });
    return row && { name, owner, fencing: row.fencing };
  }

  async release(lease: Lease): Promise<void> {
    await this.session.run(statements.RELEASE, { ...lease });
  }

  /** Tenants with events to seal, in the order of their ids, behind one of them. */
  async waitingTenants(limit: number, after = NO_ID): Promise<string[]> {
    const rows = await this.session.run<{ tenant_id: string }>(statements.WAITING_TENANTS, { after, limit });
    return rows.map((row) => row.tenant_id);
  }

  /** @returns how many events wait, `most` when there are more */
  async waiting(most: number): Promise<number> {
    const [row] = await this.session.run<{ waiting: number }>(statements.WAITING, { most });
    return row?.waiting ?? 0;
  }

  /**
   * Seals the next events of a tenant in one transaction: seals, deliveries, and the rows of the outbox gone.
   * @throws LeaseLost
   */
  seal(lease: Lease, tenantId: string, size: BatchSize, batch: SealBatch): Promise<SealedBatch> {
    return this.session.transaction(async (session) => {
      const held = await session.run(statements.HOLD, { ...lease });
      if (held.length === 0) throw new LeaseLost(`The lease ${lease.name} has another holder`);
      const { events, hasMore } = await nextEvents(session, tenantId, size);
      if (events.length === 0) return { planned: [], hasMore: false };
      const planned = await batch(await chainEnd(session, tenantId), events);
      await write(session, tenantId, planned);
      return { planned, hasMore };
    });
  }
}

async function chainEnd(session: SystemSession, tenantId: string): Promise<ChainPoint> {
  const [row] = await session.run<{ seq: string; hash: string }>(statements.LAST_SEAL, { tenantId });
  return row ? { seq: Number(row.seq), hash: row.hash } : { seq: 0, hash: GENESIS_HASH };
}

async function nextEvents(
  session: SystemSession,
  tenantId: string,
  { events: limit, bytes: maxBytes }: BatchSize,
): Promise<{ readonly events: readonly RecordedEvent[]; readonly hasMore: boolean }> {
  const values = { tenantId, limit, maxBytes };
  const rows = await session.run<EventRow & { readonly waiting: number }>(statements.NEXT_EVENTS, values);
  const events = rows.map(toRecordedEvent);
  const hasMore = events.length === limit || events.length < (rows[0]?.waiting ?? 0);
  return { events: hasMore ? [...events, ...(await lateEvents(session, tenantId, events))] : events, hasMore };
}

/** A batch that ends in the middle of the queue may hold a version of a subject whose predecessor has a later id. */
async function lateEvents(
  session: SystemSession,
  tenantId: string,
  events: readonly RecordedEvent[],
): Promise<RecordedEvent[]> {
  const newest = new Map<string, number>();
  for (const { subjectId, subjectVersion } of events) {
    if (subjectVersion !== null) newest.set(subjectId, Math.max(subjectVersion, newest.get(subjectId) ?? 0));
  }
  const later = [...newest].filter(([, version]) => version > 1);
  const last = events.at(-1)?.id;
  if (later.length === 0 || last === undefined) return [];
  const rows = await session.run<EventRow>(statements.LATE_EVENTS, {
    tenantId,
    subjects: later.map(([subjectId]) => subjectId),
    versions: later.map(([, version]) => version),
    last,
    horizon: idAfter(last, LONGEST_CHANGE_MS),
  });
  return rows.map(toRecordedEvent);
}

/** The first UUIDv7 of the time so many milliseconds after that of `id`. */
function idAfter(id: string, milliseconds: number): string {
  const time = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) + milliseconds;
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

async function write(session: SystemSession, tenantId: string, planned: readonly PlannedSeal[]): Promise<void> {
  const sealed = planned.map((plan) => plan.sealed);
  const eventIds = sealed.map(({ event }) => event.id);
  const sealedAt = sealed[0]?.sealedAt;
  await session.run(statements.INSERT_SEALS, {
    tenantId,
    sealedAt,
    eventIds,
    seqs: sealed.map(({ seq }) => seq),
    hashes: sealed.map(({ hash }) => hash),
    types: sealed.map(({ event }) => event.type),
    subjects: sealed.map(({ event }) => event.subjectId),
    actors: sealed.map(({ event }) => event.actor.id),
    requests: sealed.map(({ event }) => event.requestId),
  });
  const deliveries = planned.flatMap((plan) => plan.deliveries.map((delivery) => ({ ...delivery, of: plan.sealed })));
  if (deliveries.length > 0) {
    await session.run(statements.INSERT_DELIVERIES, {
      tenantId,
      sealedAt,
      ids: deliveries.map(() => newId()),
      eventIds: deliveries.map(({ of }) => of.event.id),
      seqs: deliveries.map(({ of }) => of.seq),
      sinks: deliveries.map(({ sink }) => sink),
      sinkIds: deliveries.map(({ sinkId }) => sinkId),
      orderKeys: deliveries.map(({ orderKey }) => orderKey),
      times: deliveries.map(({ notBefore }) => notBefore ?? null),
    });
  }
  await session.run(statements.DELETE_OUTBOX, { tenantId, eventIds });
}
