import type { DomainEvent } from '../domain/domain-event.js';
import { BOUND, systemStatement, tenantStatement } from './statement.js';
import type { SystemSession, TenantSession } from './unit-of-work.js';

const EVENT_COLUMNS =
  'tenant_id, id, type, occurred_at, actor_type, actor_id, connection_id, token_id, request_id, subject_type, subject_id, data';

/** Number of values `eventValues` gives. */
export const EVENT_VALUES = 11;

/**
 * Event and outbox row as two CTEs named `event` and `queued`, to be written by the statement that makes the change.
 * @param first number of the first of EVENT_VALUES placeholders; $1 is the tenant
 * @param condition SQL that says whether the change happened, such as `from changed` or `where …`
 */
export function eventParts(first: number, condition: string): string {
  const at = (offset: number, type: string) => `$${first + offset}::${type}`;
  return `event as (
    insert into events (${EVENT_COLUMNS})
    select $1::uuid, ${at(0, 'uuid')}, ${at(1, 'text')}, ${at(2, 'timestamptz')}, ${at(3, 'text')}, ${at(4, 'uuid')},
      ${at(5, 'uuid')}, ${at(6, 'uuid')}, ${at(7, 'text')}, ${at(8, 'text')}, ${at(9, 'uuid')}, ${at(10, 'json')}
    ${condition}
  ), queued as (
    insert into outbox (tenant_id, event_id) select $1::uuid, ${at(0, 'uuid')} ${condition}
  )`;
}

/** @param data the event's data when it is already JSON text (the hot path writes stored text instead of building it anew) */
export function eventValues(event: DomainEvent, data = JSON.stringify(event.data)): readonly unknown[] {
  const { actor } = event;
  return [
    event.id,
    event.type,
    event.occurredAt,
    actor.type,
    actor.id,
    actor.connectionId,
    actor.tokenId,
    event.requestId,
    event.subjectType,
    event.subjectId,
    data,
  ];
}

const APPEND = tenantStatement('events.append', `, ${eventParts(2, `where ${BOUND}`)} select 1`);
const APPEND_AS_SYSTEM = systemStatement('events.append_as_system', `with ${eventParts(2, '')} select 1`);

/** For changes that take several statements: append the events inside their transaction. */
export async function appendEvents(session: TenantSession, events: readonly DomainEvent[]): Promise<void> {
  for (const event of events) await session.run(APPEND, eventValues(event));
}

export async function appendSystemEvents(
  session: SystemSession,
  tenantId: string,
  events: readonly DomainEvent[],
): Promise<void> {
  for (const event of events) await session.run(APPEND_AS_SYSTEM, [tenantId, ...eventValues(event)]);
}
