import type { DomainEvent } from './domain-event.js';
import type { Cause } from './member.js';
import { teamEvent } from './team.js';

/** From the least to the most. */
export const TEAM_PERMISSIONS = ['can_view', 'can_edit'] as const;
export type TeamPermission = (typeof TEAM_PERMISSIONS)[number];

/** A grant is named by the product that asks for it, such as `reports:read`. */
export const GRANT_NAME = /^[a-z0-9][a-z0-9._:-]{0,63}$/;

/**
 * A link gives the members of a group a permission in a team. Links are one level: who is in a group only through a link of
 * the group's own gains nothing by this one. So no circle of links can be, and what a link gives is read off one table.
 */
export interface TeamLink {
  readonly groupId: string;
  readonly groupName: string;
  readonly permission: TeamPermission;
}

/** Why somebody is in a team. */
export type Provenance =
  | { readonly via: 'direct'; readonly permission: TeamPermission }
  | {
      readonly via: 'group';
      readonly groupId: string;
      readonly groupName: string;
      readonly permission: TeamPermission;
    };

/**
 * A member of a team, directly or through groups: the highest permission, and everything that gives one (decision “Several groups, one
 * team”).
 */
export interface EffectiveMember {
  readonly id: string;
  readonly scimId: string | null;
  readonly userName: string;
  readonly active: boolean;
  readonly permission: TeamPermission;
  readonly provenance: readonly Provenance[];
}

export interface TeamAccess {
  readonly teamId: string;
  readonly teamName: string;
  readonly permission: TeamPermission;
  readonly provenance: readonly Provenance[];
}

/** What members of a team may do in the product, and which of the member's teams give it. */
export interface HeldGrant {
  readonly name: string;
  readonly from: readonly { readonly teamId: string; readonly teamName: string }[];
}

/** What a member may do now: nothing while inactive, although the memberships stay. */
export interface MemberAccess {
  readonly memberId: string;
  readonly userName: string;
  readonly active: boolean;
  readonly teams: readonly TeamAccess[];
  readonly grants: readonly HeldGrant[];
}

/** Decision 26: of several ways into a team the highest permission wins. */
export function highest(provenance: readonly Pick<Provenance, 'permission'>[]): TeamPermission {
  const ranks = provenance.map(({ permission }) => TEAM_PERMISSIONS.indexOf(permission));
  return TEAM_PERMISSIONS[Math.max(0, ...ranks)] ?? 'can_view';
}

/** Undefined when nothing differs. Members who gain or lose by it are not named: there may be any number. */
export function linkEvent(
  { teamId, groupId }: { readonly teamId: string; readonly groupId: string },
  { before, after }: { readonly before: TeamPermission | undefined; readonly after: TeamPermission | undefined },
  cause: Cause,
): DomainEvent | undefined {
  if (before === after) return undefined;
  const type = before === undefined ? 'created' : after === undefined ? 'removed' : 'changed';
  const data = {
    groupId,
    changed: ['permission'],
    ...(before && { before: { permission: before } }),
    ...(after && { after: { permission: after } }),
  };
  return teamEvent(`team.link_${type}`, teamId, data, cause);
}

export function grantAdded(teamId: string, name: string, cause: Cause): DomainEvent {
  return teamEvent('team.grant_added', teamId, { changed: ['grants'], after: { grants: [name] } }, cause);
}

export function grantRemoved(teamId: string, name: string, cause: Cause): DomainEvent {
  return teamEvent('team.grant_removed', teamId, { changed: ['grants'], before: { grants: [name] } }, cause);
}
