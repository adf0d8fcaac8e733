import type { IdpName } from './idp-profile.js';

/** One IdP's SCIM configuration in a tenant. */
export interface Connection {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly idp: IdpName;
  readonly status: 'enabled' | 'disabled';
}
