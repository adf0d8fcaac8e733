import { DomainException } from './domain-error.js';
import type { DomainEvent, MemberEventType } from './domain-event.js';
import {
  type Cause,
  type Change,
  type Difference,
  type Member,
  type MemberResource,
  memberEvent,
  revise,
  takeOff,
} from './member.js';

/** The connection that manages a member, as people know it. */
export interface Manager {
  readonly id: string;
  readonly name: string;
}

/** A member as an admin finds it. */
export interface Account {
  readonly member: Member;
  /** Null: unlinked. */
  readonly manager: Manager | null;
}

/** By hand, into a connection that will find the person as it would have made it. Nothing changes for who is linked so already. */
export function link(
  account: Account,
  wish: { readonly connectionId: string; readonly externalId: string | null },
  cause: Cause,
): Change {
  const { member, manager } = account;
  const { connectionId, externalId } = wish;
  refuseRemoved(member);
  if (manager?.id === connectionId && (externalId ?? member.externalId) === member.externalId) return { member };
  refuseUnfit(account);
  return edited(member, { connectionId, externalId, awaitsIdp: true }, 'member.linked', cause);
}

/** The externalId goes too: it is the connection's name for the person (RFC 7643 §3.1). */
export function unlink({ member }: Account, cause: Cause): Change {
  refuseRemoved(member);
  if (member.connectionId === null) return { member };
  return edited(member, { connectionId: null, externalId: null, awaitsIdp: false }, 'member.unlinked', cause);
}

/**
 * What the review of an adoption comes to when it is approved.
 * @param resource as the connection pushed it
 */
export function adopt(
  account: Account,
  connectionId: string,
  resource: MemberResource,
  difference: Difference,
  cause: Cause,
): Change {
  refuseUnfit(account);
  const { member, event } = revise(account.member, connectionId, resource, difference, cause);
  return {
    member: { ...member, awaitsIdp: true },
    ...(event && { event: { ...event, data: { ...event.data, reason: 'approved' } } }),
  };
}

/**
 * Access, by hand. Over a connection's head only when that is said, and only until the connection next speaks of `active`.
 * @param override whether it is meant for a member whom a connection manages
 */
export function setActive({ member, manager }: Account, active: boolean, override: boolean, cause: Cause): Change {
  refuseRemoved(member);
  if (member.active === active) return { member };
  if (manager && !override) {
    throw managed(
      manager,
      'change it there, unlink the member, or send override to be faster than the identity provider',
    );
  }
  const type = active ? 'member.reactivated' : 'member.deactivated';
  return edited(member, { active }, type, cause, manager ? { reason: 'override' } : {});
}

/** What the connection calls the person; null when it sends nothing. */
export function setExternalId({ member, manager }: Account, externalId: string | null, cause: Cause): Change {
  refuseRemoved(member);
  if (!manager) throw refused('An externalId belongs to a connection; link the member, with it.');
  if (member.externalId === externalId) return { member };
  return edited(member, { externalId }, 'member.external_id_changed', cause);
}

/** Whether SCIM is kept away from the member. */
export function setBreakGlass({ member, manager }: Account, breakGlass: boolean, cause: Cause): Change {
  refuseRemoved(member);
  if (member.breakGlass === breakGlass) return { member };
  if (manager) throw managed(manager, 'unlink it before it becomes a break-glass member');
  return edited(member, { breakGlass }, 'member.break_glass_changed', cause);
}

/** For good, also of somebody who was removed before: ids and times stay. */
export function erase({ member }: Account, cause: Cause): Change & { readonly event: DomainEvent } {
  refuseBreakGlass(member);
  return takeOff(member, 'erase', cause);
}

/** @throws DomainException for whoever cannot be linked to anything as it is */
function refuseUnfit({ member, manager }: Account): void {
  refuseRemoved(member);
  refuseBreakGlass(member);
  if (manager) throw managed(manager, 'unlink it first');
}

function refuseRemoved({ scimId }: Member): void {
  if (scimId === null) {
    throw refused('This member was removed over SCIM. Only its identity provider can bring it back; it can be erased.');
  }
}

function refuseBreakGlass({ breakGlass }: Member): void {
  if (breakGlass) throw refused('This is a break-glass member; take the protection away first.');
}

function managed({ id, name }: Manager, remedy: string): DomainException {
  const detail = `This member is managed by the connection ${name}; ${remedy}.`;
  return new DomainException({ kind: 'refused', detail, connectionId: id });
}

function refused(detail: string): DomainException {
  return new DomainException({ kind: 'refused', detail });
}

type Edit = Partial<Pick<Member, 'connectionId' | 'externalId' | 'active' | 'breakGlass' | 'awaitsIdp'>>;

/** What events tell of; the rest of an edit is between Muster and the connection. */
const TOLD = ['connectionId', 'externalId', 'active', 'breakGlass'] as const;

function edited(
  member: Member,
  edit: Edit,
  type: MemberEventType,
  cause: Cause,
  more: Pick<DomainEvent['data'], 'reason'> = {},
): Change {
  const after: Member = {
    ...member,
    ...edit,
    resource: resourceAfter(member.resource, edit),
    version: member.version + 1,
    updatedAt: cause.at,
  };
  const changed = TOLD.filter((name) => after[name] !== member[name]);
  const pick = (from: Member) =>
    Object.fromEntries(changed.flatMap((name) => (from[name] === null ? [] : [[name, from[name]]])));
  return {
    member: after,
    event: memberEvent(type, after, { changed, before: pick(member), after: pick(after), ...more }, cause),
  };
}

function resourceAfter(resource: MemberResource, { externalId, active }: Edit): MemberResource {
  const { externalId: known, ...rest } = resource;
  const kept = externalId === undefined ? known : (externalId ?? undefined);
  return { ...rest, ...(kept !== undefined && { externalId: kept }), ...(active !== undefined && { active }) };
}
