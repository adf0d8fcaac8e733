/**
 * What is known of an identity provider's traffic, as data. A connection names one profile; nothing else in the code asks
 * which IdP is speaking. `dialect` is read by the SCIM engine, the rest by the rules of members and teams.
 */
export interface IdpProfile {
  readonly name: IdpName;
  readonly title: string;
  readonly dialect: {
    readonly lenient: boolean;
    readonly replaceCreates: boolean;
    readonly bareWords: boolean;
    readonly emptyPatch: boolean;
  };
  /** POST for a retained inactive member: an equal userName is enough to reactivate (else an equal externalId is needed). */
  readonly reactivateByUserName: boolean;
  /** PUT of a Group without `members` keeps them instead of unassigning. */
  readonly putKeepsMembers: boolean;
  /**
   * What becomes of members that no user has, where the connection does not say: an identity provider that repeats a refused push later is
   * refused and loses nothing; one that gives a refused push up, or waits for a person to repeat it, has the others written.
   */
  readonly unknownMembers: 'refuse' | 'skip';
  /** An externalId equal to our own resource id is not stored (scim-for-keycloak writes it after its first sync). */
  readonly ignoreOwnIdAsExternalId: boolean;
}

export const IDP_NAMES = [
  'generic',
  'okta',
  'okta-custom',
  'entra',
  'jumpcloud',
  'onelogin',
  'ping',
  'keycloak',
  'authentik',
  'google',
  'rippling',
  'strict',
] as const;
export type IdpName = (typeof IDP_NAMES)[number];

const profile = (
  name: IdpName,
  title: string,
  differences: Partial<Omit<IdpProfile, 'name' | 'title' | 'dialect'>> & {
    dialect?: Partial<IdpProfile['dialect']>;
  } = {},
): IdpProfile => ({
  reactivateByUserName: false,
  putKeepsMembers: false,
  unknownMembers: 'refuse',
  ignoreOwnIdAsExternalId: false,
  ...differences,
  name,
  title,
  dialect: { lenient: true, replaceCreates: false, bareWords: false, emptyPatch: false, ...differences.dialect },
});

/** Where a profile differs from `generic`, its comment says who told; a profile without differences says what was looked at. */
export const IDP_PROFILES: Readonly<Record<IdpName, IdpProfile>> = {
  generic: profile('generic', 'Any SCIM 2.0 client'),
  // developer.okta.com, SCIM 2.0: never DELETEs a user; an assignment that was dropped and made again arrives as a POST. A group push
  // that was refused stays in error until an admin repeats it.
  okta: profile('okta', 'Okta catalogue app', { reactivateByUserName: true, unknownMembers: 'skip' }),
  // The same for custom apps, which PUT everything; a PUT of a group that only renames it may come without members.
  'okta-custom': profile('okta-custom', 'Okta custom app', {
    reactivateByUserName: true,
    putKeepsMembers: true,
    unknownMembers: 'skip',
  }),
  // learn.microsoft.com, use-scim-to-provision-users-and-groups: default mappings replace emails[type eq "work"].value of
  // users who have none; filters are shown without quotation marks. Its SCIM validator sends a PATCH without operations.
  entra: profile('entra', 'Microsoft Entra ID', {
    dialect: { replaceCreates: true, bareWords: true, emptyPatch: true },
  }),
  // jumpcloud.com, Custom SCIM Identity Management: one replace with a path for each attribute, set before or not; its test
  // of a connection makes a real user and a group and deletes both.
  jumpcloud: profile('jumpcloud', 'JumpCloud', { reactivateByUserName: true, dialect: { replaceCreates: true } }),
  // onelogin.com, SCIM Provisioner with SAML: suspends or deletes, as its admin chose. 15five/django-scim2: emails may be an
  // object, which every lenient profile takes. A refused task waits for an admin.
  onelogin: profile('onelogin', 'OneLogin', {
    reactivateByUserName: true,
    unknownMembers: 'skip',
    dialect: { replaceCreates: true },
  }),
  // docs.pingidentity.com, SCIM provisioner: users by PUT alone, with all they have; it reads all groups and matches them itself.
  ping: profile('ping', 'PingOne and PingFederate'),
  // Captain-P-Goldfish/scim-for-keycloak #126: externalId becomes our id on update; #114: PUT with what was read before; #134: all members
  // of a group for each change of one, so a single unknown member would refuse every later push.
  keycloak: profile('keycloak', 'Keycloak (scim-for-keycloak)', {
    putKeepsMembers: true,
    unknownMembers: 'skip',
    ignoreOwnIdAsExternalId: true,
  }),
  // goauthentik/authentik, providers/scim/clients/groups.py: reads the ServiceProviderConfig and keeps to it; one path-less
  // replace of a group without members, then an add or remove for each member. Filters come without quotation marks too.
  authentik: profile('authentik', 'authentik', { dialect: { bareWords: true } }),
  // support.google.com, automated provisioning: finds by userName, maps by the discovered schemas, deletes late or never.
  google: profile('google', 'Google Workspace'),
  // authn.sh, Rippling: finds people by emails[primary eq true].value alone.
  rippling: profile('rippling', 'Rippling', { dialect: { replaceCreates: true } }),
  strict: profile('strict', 'Strict RFC 7644', { dialect: { lenient: false } }),
};
