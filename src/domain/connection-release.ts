import type { MemberFate } from './connection.js';
import type { DomainEvent } from './domain-event.js';
import { type Cause, type Change, type Member, memberEvent } from './member.js';

/**
 * A connection lets go of a member, because it is being removed: nobody manages the member any more, so another connection can
 * adopt it. `deactivate` ends the access of whoever had it. The externalId goes: it is the connection's name for the person
 * (RFC 7643 §3.1).
 */
export function release(member: Member, fate: MemberFate, cause: Cause): Change & { readonly event: DomainEvent } {
  const ends = fate === 'deactivate' && member.active;
  const { externalId: _, ...rest } = member.resource;
  const released: Member = {
    ...member,
    connectionId: null,
    externalId: null,
    awaitsIdp: false,
    active: member.active && !ends,
    resource: { ...rest, ...(ends && { active: false }) },
    version: member.version + 1,
    updatedAt: cause.at,
  };
  const { connectionId, externalId } = member;
  const before = { connectionId, ...(externalId !== null && { externalId }), ...(ends && { active: true }) };
  const data = { changed: Object.keys(before), before, after: ends ? { active: false } : {} };
  return {
    member: released,
    event: memberEvent(ends ? 'member.deactivated' : 'member.unlinked', released, data, cause),
  };
}
