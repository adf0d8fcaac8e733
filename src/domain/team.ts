import type { DomainEvent, TeamEventType } from './domain-event.js';
import type { Cause } from './member.js';

/** A team; on the wire it is a Group, under the same id. */
export interface Team {
  readonly id: string;
  /** The connection that manages this team; null = made by hand. */
  readonly connectionId: string | null;
  readonly externalId: string | null;
  readonly displayName: string;
  readonly version: number;
  /** ISO 8601; meta.created and meta.lastModified. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What an IdP may say of a team besides its members. */
export type TeamAttributes = Pick<Team, 'displayName' | 'externalId'>;

export function create(id: string, connectionId: string, attributes: TeamAttributes, cause: Cause) {
  const team: Team = { id, connectionId, ...attributes, version: 1, createdAt: cause.at, updatedAt: cause.at };
  return { team, event: teamEvent('team.created', id, { after: known(attributes) }, cause) };
}

/** Undefined when nothing differs. A new name is `team.renamed`, whatever else changed with it. */
export function describe(team: Team, attributes: TeamAttributes, cause: Cause): DomainEvent | undefined {
  const changed = (['displayName', 'externalId'] as const).filter((name) => team[name] !== attributes[name]);
  if (changed.length === 0) return undefined;
  const pick = (from: TeamAttributes) => known(Object.fromEntries(changed.map((name) => [name, from[name]])));
  const type = changed.includes('displayName') ? 'team.renamed' : 'team.updated';
  return teamEvent(type, team.id, { changed, before: pick(team), after: pick(attributes) }, cause);
}

export function remove(team: Team, cause: Cause): DomainEvent {
  return teamEvent('team.removed', team.id, { before: known(team) }, cause);
}

/** The event whose data, the people who joined and left, only the database knows. */
export function membershipChanged(teamId: string, cause: Cause): DomainEvent {
  return teamEvent('team.membership_changed', teamId, {}, cause);
}

function known({ displayName, externalId }: Partial<TeamAttributes>): Record<string, unknown> {
  return { ...(displayName !== undefined && { displayName }), ...(externalId != null && { externalId }) };
}

export function teamEvent(type: TeamEventType, id: string, data: DomainEvent['data'], cause: Cause): DomainEvent {
  return {
    id: cause.eventId,
    type,
    occurredAt: cause.at,
    actor: cause.actor,
    requestId: cause.requestId,
    subjectType: 'team',
    subjectId: id,
    data,
  };
}
