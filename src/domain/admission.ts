import type { IdpProfile } from './idp-profile.js';
import type { Member, MemberResource } from './member.js';
import type { TenantSettings } from './tenant.js';

/** Whom a POST may mean: at most one member each, found by the database's unique indexes. */
export interface Candidates {
  /** Live member with an equal userName. */
  readonly byUserName?: Member;
  /** Live member of the same connection with an equal externalId. */
  readonly byExternalId?: Member;
  /** Removed member of the same connection with an equal externalId, or with an equal userName where neither has one. */
  readonly removed?: Member;
}

/**
 * What a POST /Users results in (decisions “Reactivation”, “Restore” and “Adoption of unlinked members”). No person is left without an
 * account, and no person gets the account of another.
 */
export type Admission =
  | { readonly kind: 'create' }
  | { readonly kind: 'reactivate' | 'link' | 'restore' | 'review'; readonly member: Member }
  | { readonly kind: 'conflict'; readonly attribute: 'userName' | 'externalId' };

export function admit(
  wanted: MemberResource,
  connection: { readonly id: string; readonly profile: IdpProfile },
  settings: Pick<TenantSettings, 'adoptionPolicy'>,
  { byUserName, byExternalId, removed }: Candidates,
): Admission {
  // An externalId says more than a userName: a removed member that has it is the person, and the name belongs to another one.
  const claimed = removed !== undefined && removed.externalId !== null;
  const retained = [byExternalId, byUserName].find(
    (member) =>
      member !== undefined &&
      member.connectionId === connection.id &&
      ((!member.active &&
        (sameExternalId(member, wanted) ||
          (connection.profile.reactivateByUserName &&
            member === byUserName &&
            !claimed &&
            !isAnotherPerson(member, wanted)))) ||
        isExpected(member, wanted)),
  );
  if (retained) {
    if (byUserName && byUserName.id !== retained.id) return { kind: 'conflict', attribute: 'userName' };
    if (byExternalId && byExternalId.id !== retained.id) return { kind: 'conflict', attribute: 'externalId' };
    return { kind: 'reactivate', member: retained };
  }
  if (byExternalId) {
    return { kind: 'conflict', attribute: byUserName?.id === byExternalId.id ? 'userName' : 'externalId' };
  }
  if (byUserName) {
    return byUserName.connectionId === null
      ? adoption(byUserName, settings)
      : { kind: 'conflict', attribute: 'userName' };
  }
  return removed ? { kind: 'restore', member: removed } : { kind: 'create' };
}

/** An admin linked the member and left it open, or said, what the connection calls it. */
function isExpected({ awaitsIdp, externalId }: Member, wanted: MemberResource): boolean {
  return awaitsIdp && (externalId === null || externalId === wanted.externalId);
}

/** What becomes of an unlinked member that a PUT, PATCH or DELETE is about: the policy for POST holds for every method. */
export function adoptionByChange(
  { connectionId, breakGlass }: Member,
  { adoptionPolicy }: Pick<TenantSettings, 'adoptionPolicy'>,
): TenantSettings['adoptionPolicy'] {
  // Who is managed, or protected, is no case for adoption: the change itself is allowed or refused.
  return connectionId !== null || breakGlass ? 'link' : adoptionPolicy;
}

/**
 * Whether the resource is about a different person than the inactive member: both have an externalId, and the two differ. A userName
 * is given to the next person of the same name, so it never outweighs an externalId. Where only one side has an externalId, nothing
 * contradicts. An active member is no leaver: its externalId changes when the identity provider changes its mapping.
 */
export function isAnotherPerson({ active, externalId }: Member, { externalId: wanted }: MemberResource): boolean {
  return !active && externalId !== null && isAssigned(wanted) && externalId !== wanted;
}

/**
 * The resource that a POST for a known member comes to: a stored externalId stays when the POST has none. Otherwise the next POST of the
 * same userName could name any other person.
 */
export function keepingExternalId(member: Member, wanted: MemberResource): MemberResource {
  return member.externalId === null || isAssigned(wanted.externalId)
    ? wanted
    : { ...wanted, externalId: member.externalId };
}

function isAssigned(externalId: MemberResource[string] | undefined): boolean {
  return externalId !== undefined && externalId !== null;
}

function adoption(member: Member, { adoptionPolicy }: Pick<TenantSettings, 'adoptionPolicy'>): Admission {
  if (member.breakGlass || adoptionPolicy === 'conflict') return { kind: 'conflict', attribute: 'userName' };
  return { kind: adoptionPolicy, member };
}

/** Absent on both sides is not equality: an IdP that sends no externalId has not said who it means. */
function sameExternalId(member: Member, wanted: MemberResource): boolean {
  return member.externalId !== null && member.externalId === wanted.externalId;
}
