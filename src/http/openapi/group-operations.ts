import * as entra from './examples/entra-groups.js';
import * as okta from './examples/okta-groups.js';
import {
  both,
  type Examples,
  GUARDED,
  LIST_REFUSALS,
  type Operation,
  PAGE,
  PROJECTION,
  WITH_BODY,
} from './operation.js';

const group = (description: string, examples: Examples) => ({
  description,
  body: { schema: 'Group', examples },
  headers: ['ETag', 'Location'] as const,
});
const page = (examples: Examples) => ({ description: 'One page.', body: { schema: 'GroupList', examples } });
const MEMBERS_REFUSALS = ['unknownMember', 'nestedGroup'] as const;
const CHANGE_REFUSALS = ['foreignGroup', 'groupNotFound', 'nameTaken', 'stale'] as const;

/** Operations on Groups, by operation id. */
export const GROUP_OPERATIONS: Readonly<Record<string, Operation>> = {
  'groups.create': {
    tag: 'Groups',
    summary: 'Create a group',
    description:
      'With or without members. Names are compared as RFC 8266 compares nicknames: without regard to case, width, normal form and extra blanks. Members that no user has refuse the request or are skipped, as the connection is set.',
    parameters: PROJECTION,
    request: { schema: 'Group', examples: both(okta.createRequest, entra.createRequest) },
    answers: {
      201: group('The group as stored.', both(okta.created, entra.created)),
    },
    refusals: [...WITH_BODY, ...MEMBERS_REFUSALS, 'nameTaken'],
  },
  'groups.list': {
    tag: 'Groups',
    summary: 'List or find groups',
    description:
      'By `displayName`, `externalId`, `id`, `meta` and `members`, as in `members[value eq "…"]`. With `excludedAttributes=members` large groups cost what small ones do.',
    parameters: ['filter', ...PAGE, ...PROJECTION],
    answers: { 200: page(both(okta.listed, entra.listed)) },
    refusals: [...GUARDED, ...LIST_REFUSALS],
  },
  'groups.search': {
    tag: 'Groups',
    summary: 'List or find groups, with the query in the body',
    description: 'For queries that are too long or too private for a URL (RFC 7644 §3.4.3).',
    request: { schema: 'SearchRequest', examples: both(okta.searchRequest, entra.searchRequest) },
    answers: { 200: page(both(okta.listed, entra.listed)) },
    refusals: [...WITH_BODY, ...LIST_REFUSALS],
  },
  'groups.read': {
    tag: 'Groups',
    summary: 'Read a group',
    description: 'With all its members, however many; `excludedAttributes=members` leaves them out.',
    parameters: ['id', ...PROJECTION, 'ifNoneMatch'],
    answers: {
      200: group('The group.', both(okta.read, entra.read)),
      304: { description: 'The client has this version already.', headers: ['ETag'] },
    },
    refusals: [...GUARDED, 'groupNotFound'],
  },
  'groups.replace': {
    tag: 'Groups',
    summary: 'Replace a group',
    description:
      'Who is not in `members` leaves. Without `members` everybody does, but for connections of `okta-custom` and `keycloak`, which mean no change by it.',
    parameters: ['id', ...PROJECTION, 'ifMatch', 'ifNotThere'],
    request: { schema: 'Group', examples: both(okta.replaceRequest, entra.replaceRequest) },
    answers: { 200: group('The group as stored.', both(okta.replaced, entra.replaced)) },
    refusals: [...WITH_BODY, ...MEMBERS_REFUSALS, ...CHANGE_REFUSALS],
  },
  'groups.patch': {
    tag: 'Groups',
    summary: 'Change a group',
    description:
      'All operations or none (RFC 7644 §3.5.2). Costs what it changes, not what the group is. Adding who is there and removing who is not change nothing.',
    parameters: ['id', ...PROJECTION, 'ifMatch', 'ifNotThere'],
    request: {
      schema: 'PatchRequest',
      examples: {
        okta: { summary: 'Okta: one leaves, one joins', value: okta.patchRequest },
        oktaRename: { summary: 'Okta: a new name', value: okta.renameRequest },
        entraAdd: { summary: 'Microsoft Entra ID: one joins', value: entra.addRequest },
        entraRemove: { summary: 'Microsoft Entra ID: one leaves', value: entra.removeRequest },
      },
    },
    answers: {
      200: group(
        'The group as stored; for who asks with `attributes` or `excludedAttributes`.',
        both(okta.read, entra.read),
      ),
      204: { description: 'Done.', headers: ['ETag'] },
    },
    refusals: [...WITH_BODY, ...MEMBERS_REFUSALS, 'memberPath', 'noTarget', 'mutability', ...CHANGE_REFUSALS],
  },
  'groups.remove': {
    tag: 'Groups',
    summary: 'Remove a group',
    description: 'Its members stay; its name is free again.',
    parameters: ['id', 'ifMatch', 'ifNotThere'],
    answers: { 204: { description: 'Removed.' } },
    refusals: [...GUARDED, 'foreignGroup', 'groupNotFound', 'stale'],
  },
};
