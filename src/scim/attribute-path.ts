import type { Attribute, AttributeRef, ResourceType, Schema } from './schema/model.js';
import { indexOf, lookUp, subAttributesOf } from './schema/schema-index.js';

/**
 * The attribute or sub-attribute that `text` names: `userName`, `name.givenName`, `urn:…:User:name.familyName`,
 * `urn:…:enterprise:2.0:User:manager.value`, `manager`. Names and URNs in any case (RFC 7643 §2.1, RFC 7644 §3.10).
 * What is no attribute of the type, or no ATTRNAME at all, is undefined.
 */
export function findAttribute(type: ResourceType, text: string): AttributeRef | undefined {
  return lookUp(indexOf(type).paths, text);
}

/** The extension whose URN is `text`: the path of a whole extension, or its key in a resource. */
export function findExtension(type: ResourceType, text: string): Schema | undefined {
  return lookUp(indexOf(type).extensions, text)?.schema;
}

export function findSubAttribute(attribute: Attribute, name: string): Attribute | undefined {
  return lookUp(subAttributesOf(attribute), name);
}

/** The canonical spelling: `name.givenName`, and with the URN in front for an extension (RFC 7644 §3.10). */
export function pathText(ref: AttributeRef): string {
  const name = ref.sub ? `${ref.attribute.name}.${ref.sub.name}` : ref.attribute.name;
  return ref.extension === undefined ? name : `${ref.extension}:${name}`;
}

/**
 * What a comparison with a whole complex attribute is about: its `value` (RFC 7644 §3.4.2.2; Entra asks
 * `manager eq "…"` and `members eq "…"`). Attributes without such a sub-attribute, like `name`, come back as they are.
 */
export function complexDefault(ref: AttributeRef): AttributeRef {
  if (ref.sub || ref.attribute.type !== 'complex') return ref;
  const value = findSubAttribute(ref.attribute, 'value');
  return value ? { ...ref, sub: value } : ref;
}
