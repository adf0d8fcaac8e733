import { DomainException } from './domain-error.js';
import type { Actor, DomainEvent, MemberEventType } from './domain-event.js';

/** The SCIM resource as last written: canonical, without id and meta. The domain carries it and reads a few names of it. */
export interface MemberResource {
  readonly [name: string]: Json;
}
type Json = string | number | boolean | null | readonly Json[] | MemberResource;

/** A team as a member shows it. */
export interface TeamName {
  readonly id: string;
  readonly displayName: string;
}

export interface Member {
  /** The account: stable for life, the subject of events. */
  readonly id: string;
  /** The resource on the wire; null once it was removed over SCIM, new after a restore (RFC 7643 §3.1, RFC 7644 §3.6). */
  readonly scimId: string | null;
  /** The connection that manages this member; null = unlinked. */
  readonly connectionId: string | null;
  readonly externalId: string | null;
  readonly userName: string;
  readonly active: boolean;
  /** A member that SCIM never touches, so that a broken IdP cannot lock everybody out. */
  readonly breakGlass: boolean;
  /** An admin linked this member and the connection has not written since: its POST finds the person instead of a conflict. */
  readonly awaitsIdp: boolean;
  readonly resource: MemberResource;
  readonly version: number;
  /** ISO 8601; meta.created and meta.lastModified. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The teams the member was in when it was read; changed through the teams only (RFC 7643 §4.1.2). */
  readonly teams: readonly TeamName[];
}

/** Everything about a change that is not in the state: who, when, in which request. Ids are arguments too. */
export interface Cause {
  readonly at: string;
  readonly eventId: string;
  readonly actor: Actor;
  readonly requestId: string | null;
}

/** Changed attributes with their values before and after, as the SCIM engine's diff gives them. */
export interface Difference {
  readonly changed: readonly string[];
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

export interface Change {
  readonly member: Member;
  /** Undefined when nothing changed: no version, no lastModified, no event (RFC 7644 §3.5.2.1). */
  readonly event?: DomainEvent;
}

/** A new person: the account and its first resource on the wire. */
export function provision(
  ids: { readonly id: string; readonly scimId: string },
  connectionId: string,
  resource: MemberResource,
  cause: Cause,
): Change & { readonly event: DomainEvent } {
  const member: Member = {
    ...ids,
    connectionId,
    ...promoted(resource),
    breakGlass: false,
    awaitsIdp: false,
    resource,
    version: 1,
    createdAt: cause.at,
    updatedAt: cause.at,
    teams: [],
  };
  return { member, event: memberEvent('member.provisioned', member, { after: resource }, cause) };
}

/** PUT, PATCH or a POST that reactivates: the resource as it shall be. An unlinked member is linked to the acting connection. */
export function revise(
  member: Member,
  connectionId: string,
  resource: MemberResource,
  difference: Difference,
  cause: Cause,
): Change {
  refuseForeign(member, connectionId);
  const links = member.connectionId === null;
  if (difference.changed.length === 0 && !links) return { member };
  const revised: Member = {
    ...member,
    connectionId,
    ...promoted(resource),
    awaitsIdp: false,
    resource,
    version: member.version + 1,
    updatedAt: cause.at,
  };
  const type = links ? 'member.linked' : revisionType(member.active, revised.active);
  const data = links ? withConnection(difference, connectionId) : difference;
  return { member: revised, event: memberEvent(type, revised, data, cause) };
}

function withConnection({ changed, before, after }: Difference, connectionId: string): Difference {
  return { changed: ['connectionId', ...changed], before, after: { connectionId, ...after } };
}

/** A person who was removed comes back: the same account with its history, under a new SCIM id. */
export function restore(
  member: Member,
  scimId: string,
  resource: MemberResource,
  difference: Difference,
  cause: Cause,
): Change & { readonly event: DomainEvent } {
  const restored: Member = {
    ...member,
    scimId,
    ...promoted(resource),
    awaitsIdp: false,
    resource,
    version: member.version + 1,
    createdAt: cause.at,
    updatedAt: cause.at,
  };
  const event = memberEvent('member.reactivated', restored, { ...difference, reason: 'restored' }, cause);
  return { member: restored, event };
}

/** SCIM DELETE: gone for the IdP for ever; the member stays, inactive, or as a tombstone without personal data (`erase`). */
export function remove(
  member: Member,
  connectionId: string,
  policy: 'deactivate' | 'erase',
  cause: Cause,
): Change & { readonly event: DomainEvent } {
  refuseForeign(member, connectionId);
  // Whoever removes an unlinked member has linked it by that: only so can the same IdP bring the person back.
  return takeOff({ ...member, connectionId }, policy, cause);
}

/** Off the wire, whoever wants it. */
export function takeOff(
  member: Member,
  policy: 'deactivate' | 'erase',
  cause: Cause,
): Change & { readonly event: DomainEvent } {
  const erase = policy === 'erase';
  const removed: Member = {
    ...member,
    scimId: null,
    active: false,
    awaitsIdp: false,
    version: member.version + 1,
    updatedAt: cause.at,
    ...(erase ? { externalId: null, userName: '', resource: {} } : { resource: { ...member.resource, active: false } }),
  };
  const data = erase
    ? { scimId: member.scimId, reason: 'erased' as const }
    : { scimId: member.scimId, changed: ['active'], before: { active: member.active }, after: { active: false } };
  return { member: removed, event: memberEvent('member.removed', removed, data, cause) };
}

function refuseForeign(member: Member, connectionId: string): void {
  if (member.breakGlass) {
    throw new DomainException({ kind: 'protected', detail: 'A break-glass member is never managed over SCIM.' });
  }
  if (member.connectionId !== null && member.connectionId !== connectionId) {
    throw new DomainException({
      kind: 'protected',
      detail: 'This member is managed by another connection; unlink it there first.',
    });
  }
}

/** What the database compares and indexes is kept beside the resource. Absent `active` is true (a new user works at once). */
function promoted(resource: MemberResource): Pick<Member, 'externalId' | 'userName' | 'active'> {
  return {
    externalId: (resource.externalId as string | undefined) ?? null,
    userName: resource.userName as string,
    active: resource.active !== false,
  };
}

function revisionType(before: boolean, after: boolean): MemberEventType {
  if (before === after) return 'member.updated';
  return after ? 'member.reactivated' : 'member.deactivated';
}

export function memberEvent(
  type: MemberEventType,
  member: Pick<Member, 'id' | 'scimId'>,
  data: DomainEvent['data'],
  cause: Cause,
): DomainEvent {
  return {
    id: cause.eventId,
    type,
    occurredAt: cause.at,
    actor: cause.actor,
    requestId: cause.requestId,
    subjectType: 'member',
    subjectId: member.id,
    data: { scimId: member.scimId, ...data },
  };
}
