import { LIMITS } from '../../config/limits.js';
import { COMMON_ATTRIBUTES, URN } from '../../scim/index.js';
import { RESOURCE_TYPES_SERVED } from '../features.js';
import { extensionSchema, type OpenApiSchema, resourceSchema } from './resource-schema.js';

const ref = (name: string): OpenApiSchema => ({ $ref: `#/components/schemas/${name}` });
const list = (items: OpenApiSchema): OpenApiSchema => ({ type: 'array', items });
const message = (urn: string, properties: OpenApiSchema, required: readonly string[] = []): OpenApiSchema => ({
  type: 'object',
  properties: { schemas: { type: 'array', items: { type: 'string', const: urn } }, ...properties },
  required: ['schemas', ...required],
});
const text = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const supported = { type: 'object', properties: { supported: { type: 'boolean' } }, required: ['supported'] } as const;
const meta = {
  type: 'object',
  properties: { resourceType: text, location: { type: 'string', format: 'uri' } },
  required: ['resourceType', 'location'],
} as const;

const listOf = (resource: OpenApiSchema): OpenApiSchema =>
  message(
    URN.listResponse,
    {
      totalResults: { ...integer, description: 'All that match, not only those on this page.' },
      startIndex: { ...integer, description: 'Place of the first resource of this page, counted from 1.' },
      itemsPerPage: integer,
      nextCursor: { ...text, description: 'Goes into `cursor` for the next page (RFC 9865); absent on the last.' },
      previousCursor: text,
      Resources: list(resource),
    },
    ['totalResults'],
  );

const ATTRIBUTE: OpenApiSchema = {
  type: 'object',
  properties: {
    name: text,
    type: { enum: ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex'] },
    multiValued: { type: 'boolean' },
    description: text,
    required: { type: 'boolean' },
    caseExact: { type: 'boolean' },
    mutability: { enum: ['readOnly', 'readWrite', 'immutable', 'writeOnly'] },
    returned: { enum: ['always', 'never', 'default', 'request'] },
    uniqueness: { enum: ['none', 'server', 'global'] },
    canonicalValues: list(text),
    referenceTypes: list(text),
    subAttributes: list(ref('Attribute')),
  },
  required: ['name', 'type', 'multiValued', 'mutability', 'returned'],
};

/** Messages of the protocol that are no resources of ours. */
const MESSAGES: Readonly<Record<string, OpenApiSchema>> = {
  Error: message(
    URN.error,
    {
      status: { ...text, description: 'The HTTP status as a string.', examples: ['400'] },
      scimType: {
        description: 'What kind of mistake it is, where the protocol has a word for it.',
        enum: [
          ...['invalidFilter', 'tooMany', 'uniqueness', 'mutability', 'invalidSyntax', 'invalidPath', 'noTarget'],
          ...['invalidValue', 'invalidVers', 'sensitive', 'invalidCursor', 'expiredCursor', 'invalidCount'],
        ],
      },
      detail: text,
    },
    ['status', 'detail'],
  ),
  PatchRequest: message(
    URN.patchOp,
    {
      Operations: list({
        type: 'object',
        properties: {
          op: { ...text, description: '`add`, `remove` or `replace`, in any case.', examples: ['replace'] },
          path: { ...text, examples: ['name.givenName', 'emails[type eq "work"].value'] },
          value: { description: 'Any JSON value; without `path` an object of attributes.' },
        },
        required: ['op'],
      }),
    },
    ['Operations'],
  ),
  BulkRequest: message(
    URN.bulkRequest,
    {
      failOnErrors: { ...integer, minimum: 1, description: 'So many failures end the work; without it all is tried.' },
      Operations: {
        ...list({
          type: 'object',
          properties: {
            method: { enum: ['POST', 'PUT', 'PATCH', 'DELETE'] },
            path: {
              ...text,
              examples: ['/Users', '/Groups/019b2d51-3a08-7f14-8b6e-94d0c27f5a31', '/Users/bulkId:mara'],
            },
            bulkId: { ...text, description: 'The name of what a POST makes, for the other operations.' },
            version: { ...text, description: 'Only if this is still the version; otherwise 412.' },
            data: { type: 'object', description: 'The body that the operation would have alone.' },
          },
          required: ['method', 'path'],
        }),
        maxItems: LIMITS.bulkOperations.value,
      },
    },
    ['Operations'],
  ),
  BulkResponse: message(
    URN.bulkResponse,
    {
      Operations: list({
        type: 'object',
        properties: {
          method: text,
          bulkId: text,
          version: { ...text, description: 'The version that the resource has now.' },
          location: { ...text, description: 'The URL of the resource; absent where a POST failed.' },
          status: { ...text, description: 'The HTTP status of this operation.', examples: ['201'] },
          response: ref('Error'),
        },
        required: ['status'],
      }),
    },
    ['Operations'],
  ),
  SearchRequest: message(URN.searchRequest, {
    filter: text,
    attributes: list(text),
    excludedAttributes: list(text),
    sortBy: text,
    sortOrder: { enum: ['ascending', 'descending'] },
    startIndex: integer,
    count: integer,
    cursor: text,
  }),
  ServiceProviderConfig: message(
    URN.serviceProviderConfig,
    {
      documentationUri: text,
      patch: supported,
      bulk: { ...supported, properties: { ...supported.properties, maxOperations: integer, maxPayloadSize: integer } },
      filter: { ...supported, properties: { ...supported.properties, maxResults: integer } },
      changePassword: supported,
      sort: supported,
      etag: supported,
      pagination: {
        type: 'object',
        properties: {
          cursor: { type: 'boolean' },
          index: { type: 'boolean' },
          defaultPaginationMethod: { enum: ['cursor', 'index'] },
          defaultPageSize: integer,
          maxPageSize: integer,
          cursorTimeout: { ...integer, description: 'Seconds.' },
        },
      },
      authenticationSchemes: list({
        type: 'object',
        properties: { type: text, name: text, description: text, specUri: text, primary: { type: 'boolean' } },
        required: ['type', 'name', 'description'],
      }),
      meta,
    },
    ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag', 'authenticationSchemes'],
  ),
  Attribute: ATTRIBUTE,
  Schema: {
    type: 'object',
    properties: {
      schemas: list(text),
      id: text,
      name: text,
      description: text,
      attributes: list(ref('Attribute')),
      meta,
    },
    required: ['id', 'attributes'],
  },
  ResourceType: {
    type: 'object',
    properties: {
      schemas: list(text),
      id: text,
      name: text,
      description: text,
      endpoint: text,
      schema: text,
      schemaExtensions: list({
        type: 'object',
        properties: { schema: text, required: { type: 'boolean' } },
        required: ['schema', 'required'],
      }),
      meta,
    },
    required: ['name', 'endpoint', 'schema'],
  },
  SchemaList: listOf(ref('Schema')),
  ResourceTypeList: listOf(ref('ResourceType')),
};

/** Everything the operations name: the resources from their schemas, the rest as the protocol has it. */
export function componentSchemas(): Record<string, OpenApiSchema> {
  const resources = RESOURCE_TYPES_SERVED.flatMap((type) => [
    [type.name, resourceSchema(type, COMMON_ATTRIBUTES)],
    [`${type.name}List`, listOf(ref(type.name))],
    ...type.extensions.map(({ schema }) => [schema.name, extensionSchema(schema)]),
  ]);
  const any = listOf({ anyOf: RESOURCE_TYPES_SERVED.map(({ name }) => ref(name)) });
  return { ...Object.fromEntries(resources), ResourceList: any, ...MESSAGES };
}
