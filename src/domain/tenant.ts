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
};

export interface Tenant {
  readonly id: string;
  /** Lower-case name used in the CLI and in event subjects: letters, digits and dashes. */
  readonly slug: string;
  readonly name: string;
  readonly settings: TenantSettings;
}
