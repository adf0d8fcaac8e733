import type { DomainEvent } from '../domain/domain-event.js';
import { BOUND, systemStatement, tenantStatement, type Values } from './statement.js';
import type { SystemSession, TenantSession } from './unit-of-work.js';

/**
 * Event and outbox row as two CTEs, to be written by the statement that makes the change; its values come from `eventValues`.
 * @param condition SQL that says whether the change happened, such as `from changed`
 * @param version SQL of the subject's version after the change, as the change itself gives it; null where it counts none
 */
export function eventParts(condition: string, version = 'null'): string {
  return `event as (
    insert into events (tenant_id, id, type, occurred_at, actor_type, actor_id, connection_id, token_id, request_id,
      subject_type, subject_id, subject_version, data)
    select $tenant::uuid, $eventId::uuid, $eventType::text, $occurredAt::timestamptz, $actorType::text, $actorId::uuid,
      $actorConnection::uuid, $actorToken::uuid, $requestId::text, $subjectType::text, $subjectId::uuid,
      (${version})::int, $eventData::json
    ${condition}
  ), queued as (
    insert into outbox (tenant_id, event_id) select $tenant::uuid, $eventId::uuid ${condition}
  )`;
}

/** @param data the event's data when it is already JSON text: the hot path hands on text instead of building it twice */
export function eventValues(event: DomainEvent, data = JSON.stringify(event.data)): Values {
  const { actor } = event;
  return {
    eventId: event.id,
    eventType: event.type,
    occurredAt: event.occurredAt,
    actorType: actor.type,
    actorId: actor.id,
    actorConnection: actor.connectionId,
    actorToken: actor.tokenId,
    requestId: event.requestId,
    subjectType: event.subjectType,
    subjectId: event.subjectId,
    eventData: data,
  };
}

const APPEND = tenantStatement('events.append', `with ${eventParts(`where ${BOUND}`)} select`);
const APPEND_AS_SYSTEM = systemStatement('events.append_as_system', `with ${eventParts('')} select`);

const APPEND_IF_THERE = systemStatement(
  'events.append_if_there',
  `with there as materialized (
     select from tenants t where t.id = $tenant::uuid and t.status <> 'removed'
   ), ${eventParts('from there')} select`,
);

/** For changes that take several statements: append the events inside their transaction. */
export async function appendEvents(session: TenantSession, events: readonly DomainEvent[]): Promise<void> {
  for (const event of events) await session.run(APPEND, eventValues(event));
}

export async function appendSystemEvents(
  session: SystemSession,
  tenantId: string,
  events: readonly DomainEvent[],
): Promise<void> {
  for (const event of events) await session.run(APPEND_AS_SYSTEM, { ...eventValues(event), tenant: tenantId });
}

/** Events of a tenant that may be gone: nothing is written of a removed one, so that late events do not hold up its deletion. */
export async function appendForTenantThere(
  session: SystemSession,
  tenantId: string,
  events: readonly DomainEvent[],
): Promise<void> {
  for (const event of events) await session.run(APPEND_IF_THERE, { ...eventValues(event), tenant: tenantId });
}
