import type { IdpName } from './idp-profile.js';

/** One IdP's SCIM configuration in a tenant. */
export interface Connection {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly idp: IdpName;
  /** What becomes of members that no user has; null: what the profile says. */
  readonly unknownMembers: UnknownMembers | null;
  /** The tokens of a disabled connection are refused; whom it manages stays as they are. */
  readonly status: 'enabled' | 'disabled';
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A write to a group that names members no user has is refused, or done without them. */
export const UNKNOWN_MEMBERS = ['refuse', 'skip'] as const;
export type UnknownMembers = (typeof UNKNOWN_MEMBERS)[number];

/** What becomes of those whom a connection manages when it is removed. */
export const MEMBER_FATES = ['deactivate', 'unlink'] as const;
export type MemberFate = (typeof MEMBER_FATES)[number];
