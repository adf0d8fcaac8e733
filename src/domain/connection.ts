import type { IdpName } from './idp-profile.js';

/** One IdP's SCIM configuration in a tenant. */
export interface Connection {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly idp: IdpName;
  /** The tokens of a disabled connection are refused; whom it manages stays as they are. */
  readonly status: 'enabled' | 'disabled';
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What becomes of those whom a connection manages when it is removed. */
export const MEMBER_FATES = ['deactivate', 'unlink'] as const;
export type MemberFate = (typeof MEMBER_FATES)[number];
