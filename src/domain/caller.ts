import type { UnknownMembers } from './connection.js';
import type { IdpProfile } from './idp-profile.js';
import type { Scope } from './service-account.js';
import type { TenantLimits, TenantSettings } from './tenant.js';

/** Who is asking, as far as every layer may know: made by the guard from a verified token, never from the request's own words. */
export interface Caller {
  readonly tenantId: string;
  readonly tenantSlug: string;
  readonly serviceAccountId: string;
  readonly tokenId: string;
  readonly scopes: readonly Scope[];
  readonly settings: TenantSettings;
  readonly limits: TenantLimits;
  /** The connection the token is bound to; undefined for a token of the management API, which cannot speak SCIM. */
  readonly connection?: {
    readonly id: string;
    readonly profile: IdpProfile;
    /** What the connection says, else its profile. */
    readonly unknownMembers: UnknownMembers;
  };
}
