/** How people of a tenant sign in; Muster keeps it for the products behind it and signs nobody in. */
export type SsoSettings =
  | { readonly protocol: 'oidc'; readonly issuer: string }
  | { readonly protocol: 'saml'; readonly metadataUrl: string };

/** What the products behind Muster do differently is a setting of the tenant; these are the defaults as shipped. */
export interface TenantSettings {
  readonly deletionPolicy: 'deactivate' | 'erase';
  readonly adoptionPolicy: 'link' | 'conflict' | 'review';
  readonly unlinkedVisibility: 'visible' | 'hidden';
  readonly userNameMustBeEmail: boolean;
  readonly defaultTeamPermission: 'can_view' | 'can_edit';
  /** Whether several teams may have one displayName (decision: one name, one team). */
  readonly duplicateTeamNames: boolean;
  /** Whether members are told by e-mail what changes for them. */
  readonly notifications: boolean;
  /** A window that changes something for more members than this sends one digest to the admins and no mail to a member. */
  readonly digestAbove: number;
  /** Where digests and warnings go. */
  readonly adminEmails: readonly string[];
  /** Whether a connection may only be enabled once there are settings for single sign-on. */
  readonly ssoRequired: boolean;
  readonly sso: SsoSettings | null;
}

export const DEFAULT_SETTINGS: TenantSettings = {
  deletionPolicy: 'deactivate',
  adoptionPolicy: 'link',
  unlinkedVisibility: 'visible',
  userNameMustBeEmail: false,
  defaultTeamPermission: 'can_edit',
  duplicateTeamNames: false,
  notifications: false,
  digestAbove: 100,
  adminEmails: [],
  ssoRequired: false,
  sso: null,
};

/** Limits that the operator set to another value for a tenant, by their names in docs/limits.md. */
export type TenantLimits = Readonly<Partial<Record<string, number>>>;

/** The tokens of a suspended tenant are refused; what it has stays. A removed one is gone for everybody but the audit log. */
export type TenantStatus = 'active' | 'suspended' | 'removed';

export interface Tenant {
  readonly id: string;
  /** Lower-case name used in the CLI and in event subjects: letters, digits and dashes. */
  readonly slug: string;
  /** For people. */
  readonly name: string;
  readonly status: Exclude<TenantStatus, 'removed'>;
  /** ISO 8601; null while it is active. */
  readonly suspendedAt: string | null;
  readonly settings: TenantSettings;
  /** Set by the operator; the tenant itself cannot change them. */
  readonly limits: TenantLimits;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}
