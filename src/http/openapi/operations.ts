import { URN } from '../../scim/index.js';
import { BULK_OPERATIONS } from './bulk-operations.js';
import * as entra from './examples/entra.js';
import * as okta from './examples/okta.js';
import { GROUP_OPERATIONS } from './group-operations.js';
import {
  ANY_REQUEST,
  both,
  type Examples,
  GUARDED,
  LIST_REFUSALS,
  type Operation,
  PAGE,
  PROJECTION,
  WITH_BODY,
} from './operation.js';

const user = (description: string, examples: Examples) => ({
  description,
  body: { schema: 'User', examples },
  headers: ['ETag', 'Location'] as const,
});

const UNCHANGED = { description: 'The client has this version (`If-None-Match`).' };

/** By operation id: the controller's name without "Controller" and the method's. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'users.create': {
    tag: 'Users',
    summary: 'Create a user',
    description:
      'Who is known, inactive and of the same connection is reactivated under the same id. A `password` is accepted and dropped.',
    parameters: PROJECTION,
    request: { schema: 'User', examples: both(okta.createRequest, entra.createRequest) },
    answers: { 201: user('The user as stored.', both(okta.created, entra.created)) },
    refusals: [...WITH_BODY, 'uniqueness'],
  },
  'users.list': {
    tag: 'Users',
    summary: 'List or find users',
    description: 'Nobody found is 200 with an empty list. Pages go by `startIndex` and `count`, or by `cursor`.',
    parameters: ['filter', ...PAGE, ...PROJECTION],
    answers: {
      200: {
        description: 'One page.',
        body: { schema: 'UserList', examples: both(okta.listed, entra.nobodyListed) },
      },
    },
    refusals: [...GUARDED, ...LIST_REFUSALS],
  },
  'users.search': {
    tag: 'Users',
    summary: 'List or find users, with the query in the body',
    description: 'For queries that are too long or too private for a URL (RFC 7644 §3.4.3).',
    request: { schema: 'SearchRequest', examples: both(okta.searchRequest, entra.searchRequest) },
    answers: {
      200: { description: 'One page.', body: { schema: 'UserList', examples: both(okta.listed, entra.listed) } },
    },
    refusals: [...WITH_BODY, ...LIST_REFUSALS],
  },
  'users.read': {
    tag: 'Users',
    summary: 'Read a user',
    parameters: ['id', ...PROJECTION, 'ifNoneMatch'],
    answers: {
      200: user('The user.', both(okta.created, entra.created)),
      304: { description: 'The client has this version already.', headers: ['ETag'] },
    },
    refusals: [...GUARDED, 'notFound'],
  },
  'users.replace': {
    tag: 'Users',
    summary: 'Replace a user',
    description: 'What is missing is removed, but for `active`, which stays. Read-only attributes are ignored.',
    parameters: ['id', ...PROJECTION, 'ifMatch', 'ifNotThere'],
    request: { schema: 'User', examples: both(okta.replaceRequest, entra.replaceRequest) },
    answers: { 200: user('The user as stored.', both(okta.replaced, entra.replaced)) },
    refusals: [...WITH_BODY, 'mutability', 'notFound', 'uniqueness', 'stale'],
  },
  'users.patch': {
    tag: 'Users',
    summary: 'Change a user',
    description: 'All operations or none (RFC 7644 §3.5.2). The spellings of each identity provider are understood.',
    parameters: ['id', ...PROJECTION, 'ifMatch', 'ifNotThere'],
    request: {
      schema: 'PatchRequest',
      examples: {
        ...both(okta.patchRequest, entra.patchRequest),
        entraWithFlag: { summary: 'Microsoft Entra ID with aadOptscim062020', value: entra.patchRequestWithFlag },
      },
    },
    answers: { 200: user('The user as stored.', both(okta.deactivated, entra.patched)) },
    refusals: [...WITH_BODY, 'invalidPath', 'noTarget', 'mutability', 'notFound', 'uniqueness', 'stale'],
  },
  'users.remove': {
    tag: 'Users',
    summary: 'Remove a user',
    description: 'The id answers 404 for ever after; userName and externalId are free again.',
    parameters: ['id', 'ifMatch', 'ifNotThere'],
    answers: { 204: { description: 'Removed.' } },
    refusals: [...GUARDED, 'notFound', 'stale'],
  },
  ...GROUP_OPERATIONS,
  ...BULK_OPERATIONS,
  'discovery.serviceProviderConfig': {
    tag: 'Discovery',
    summary: 'What this server can do',
    answers: {
      200: { description: 'The configuration (RFC 7643 §5).', body: { schema: 'ServiceProviderConfig' } },
      304: UNCHANGED,
    },
    refusals: [...ANY_REQUEST, 'filtered'],
  },
  'discovery.schemas': {
    tag: 'Discovery',
    summary: 'List the schemas',
    answers: { 200: { description: 'All schemas on one page.', body: { schema: 'SchemaList' } }, 304: UNCHANGED },
    refusals: [...ANY_REQUEST, 'filtered'],
  },
  'discovery.schema': {
    tag: 'Discovery',
    summary: 'Read a schema',
    description: `For example \`${URN.user}\`.`,
    parameters: ['schemaId'],
    answers: { 200: { description: 'The schema (RFC 7643 §7).', body: { schema: 'Schema' } }, 304: UNCHANGED },
    refusals: [...ANY_REQUEST, 'notFound'],
  },
  'discovery.resourceTypes': {
    tag: 'Discovery',
    summary: 'List the resource types',
    answers: {
      200: { description: 'All resource types on one page.', body: { schema: 'ResourceTypeList' } },
      304: UNCHANGED,
    },
    refusals: [...ANY_REQUEST, 'filtered'],
  },
  'discovery.resourceType': {
    tag: 'Discovery',
    summary: 'Read a resource type',
    parameters: ['typeName'],
    answers: {
      200: { description: 'The resource type (RFC 7643 §6).', body: { schema: 'ResourceType' } },
      304: UNCHANGED,
    },
    refusals: [...ANY_REQUEST, 'notFound'],
  },
};
