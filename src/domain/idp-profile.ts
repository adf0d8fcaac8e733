/**
 * What is known of an identity provider's traffic, as data. A connection names one profile; nothing else in the code asks
 * which IdP is speaking. `dialect` is read by the SCIM engine, the rest by the rules of members and teams.
 */
export interface IdpProfile {
  readonly name: IdpName;
  readonly title: string;
  readonly dialect: { readonly lenient: boolean; readonly replaceCreates: boolean; readonly bareWords: boolean };
  /** POST for a retained inactive member: an equal userName is enough to reactivate (else an equal externalId is needed). */
  readonly reactivateByUserName: boolean;
  /** PUT of a Group without `members` keeps them instead of unassigning. */
  readonly putKeepsMembers: boolean;
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
  ignoreOwnIdAsExternalId: false,
  ...differences,
  name,
  title,
  dialect: { lenient: true, replaceCreates: false, bareWords: false, ...differences.dialect },
});

export const IDP_PROFILES: Readonly<Record<IdpName, IdpProfile>> = {
  generic: profile('generic', 'Any SCIM 2.0 client'),
  okta: profile('okta', 'Okta catalogue app', { reactivateByUserName: true }),
  'okta-custom': profile('okta-custom', 'Okta custom app', { reactivateByUserName: true, putKeepsMembers: true }),
  entra: profile('entra', 'Microsoft Entra ID', { dialect: { replaceCreates: true, bareWords: true } }),
  jumpcloud: profile('jumpcloud', 'JumpCloud', { reactivateByUserName: true, dialect: { replaceCreates: true } }),
  onelogin: profile('onelogin', 'OneLogin', { reactivateByUserName: true, dialect: { replaceCreates: true } }),
  ping: profile('ping', 'PingOne and PingFederate'),
  keycloak: profile('keycloak', 'Keycloak (scim-for-keycloak)', {
    putKeepsMembers: true,
    ignoreOwnIdAsExternalId: true,
  }),
  authentik: profile('authentik', 'authentik'),
  google: profile('google', 'Google Workspace'),
  rippling: profile('rippling', 'Rippling', { dialect: { replaceCreates: true } }),
  strict: profile('strict', 'Strict RFC 7644', { dialect: { lenient: false } }),
};
