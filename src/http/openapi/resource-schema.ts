import type { Attribute, ResourceType, Schema } from '../../scim/index.js';

/** An OpenAPI 3.1 schema object, which is JSON Schema 2020-12. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

const TYPES: { readonly [T in Attribute['type']]: OpenApiSchema } = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  decimal: { type: 'number' },
  integer: { type: 'integer' },
  dateTime: { type: 'string', format: 'date-time' },
  binary: { type: 'string', contentEncoding: 'base64' },
  reference: { type: 'string', format: 'uri-reference' },
  complex: { type: 'object' },
};

/** A resource on the wire: common attributes and those of its schema, extensions under their URNs. */
export function resourceSchema(type: ResourceType, common: readonly Attribute[]): OpenApiSchema {
  const extensions = type.extensions.map(({ schema }) => [schema.id, { $ref: `#/components/schemas/${schema.name}` }]);
  return {
    type: 'object',
    description: type.description,
    properties: {
      ...properties([...common, ...type.schema.attributes]),
      ...Object.fromEntries(extensions),
    },
    required: ['schemas'],
  };
}

export function extensionSchema(schema: Schema): OpenApiSchema {
  return { type: 'object', description: schema.description, properties: properties(schema.attributes) };
}

function properties(attributes: readonly Attribute[]): OpenApiSchema {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeSchema(attribute)]));
}

/** Canonical values are examples and no enumeration: RFC 7643 §7 lets clients send others. */
function attributeSchema(attribute: Attribute): OpenApiSchema {
  const { description, subAttributes, canonicalValues, mutability, multiValued } = attribute;
  const single = {
    ...TYPES[attribute.type],
    ...(subAttributes && { properties: properties(subAttributes) }),
    ...(canonicalValues && { examples: canonicalValues }),
  };
  return {
    ...(multiValued ? { type: 'array', items: single } : single),
    // Not `readOnly: true`: identity providers send what they read, and a document must not call that a mistake.
    description: mutability === 'readOnly' ? `${description} Set by the server; ignored when sent.` : description,
    ...(mutability === 'writeOnly' && { writeOnly: true }),
  };
}
