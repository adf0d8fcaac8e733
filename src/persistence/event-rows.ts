import type { DomainEvent } from '../domain/domain-event.js';
import { GENESIS_HASH, type RecordedEvent, type SealedEvent } from '../domain/sealed-event.js';

/** Columns of an event. The data is read as the text it is stored as. @param e alias of `events` or of rows with its columns */
export const eventColumns = (e: string): string =>
  `${e}.id, ${e}.type, ${e}.occurred_at, ${e}.actor_type, ${e}.actor_id, ${e}.connection_id, ${e}.token_id,
  ${e}.request_id, ${e}.subject_type, ${e}.subject_id, ${e}.subject_version, ${e}.data::text as data_json`;

/** Of `events e`. */
export const EVENT_COLUMNS = eventColumns('e');

/** Of `seals s` beside EVENT_COLUMNS; `p` is the seal before it, which may have become the anchor. */
const SEAL_COLUMNS = `s.tenant_id, s.seq, encode(s.hash, 'hex') as hash, s.sealed_at,
  encode(coalesce(p.hash, (
    select a.hash from seal_anchors a where a.tenant_id = s.tenant_id and a.seq = s.seq - 1
  )), 'hex') as previous_hash`;

/** Both of them, once `SEALED_PAGE` has put them into `page`. */
export const SEALED_PAGE_COLUMNS = `page.tenant_id, page.seq, page.hash, page.sealed_at, page.previous_hash, ${eventColumns('page')}`;

/** Columns for a `page` of sealed events that `byteCut` bounds: the data stays as stored until it is known to fit. */
export const SEALED_PAGE = `${SEAL_COLUMNS}, e.id, e.type, e.occurred_at, e.actor_type, e.actor_id, e.connection_id, e.token_id,
  e.request_id, e.subject_type, e.subject_id, e.subject_version, e.data`;

/**
 * What SEAL_COLUMNS and EVENT_COLUMNS are read from, without conditions but those of the joins. Each event is looked up by itself:
 * a plan that joins, made while there were few, would read all events of the tenant for a page of them.
 */
export const SEALED_EVENTS = `seals s
  cross join lateral (select * from events where tenant_id = s.tenant_id and id = s.event_id limit 1) e
  left join lateral (select hash from seals where tenant_id = s.tenant_id and seq = s.seq - 1 limit 1) p on true`;

export interface EventRow {
  readonly id: string;
  readonly type: DomainEvent['type'];
  readonly occurred_at: string;
  readonly actor_type: DomainEvent['actor']['type'];
  readonly actor_id: string | null;
  readonly connection_id: string | null;
  readonly token_id: string | null;
  readonly request_id: string | null;
  readonly subject_type: DomainEvent['subjectType'];
  readonly subject_id: string;
  readonly subject_version: number | null;
  readonly data_json: string;
}

export interface SealedRow extends EventRow {
  readonly tenant_id: string;
  /** A bigint, which arrives as text. */
  readonly seq: string;
  readonly hash: string;
  readonly previous_hash: string | null;
  readonly sealed_at: string;
}

export function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    id: row.id,
    type: row.type,
    occurredAt: row.occurred_at,
    actor: { type: row.actor_type, id: row.actor_id, connectionId: row.connection_id, tokenId: row.token_id },
    requestId: row.request_id,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    subjectVersion: row.subject_version,
    dataJson: row.data_json,
  };
}

export function toSealedEvent(row: SealedRow): SealedEvent {
  return {
    tenantId: row.tenant_id,
    seq: Number(row.seq),
    hash: row.hash,
    previousHash: row.previous_hash ?? GENESIS_HASH,
    sealedAt: row.sealed_at,
    event: toRecordedEvent(row),
  };
}
