import { findSubAttribute } from '../attribute-path.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import type { Attribute } from '../schema/model.js';
import { RESOURCE_TYPES } from '../schema/resource-types.js';

/**
 * A singular complex attribute that points at a resource (`manager`) is nothing without its `value`, and its readOnly
 * `$ref` follows from it. It is stored relative to the base URL, which can change; {@link absoluteReferences} makes the URI that is
 * shown. Every other attribute comes back as it is.
 */
export function withDerivedReference(attribute: Attribute, object: JsonObject): JsonObject | undefined {
  if (attribute.multiValued || !findSubAttribute(attribute, 'value')) return object;
  const { value, $ref: _, ...rest } = object;
  if (typeof value !== 'string') return undefined;
  const reference = referenceTo(attribute, value, RELATIVE);
  return reference === undefined ? { value, ...rest } : { value, $ref: reference, ...rest };
}

const RELATIVE = '..';
/** As a text it is a name and the beginning of its value: a quotation mark inside a string is escaped. */
const STORED = `"$ref":"${RELATIVE}/`;
const ANY = '"$ref":';

/**
 * The JSON text of a stored resource with its references as absolute URIs (RFC 7643 §2.3.7).
 * @param baseUrl of SCIM, without a slash at the end
 */
export function absoluteReferences(json: string, baseUrl: string): string {
  const first = json.indexOf(ANY);
  if (first < 0) return json;
  const isDerived = json.startsWith(STORED, first) && !json.includes(ANY, first + ANY.length);
  if (isDerived) return `${json.slice(0, first)}"$ref":"${baseUrl}${json.slice(first + STORED.length - 1)}`;
  return JSON.stringify(derivedAnew(JSON.parse(json) as JsonObject, baseUrl));
}

/** Of a resource that holds another reference than the derived one. */
function derivedAnew(resource: JsonObject, baseUrl: string): JsonObject {
  const attributes = new Map(REFERRING.map((attribute) => [attribute.name, attribute]));
  const entries = Object.entries(resource).map(([name, value]): [string, Json] => {
    const attribute = attributes.get(name);
    if (!isObject(value)) return [name, value];
    if (!attribute) return [name, derivedAnew(value, baseUrl)];
    const { $ref: _, value: id, ...rest } = value;
    const reference = typeof id === 'string' ? referenceTo(attribute, id, baseUrl) : undefined;
    return [
      name,
      { ...(id !== undefined && { value: id }), ...(reference !== undefined && { $ref: reference }), ...rest },
    ];
  });
  return Object.fromEntries(entries);
}

/** Singular attributes that point at a resource of ours. */
const REFERRING: readonly Attribute[] = RESOURCE_TYPES.flatMap(({ schema, extensions }) =>
  [schema, ...extensions.map((extension) => extension.schema)].flatMap(({ attributes }) => attributes),
).filter((attribute) => !attribute.multiValued && referenceTo(attribute, '', RELATIVE) !== undefined);

function referenceTo(attribute: Attribute, id: string, base: string): string | undefined {
  const $ref = findSubAttribute(attribute, '$ref');
  const target = RESOURCE_TYPES.find(
    ({ name }) => $ref?.mutability === 'readOnly' && $ref.referenceTypes?.includes(name),
  );
  return target && `${base}${target.endpoint}/${encodeURIComponent(id)}`;
}
