import { findSubAttribute } from '../attribute-path.js';
import type { Json, JsonObject } from '../json.js';
import type { Attribute } from '../schema/model.js';
import { badRequest } from '../scim-error.js';

/** The value with these sub-attributes put in; those not given stay. Throws ScimError 400 mutability for an immutable one that has another value. */
export function merged(attribute: Attribute, value: JsonObject, given: JsonObject): JsonObject {
  for (const [name, each] of Object.entries(given)) {
    const before = value[name];
    if (before !== undefined && before !== each) requireMutable(attribute, name);
  }
  return { ...value, ...given };
}

/** The value without these sub-attributes. Throws ScimError 400 mutability for a required or immutable one. */
export function without(attribute: Attribute, value: JsonObject, names: readonly string[]): JsonObject {
  const removed = names.filter((name) => value[name] !== undefined);
  if (removed.length === 0) return value;
  for (const name of removed) {
    requireMutable(attribute, name);
    if (findSubAttribute(attribute, name)?.required) {
      throw badRequest('mutability', `${attribute.name}.${name} is required and cannot be removed.`);
    }
  }
  return Object.fromEntries(Object.entries(value).filter(([name]) => !removed.includes(name)));
}

/** The object with one member changed, or taken out where there is no value. */
export function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  // A spread with a computed name behind it costs four times as much.
  if (value !== undefined) return Object.assign({}, object, { [name]: value });
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== name));
}

function requireMutable(attribute: Attribute, name: string): void {
  if (findSubAttribute(attribute, name)?.mutability === 'immutable') {
    throw badRequest('mutability', `${attribute.name}.${name} is immutable: replace the whole element instead.`);
  }
}
