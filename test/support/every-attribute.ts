import type { Attribute, AttributeRef, JsonObject, ResourceType } from '../../src/scim/index.js';
import { COMMON_ATTRIBUTES } from '../../src/scim/index.js';

/** Every attribute and sub-attribute of a type that an answer may show and a filter may name. */
export function shownPaths(type: ResourceType): readonly AttributeRef[] {
  const own = [...COMMON_ATTRIBUTES, ...type.schema.attributes].map((attribute): AttributeRef => ({ attribute }));
  const extended = type.extensions.flatMap(({ schema }) =>
    schema.attributes.map((attribute): AttributeRef => ({ extension: schema.id, attribute })),
  );
  return [...own, ...extended].flatMap((ref) => {
    if (ref.attribute.returned === 'never') return [];
    const subs = (ref.attribute.subAttributes ?? []).filter(({ returned }) => returned !== 'never');
    return subs.length === 0 ? [ref] : subs.map((sub) => ({ ...ref, sub }));
  });
}

/** A value that the attribute takes, with a letter in each case; `mark` tells the values of two resources apart. */
function valueFor(attribute: Attribute, mark: string): unknown {
  const one = simpleOrComplex(attribute, mark);
  return attribute.multiValued ? [one] : one;
}

function simpleOrComplex(attribute: Attribute, mark: string): unknown {
  switch (attribute.type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'decimal':
      return 7;
    case 'dateTime':
      return '2026-01-31T09:30:00Z';
    case 'binary':
      return Buffer.from(`certificate ${mark}`).toString('base64');
    case 'reference':
      return `https://example.com/${attribute.name}/${mark}`;
    case 'complex':
      return Object.fromEntries(
        (attribute.subAttributes ?? [])
          .filter(({ mutability }) => mutability !== 'readOnly')
          .map((sub) => [sub.name, valueFor(sub, mark)]),
      );
    case 'string':
      return attribute.canonicalValues?.[0] ?? `${attribute.name} Ǆ ${mark}`;
    default:
      return attribute.type satisfies never;
  }
}

/** The body of a resource with one of every attribute that a client may set. */
export function fullBody(type: ResourceType, mark: string): JsonObject {
  const settable = (attributes: readonly Attribute[]) =>
    Object.fromEntries(
      attributes
        .filter(({ mutability, name }) => mutability !== 'readOnly' && name !== 'schemas')
        .map((attribute) => [attribute.name, valueFor(attribute, mark)]),
    );
  return {
    schemas: [type.schema.id, ...type.extensions.map(({ schema }) => schema.id)],
    ...settable([...COMMON_ATTRIBUTES, ...type.schema.attributes]),
    ...Object.fromEntries(type.extensions.map(({ schema }) => [schema.id, settable(schema.attributes)])),
  } as JsonObject;
}
