import type { JsonObject } from '../json.js';
import { URN } from '../urns.js';
import type { Attribute, ResourceType, Schema } from './model.js';
import { RESOURCE_TYPES } from './resource-types.js';

/** What this service provider can do (RFC 7643 §5, RFC 9865 §4). */
export type ServiceProviderFeatures = {
  readonly documentationUri?: string;
  readonly patch: Supported;
  /** `maxPayloadSize` in bytes. */
  readonly bulk: Supported & { readonly maxOperations: number; readonly maxPayloadSize: number };
  readonly filter: Supported & { readonly maxResults: number };
  readonly changePassword: Supported;
  readonly sort: Supported;
  readonly etag: Supported;
  readonly pagination: {
    readonly cursor: boolean;
    readonly index: boolean;
    readonly defaultPaginationMethod: 'cursor' | 'index';
    readonly defaultPageSize: number;
    readonly maxPageSize: number;
    /** Seconds. */
    readonly cursorTimeout: number;
  };
  readonly authenticationSchemes: readonly AuthenticationScheme[];
};

type Supported = { readonly supported: boolean };

export type AuthenticationScheme = {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest';
  readonly name: string;
  readonly description: string;
  readonly specUri?: string;
  readonly documentationUri?: string;
  readonly primary?: boolean;
};

/** The schemas of the resources. */
export const SCHEMAS: readonly Schema[] = RESOURCE_TYPES.flatMap(({ schema, extensions }) => [
  schema,
  ...extensions.map((extension) => extension.schema),
]);

/** One entry of /Schemas (RFC 7643 §7); `baseUrl` without a slash at its end. */
export function schemaDocument({ id, name, description, attributes }: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [URN.schema],
    id,
    name,
    description,
    attributes: attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
  };
}

/** One entry of /ResourceTypes (RFC 7643 §6). */
export function resourceTypeDocument(type: ResourceType, baseUrl: string): JsonObject {
  const { name, endpoint, description, schema, extensions } = type;
  return {
    schemas: [URN.resourceType],
    id: name,
    name,
    endpoint,
    description,
    schema: schema.id,
    ...(extensions.length > 0 && {
      schemaExtensions: extensions.map((extension) => ({ schema: extension.schema.id, required: extension.required })),
    }),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${name}` },
  };
}

/** /ServiceProviderConfig (RFC 7643 §5). */
export function serviceProviderConfig(features: ServiceProviderFeatures, baseUrl: string): JsonObject {
  return {
    schemas: [URN.serviceProviderConfig],
    ...features,
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** Every characteristic is stated, because not every client knows the defaults of RFC 7643 §2.2. */
function attributeDocument(attribute: Attribute): JsonObject {
  const { name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = attribute;
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  return {
    name,
    type,
    multiValued,
    description,
    required,
    ...(canonicalValues && { canonicalValues }),
    caseExact,
    mutability,
    returned,
    uniqueness,
    ...(referenceTypes && { referenceTypes }),
    ...(subAttributes && { subAttributes: subAttributes.map(attributeDocument) }),
  };
}
