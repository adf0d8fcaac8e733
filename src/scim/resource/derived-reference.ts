import { findSubAttribute } from '../attribute-path.js';
import type { JsonObject } from '../json.js';
import type { Attribute } from '../schema/model.js';
import { RESOURCE_TYPES } from '../schema/resource-types.js';

/**
 * A singular complex attribute that points at a resource (`manager`) is nothing without its `value`, and its readOnly
 * `$ref` follows from it, in the relative form of RFC 7643 §8.3. Every other attribute comes back as it is.
 */
export function withDerivedReference(attribute: Attribute, object: JsonObject): JsonObject | undefined {
  if (attribute.multiValued || !findSubAttribute(attribute, 'value')) return object;
  const { value, $ref: _, ...rest } = object;
  if (typeof value !== 'string') return undefined;
  const $ref = findSubAttribute(attribute, '$ref');
  const target = RESOURCE_TYPES.find(
    ({ name }) => $ref?.mutability === 'readOnly' && $ref.referenceTypes?.includes(name),
  );
  return target ? { value, $ref: `..${target.endpoint}/${encodeURIComponent(value)}`, ...rest } : { value, ...rest };
}
