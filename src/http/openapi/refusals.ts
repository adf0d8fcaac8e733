import { LIMITS } from '../../config/limits.js';
import type { ScimType } from '../../scim/index.js';

/** One way to be refused, as an example body shows it. */
export interface Refusal {
  readonly status: number;
  readonly summary: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

/** Refusals by the names that operations give them. */
export const REFUSALS = {
  unauthorized: { status: 401, summary: 'No valid token', detail: 'The access token is not valid.' },
  forbidden: { status: 403, summary: 'A scope is missing', detail: 'The access token lacks the scope members:write.' },
  filtered: { status: 403, summary: 'A filter on discovery', detail: 'This list cannot be filtered.' },
  notFound: { status: 404, summary: 'Nobody there', detail: 'User 019b2d4e-7c10-7a61-9f3e-5d2b8c1a4e70 not found.' },
  groupNotFound: {
    status: 404,
    summary: 'No such group',
    detail: 'Group 019b2d51-3a08-7f14-8b6e-94d0c27f5a31 not found.',
  },
  foreignGroup: {
    status: 403,
    summary: 'Another connection manages the group',
    detail: 'This group is managed by another connection; unlink it there first.',
  },
  notAcceptable: {
    status: 406,
    summary: 'Another media type is wanted',
    detail: 'The answer is application/scim+json; the Accept header does not allow it.',
  },
  uniqueness: {
    status: 409,
    summary: 'The name is taken',
    scimType: 'uniqueness',
    detail: 'The value of userName is already in use.',
  },
  nameTaken: {
    status: 409,
    summary: 'Another group has the name',
    scimType: 'uniqueness',
    detail: 'The value of displayName is already in use.',
  },
  stale: {
    status: 412,
    summary: 'Another version',
    detail: 'The resource has changed since this version; read it again and repeat the change.',
  },
  tooLarge: {
    status: 413,
    summary: 'Too large',
    detail: `The request body is larger than ${LIMITS.requestBodyBytes.value} bytes.`,
  },
  tooSlow: {
    status: 408,
    summary: 'The body comes too slowly',
    detail: 'The request took too long to arrive.',
  },
  tooManyOperations: {
    status: 413,
    summary: 'Too many operations',
    detail: `A bulk request may hold ${LIMITS.bulkOperations.value} operations (maxOperations); this one has 1200.`,
  },
  largeBulk: {
    status: 413,
    summary: 'Too large for a bulk request',
    detail: `The request body is larger than ${LIMITS.bulkPayloadBytes.value} bytes.`,
  },
  urlTooLong: { status: 414, summary: 'The URL is too long', detail: 'The URL is too long; use POST /.search.' },
  mediaType: {
    status: 415,
    summary: 'Not JSON',
    detail: 'The Content-Type of the body must be application/scim+json or application/json.',
  },
  rate: {
    status: 429,
    summary: 'Too many requests',
    detail: 'The access token is over its rate limit; wait 1 s.',
  },
  invalidSyntax: {
    status: 400,
    summary: 'The body is not what it should be',
    scimType: 'invalidSyntax',
    detail: 'The request body is not valid JSON.',
  },
  invalidValue: {
    status: 400,
    summary: 'A value does not fit',
    scimType: 'invalidValue',
    detail: 'active: must be true or false.',
  },
  unknownMember: {
    status: 400,
    summary: 'A member nobody knows',
    scimType: 'invalidValue',
    detail: 'members: There is no User with the id 019b2d4e-0000-7000-8000-000000000000; nothing was changed.',
  },
  nestedGroup: {
    status: 400,
    summary: 'A group as a member',
    scimType: 'invalidValue',
    detail: 'members: a Group cannot be a member of a Group here; push its users instead.',
  },
  memberPath: {
    status: 400,
    summary: 'Members selected by anything but their value',
    scimType: 'invalidPath',
    detail: 'Members are selected by their value only, as in members[value eq "…"].',
  },
  invalidFilter: {
    status: 400,
    summary: 'The filter cannot be read',
    scimType: 'invalidFilter',
    detail: 'A value is missing after "eq".',
  },
  invalidPath: {
    status: 400,
    summary: 'The path of an operation cannot be read',
    scimType: 'invalidPath',
    detail: 'emails[type eq is not a path.',
  },
  noTarget: {
    status: 400,
    summary: 'The path selects nothing',
    scimType: 'noTarget',
    detail: 'No value is selected by phoneNumbers[type eq "fax"].',
  },
  mutability: {
    status: 400,
    summary: 'An attribute that cannot be changed',
    scimType: 'mutability',
    detail: 'groups is read-only.',
  },
  invalidCursor: {
    status: 400,
    summary: 'A cursor that is none of ours',
    scimType: 'invalidCursor',
    detail: 'The cursor is not valid.',
  },
  expiredCursor: {
    status: 400,
    summary: 'A cursor that is too old',
    scimType: 'expiredCursor',
    detail: 'The cursor has expired; start from the first page.',
  },
  invalidCount: {
    status: 400,
    summary: 'A page size that is no number',
    scimType: 'invalidCount',
    detail: 'count must be a whole number.',
  },
  tooMany: {
    status: 400,
    summary: 'The filter or sort takes too long',
    scimType: 'tooMany',
    detail: 'The filter or sort needs more time than one request may use. Filter by an indexed attribute.',
  },
  unavailable: {
    status: 503,
    summary: 'The database does not answer',
    detail: 'The service cannot answer now; try again. If the first try was done after all, a repeated POST is 409.',
  },
} as const satisfies Readonly<Record<string, Refusal>>;

export type RefusalName = keyof typeof REFUSALS;
