import { SCIM_LIMITS } from './limits.js';
import { badRequest } from './scim-error.js';

/** A JSON value as parsed from the wire. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray` would make `any` of a readonly array's elements. */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * The names of an object that a client sent.
 * @throws ScimError 400 invalidValue for more than the limit
 */
export function namesOf(object: JsonObject): readonly string[] {
  const names = Object.keys(object);
  const most = SCIM_LIMITS.objectMembers.value;
  if (names.length > most) {
    throw badRequest('invalidValue', `A JSON object must not have more than ${most} members (objectMembers).`);
  }
  return names;
}

/** Names and values of an object that a client sent; errors as {@link namesOf}. */
export function entriesOf(object: JsonObject): readonly (readonly [string, Json])[] {
  return namesOf(object).map((name) => [name, object[name] ?? null] as const);
}

/** Members by lower-case name (RFC 7643 §2.1); in a Map, so that no name is special. Errors as {@link namesOf}. */
export function membersOf(object: JsonObject): ReadonlyMap<string, Json> {
  const members = new Map<string, Json>();
  for (const name of namesOf(object)) members.set(name.toLowerCase(), object[name] ?? null);
  return members;
}

/** Characters that a value without characters of its own counts for. */
const PLAIN_LENGTH = 4;

/** About as many characters as the JSON text of the value has. Counting ends at `limit`, so a larger value costs no more. */
export function jsonLength(value: Json, limit: number): number {
  if (typeof value === 'string') return value.length + PLAIN_LENGTH;
  if (typeof value !== 'object' || value === null) return PLAIN_LENGTH;
  let length = PLAIN_LENGTH;
  if (isList(value)) {
    for (const element of value) {
      length += jsonLength(element, limit - length);
      if (length > limit) return length;
    }
    return length;
  }
  for (const name of Object.keys(value)) {
    length += name.length + PLAIN_LENGTH + jsonLength(value[name] ?? null, limit - length);
    if (length > limit) return length;
  }
  return length;
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
