import type { Attribute, AttributeType, Schema } from './model.js';

type Characteristics = Partial<Omit<Attribute, 'name' | 'type' | 'description' | 'subAttributes'>>;

/** What RFC 7643 §2.2 assumes about a characteristic that a definition does not state. */
const DEFAULTS = {
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
} as const;

function builder(type: AttributeType, defaults: Characteristics = {}) {
  return (name: string, description: string, characteristics: Characteristics = {}): Attribute => ({
    ...DEFAULTS,
    ...defaults,
    name,
    type,
    description,
    ...characteristics,
  });
}

export const string = builder('string');
export const boolean = builder('boolean');
export const integer = builder('integer');
export const dateTime = builder('dateTime');
/** Case exact by nature (RFC 7643 §2.3.6). */
export const binary = builder('binary', { caseExact: true });

/** Case exact by nature (RFC 7643 §2.3.7). `types` are resource types, `uri` or `external`. */
export function reference(
  name: string,
  description: string,
  types: readonly string[],
  characteristics: Characteristics = {},
): Attribute {
  return {
    ...DEFAULTS,
    caseExact: true,
    name,
    type: 'reference',
    description,
    referenceTypes: types,
    ...characteristics,
  };
}

export function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  characteristics: Characteristics = {},
): Attribute {
  return { ...DEFAULTS, name, type: 'complex', description, ...characteristics, subAttributes };
}

/** A multi-valued complex attribute with the sub-attributes of RFC 7643 §2.4 that nearly all of them share. */
export function values(
  name: string,
  description: string,
  value: Attribute,
  canonicalTypes: readonly string[] = [],
): Attribute {
  return complex(
    name,
    description,
    [
      value,
      string('display', 'A label for people to read.'),
      string(
        'type',
        'What the value is used for.',
        canonicalTypes.length > 0 ? { canonicalValues: canonicalTypes } : {},
      ),
      boolean('primary', 'Whether this is the preferred value; true at most once.'),
    ],
    { multiValued: true },
  );
}

export function schema(id: string, name: string, description: string, attributes: readonly Attribute[]): Schema {
  return { id, name, description, attributes };
}
