import { URN } from '../urns.js';
import { boolean, complex, integer, reference, schema, string } from './define.js';
import type { Attribute, Schema } from './model.js';

/*
 * The schemas of what discovery serves (RFC 7643 §8.7.2). Everything is read-only. Where that representation and the text differ, the
 * text counts: `schemaExtensions` is optional (§6), an authentication scheme has `type` and `primary` (§5).
 */

const READ_ONLY = { mutability: 'readOnly' } as const;
const REQUIRED = { ...READ_ONLY, required: true } as const;
const EXACT = { ...READ_ONLY, caseExact: true } as const;
const LIST = { ...READ_ONLY, multiValued: true } as const;

const supported = boolean('supported', 'Whether the operation is supported.', REQUIRED);
const feature = (name: string, description: string, ...more: readonly Attribute[]) =>
  complex(name, description, [supported, ...more], REQUIRED);

const ServiceProviderConfigSchema = schema(
  URN.serviceProviderConfig,
  'Service Provider Configuration',
  'What the service provider supports.',
  [
    reference('documentationUri', 'The address of the documentation for people.', ['external'], READ_ONLY),
    feature('patch', 'PATCH (RFC 7644 §3.5.2).'),
    feature(
      'bulk',
      'Bulk operations (RFC 7644 §3.7).',
      integer('maxOperations', 'The maximum number of operations in a request.', REQUIRED),
      integer('maxPayloadSize', 'The maximum size of a request in bytes.', REQUIRED),
    ),
    feature(
      'filter',
      'Filters (RFC 7644 §3.4.2.2).',
      integer('maxResults', 'The maximum number of resources in an answer.', REQUIRED),
    ),
    feature('changePassword', 'Changes of passwords.'),
    feature('sort', 'Sorting (RFC 7644 §3.4.2.3).'),
    feature('etag', 'Entity-tags (RFC 7644 §3.14).'),
    complex(
      'pagination',
      'Methods of pagination (RFC 9865 §4).',
      [
        boolean('cursor', 'Whether pagination by cursor is supported.', REQUIRED),
        boolean('index', 'Whether pagination by index is supported.', REQUIRED),
        string('defaultPaginationMethod', 'The method where a request names none.', {
          ...READ_ONLY,
          canonicalValues: ['cursor', 'index'],
        }),
        integer('defaultPageSize', 'The number of resources on a page where a request names none.', READ_ONLY),
        integer('maxPageSize', 'The maximum number of resources on a page.', READ_ONLY),
        integer('cursorTimeout', 'The lifetime of a cursor in seconds.', READ_ONLY),
      ],
      READ_ONLY,
    ),
    complex(
      'authenticationSchemes',
      'How a client authenticates.',
      [
        string('type', 'The kind of authentication scheme.', {
          ...REQUIRED,
          canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
        }),
        string('name', 'The name of the authentication scheme.', REQUIRED),
        string('description', 'A description of the authentication scheme.', REQUIRED),
        reference('specUri', 'The address of the specification.', ['external'], READ_ONLY),
        reference('documentationUri', 'The address of the documentation for people.', ['external'], READ_ONLY),
        boolean('primary', 'Whether this is the preferred scheme; true at most once.', READ_ONLY),
      ],
      { ...REQUIRED, multiValued: true },
    ),
  ],
);

const ResourceTypeSchema = schema(URN.resourceType, 'ResourceType', 'A type of resource and its schemas.', [
  string('id', 'The identifier of the resource type; equal to its name.', READ_ONLY),
  string('name', 'The name of the resource type.', REQUIRED),
  string('description', 'A description of the resource type.', READ_ONLY),
  reference('endpoint', 'The path of the endpoint, relative to the base URL.', ['uri'], REQUIRED),
  reference('schema', 'The URI of the primary schema.', ['uri'], REQUIRED),
  complex(
    'schemaExtensions',
    'The schema extensions of the resource type.',
    [
      reference('schema', 'The URI of the extension.', ['uri'], REQUIRED),
      boolean('required', 'Whether every resource of the type has the extension.', REQUIRED),
    ],
    LIST,
  ),
]);

/** Characteristics of an attribute (RFC 7643 §7), as /Schemas gives them. */
const CHARACTERISTICS: readonly Attribute[] = [
  string('name', 'The name of the attribute.', { ...REQUIRED, caseExact: true }),
  string('type', 'The data type of the attribute.', {
    ...REQUIRED,
    canonicalValues: ['string', 'complex', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'],
  }),
  boolean('multiValued', 'Whether the attribute holds several values.', REQUIRED),
  string('description', 'A description of the attribute.', EXACT),
  boolean('required', 'Whether the attribute must have a value.', READ_ONLY),
  string('canonicalValues', 'Suggested values.', { ...EXACT, multiValued: true }),
  boolean('caseExact', 'Whether the value is case sensitive.', READ_ONLY),
  string('mutability', 'Whether the value can be changed.', {
    ...EXACT,
    canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  }),
  string('returned', 'When the attribute is returned.', {
    ...EXACT,
    canonicalValues: ['always', 'never', 'default', 'request'],
  }),
  string('uniqueness', 'How unique the value is.', { ...EXACT, canonicalValues: ['none', 'server', 'global'] }),
  string('referenceTypes', 'What the reference can refer to.', { ...EXACT, multiValued: true }),
];

const SchemaSchema = schema(URN.schema, 'Schema', 'A schema and its attributes.', [
  string('id', 'The URI of the schema.', REQUIRED),
  string('name', 'The name of the schema.', REQUIRED),
  string('description', 'A description of the schema.', READ_ONLY),
  complex(
    'attributes',
    'The attributes of the schema.',
    [...CHARACTERISTICS, complex('subAttributes', 'The sub-attributes of a complex attribute.', CHARACTERISTICS, LIST)],
    { ...LIST, required: true },
  ),
]);

/** What discovery itself serves, as /Schemas describes it. */
export const DISCOVERY_SCHEMAS: readonly Schema[] = [ServiceProviderConfigSchema, ResourceTypeSchema, SchemaSchema];
