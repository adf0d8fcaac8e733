import type { DomainEvent } from '../../domain/domain-event.js';
import { ACCOUNT_EVENTS } from './account-events.js';
import { ADMIN_EVENTS } from './admin-events.js';
import { AUDIT_EVENTS } from './audit-events.js';
import type { EventDescription } from './event-description.js';
import { MEMBER_EVENTS } from './member-events.js';
import { TEAM_EVENTS } from './team-events.js';
import { WEBHOOK_EVENTS } from './webhook-events.js';

export type EventType = DomainEvent['type'];

/** Every type of event there is: one that the domain has and this has not does not compile. */
export const EVENT_CATALOGUE: Readonly<Record<EventType, EventDescription>> = {
  ...MEMBER_EVENTS,
  ...TEAM_EVENTS,
  ...ADMIN_EVENTS,
  ...ACCOUNT_EVENTS,
  ...WEBHOOK_EVENTS,
  ...AUDIT_EVENTS,
};

/** In the order of the catalogue. */
export const EVENT_TYPES = Object.keys(EVENT_CATALOGUE) as readonly EventType[];

/** How a type is called when it travels (CloudEvents wants a name that is nobody else's). */
export const TYPE_PREFIX = 'muster.';
