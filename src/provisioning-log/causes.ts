import type { TokenFault } from '../domain/domain-event.js';
import type { ScimType } from '../scim/index.js';

/** What tells failures of one status apart, besides the keyword: who refused, or what it was about. */
export type About = TokenFault | 'scope' | 'rate_limit' | 'user' | 'group' | 'membership';

/** Why requests fail, and what whoever looks after the identity provider can do about it. */
export interface Cause {
  readonly status: number;
  /** Absent: any keyword, or none. */
  readonly scimType?: ScimType;
  /** Absent: about anything. */
  readonly about?: About;
  readonly cause: string;
  readonly remedy: string;
}

const NEW_TOKEN =
  'Make a new token for the connection, put it into the identity provider where the old one is, and test the connection there.';
const MAPPING =
  'Look at `detail` and the body, correct the attribute mapping in the identity provider, and provision again.';
const REPORT = 'It is not for you to mend: give the request id to whoever runs the service.';
const CLIENT = 'The identity provider built a request that is no SCIM; tell its vendor, with the body.';

/**
 * In this order: the first that fits is it, and the last fits everything. The names are stored with the requests, so a name keeps its
 * meaning. docs/provisioning-log.md shows this table.
 */
export const CAUSES = {
  'token-expired': { status: 401, about: 'expired', cause: 'The access token has expired.', remedy: NEW_TOKEN },
  'token-revoked': {
    status: 401,
    about: 'revoked',
    cause: 'The access token was revoked, or replaced by a new one.',
    remedy: NEW_TOKEN,
  },
  'connection-disabled': {
    status: 401,
    about: 'connection_disabled',
    cause: 'The connection is disabled.',
    remedy: 'Enable the connection; its token stays the same. Or pause provisioning in the identity provider.',
  },
  'tenant-suspended': {
    status: 401,
    about: 'tenant_suspended',
    cause: 'The tenant is suspended.',
    remedy: 'Ask whoever runs the service; nothing needs to change in the identity provider.',
  },
  'token-refused': { status: 401, cause: 'The access token was not accepted.', remedy: NEW_TOKEN },
  'scope-missing': {
    status: 403,
    about: 'scope',
    cause: 'The access token may not do this: a scope is missing.',
    remedy: 'Make a token with the scopes `members:write` and `teams:write`, and put it into the identity provider.',
  },
  'address-not-allowed': {
    status: 403,
    about: 'address_not_allowed',
    cause: 'The access token may not be used from the address that the request came from.',
    remedy:
      'If that is an address of the identity provider, add it to the networks of the service account; if not, somebody else has the token: revoke it.',
  },
  'member-protected': {
    status: 403,
    about: 'user',
    cause:
      'The person is not for this connection to change: another connection manages them, or they are a break-glass account.',
    remedy:
      'Take the person out of the assignment of this identity provider, or unlink them from the other connection.',
  },
  'group-protected': {
    status: 403,
    about: 'group',
    cause: 'The group is not for this connection to change: another connection manages it.',
    remedy: 'Stop pushing the group from one of the two identity providers.',
  },
  'members-protected': {
    status: 403,
    about: 'membership',
    cause: 'The group, or somebody in the change, is not for this connection to change.',
    remedy: 'Stop pushing the group from one of the two identity providers, or take the person out of it.',
  },
  forbidden: { status: 403, cause: 'This is not allowed.', remedy: 'See `detail`.' },
  'user-unknown': {
    status: 404,
    about: 'user',
    cause: 'The identity provider remembers a user who is not here any more.',
    remedy:
      'Let it look the user up again: in Entra ID provision on demand or restart provisioning, in Okta unassign and assign the user. The user is then created or found by userName.',
  },
  'group-unknown': {
    status: 404,
    about: 'group',
    cause: 'The identity provider remembers a group that is not here any more.',
    remedy: 'Unlink the pushed group in the identity provider without deleting it, and push it again.',
  },
  'membership-of-unknown': {
    status: 404,
    about: 'membership',
    cause: 'The group whose members were to change is not here any more.',
    remedy: 'Unlink the pushed group in the identity provider without deleting it, and push it again.',
  },
  'endpoint-unknown': {
    status: 404,
    cause: 'There is no such address.',
    remedy: 'Check the base URL in the identity provider: it ends in `/scim/v2`.',
  },
  'method-unknown': {
    status: 405,
    cause: 'The address does not take this method.',
    remedy: 'Check the base URL in the identity provider: it ends in `/scim/v2`, without `/Users` or `/Groups`.',
  },
  'request-too-slow': {
    status: 408,
    cause: 'The body of the request did not arrive in time.',
    remedy:
      'Check the network between the identity provider and Muster; the identity provider sends the request again.',
  },
  'not-acceptable': { status: 406, cause: 'The client accepts no SCIM as an answer.', remedy: CLIENT },
  'user-taken': {
    status: 409,
    scimType: 'uniqueness',
    about: 'user',
    cause: 'Somebody else has this userName or externalId already.',
    remedy:
      'Find the other one by userName. If it is the same person, let the identity provider match by userName, or link the member by hand; if not, correct the userName in the directory.',
  },
  'group-taken': {
    status: 409,
    scimType: 'uniqueness',
    about: 'group',
    cause: 'Another group has this name or externalId already.',
    remedy: 'Rename one of the two, or link the pushed group to the one that is here.',
  },
  conflict: { status: 409, cause: 'It conflicts with what is here.', remedy: 'See `detail`.' },
  stale: {
    status: 412,
    cause: 'Somebody else changed it since the identity provider read it.',
    remedy: 'Nothing, as a rule: the identity provider reads it again and repeats the change.',
  },
  'too-large': {
    status: 413,
    cause: 'The request is larger than is allowed.',
    remedy: 'Push fewer members or operations at once, if the identity provider has a setting for it.',
  },
  'url-too-long': { status: 414, cause: 'The address is longer than is allowed.', remedy: CLIENT },
  'not-json': { status: 415, cause: 'The body is not sent as SCIM or JSON.', remedy: CLIENT },
  'too-many-requests': {
    status: 429,
    about: 'rate_limit',
    cause: 'The identity provider asks faster than the connection may.',
    remedy:
      'Nothing, as a rule: it waits and goes on. If it goes on for hours, ask whoever runs the service for a higher limit.',
  },
  'too-many-failures': {
    status: 429,
    cause: 'Too many requests with a token that is not accepted came from the same address.',
    remedy: NEW_TOKEN,
  },
  'filter-wrong': {
    status: 400,
    scimType: 'invalidFilter',
    cause: 'The filter of a search cannot be read, or compares what cannot be compared.',
    remedy:
      'Check which attribute the identity provider matches by; userName, externalId and e-mail addresses always work.',
  },
  'path-wrong': {
    status: 400,
    scimType: 'invalidPath',
    cause: 'The identity provider names an attribute that there is not, or in a way that cannot be read.',
    remedy: MAPPING,
  },
  'syntax-wrong': {
    status: 400,
    scimType: 'invalidSyntax',
    cause: 'The body of the request has not the form that it should have.',
    remedy:
      'Choose the profile of this identity provider for the connection; it allows for its spellings. Else tell its vendor, with the body.',
  },
  'members-unknown': {
    status: 400,
    scimType: 'invalidValue',
    about: 'membership',
    cause: 'Somebody in the change of members is not known here, or is a group.',
    remedy:
      'Assign the people in the group to the application too, so that they are created first; groups inside groups have to be pushed as people.',
  },
  'group-value-wrong': {
    status: 400,
    scimType: 'invalidValue',
    about: 'group',
    cause: 'A value of the group is not accepted.',
    remedy: MAPPING,
  },
  'user-value-wrong': {
    status: 400,
    scimType: 'invalidValue',
    about: 'user',
    cause: 'A value of the user is not accepted, such as a userName that is no e-mail address where it has to be one.',
    remedy: MAPPING,
  },
  'value-wrong': { status: 400, scimType: 'invalidValue', cause: 'A value is not accepted.', remedy: MAPPING },
  immutable: {
    status: 400,
    scimType: 'mutability',
    cause: 'The identity provider tries to change what cannot be changed, or to remove what is required.',
    remedy: 'Take the attribute out of the mapping in the identity provider, or map it when an object is created only.',
  },
  'no-target': {
    status: 400,
    scimType: 'noTarget',
    cause: 'The change is about an element that is not there, such as a work address of somebody who has none.',
    remedy: 'Choose the profile of this identity provider for the connection; it makes such elements.',
  },
  'too-many-results': {
    status: 400,
    scimType: 'tooMany',
    cause: 'The search finds more than can be answered.',
    remedy: 'Look for fewer at once.',
  },
  'version-wrong': {
    status: 400,
    scimType: 'invalidVers',
    cause: 'The identity provider speaks another version of SCIM.',
    remedy: 'Choose SCIM 2.0 in the identity provider.',
  },
  sensitive: {
    status: 400,
    scimType: 'sensitive',
    cause: 'Something confidential was in the address of the request.',
    remedy: CLIENT,
  },
  'cursor-expired': {
    status: 400,
    scimType: 'expiredCursor',
    cause: 'The identity provider went on reading a list that it had left for too long.',
    remedy: 'Nothing: it begins the list again.',
  },
  'cursor-wrong': {
    status: 400,
    scimType: 'invalidCursor',
    cause: 'The identity provider went on reading a list with a place of another one.',
    remedy: 'Nothing, as a rule: it begins the list again. Else tell its vendor.',
  },
  'count-wrong': {
    status: 400,
    scimType: 'invalidCount',
    cause: 'The identity provider changed the length of pages in the middle of a list.',
    remedy: CLIENT,
  },
  'bad-request': { status: 400, cause: 'The request cannot be understood.', remedy: 'See `detail`.' },
  'not-built': {
    status: 501,
    cause: 'The identity provider asked for something that the service does not have.',
    remedy: 'Turn it off in the identity provider, where it has a setting for it.',
  },
  unavailable: {
    status: 503,
    cause: 'The service could not reach its database for a moment.',
    remedy: 'Nothing: the identity provider tries again. If it goes on, ask whoever runs the service.',
  },
  failed: { status: 500, cause: 'The service failed.', remedy: REPORT },
  unexpected: { status: 0, cause: 'The request was refused.', remedy: 'See `detail`.' },
} as const satisfies Readonly<Record<string, Cause>>;

export type CauseName = keyof typeof CAUSES;

const RULES = Object.entries(CAUSES) as [CauseName, Cause][];

export function isCauseName(name: string): name is CauseName {
  return Object.hasOwn(CAUSES, name);
}

/** What came of a request, as far as it tells why. */
export interface Outcome {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly about: About | undefined;
}

export function causeOf({ status, scimType, about }: Outcome): CauseName {
  const [name = 'unexpected'] =
    RULES.find(
      ([, rule]) =>
        rule.status === status &&
        (rule.scimType === undefined || rule.scimType === scimType) &&
        (rule.about === undefined || rule.about === about),
    ) ?? [];
  return name;
}
