import { isList, isObject, type Json, type JsonObject } from '../json.js';
import { type Reading, tolerate } from '../resource/coerce-simple.js';
import type { AttributeRef } from '../schema/model.js';
import { badRequest } from '../scim-error.js';
import type { PatchOperation, PatchTarget } from './ast.js';

/*
 * What identity providers write differently from RFC 7644 §3.5.2, by name and as it comes over the wire. Spellings of
 * values (booleans as strings, one element for a list, a manager as a string) belong to resource/coerce.ts.
 */

const OPERATIONS: ReadonlyMap<string, PatchOperation['op']> = new Map([
  ['add', 'add'],
  ['remove', 'remove'],
  ['replace', 'replace'],
]);

/** Entra, unless told otherwise by `?aadOptscim062020`: {"op":"Replace","path":"displayName","value":"Pvlo"} */
export function operationName(given: Json | undefined, reading: Reading): PatchOperation['op'] {
  const refusal = () => badRequest('invalidSyntax', 'The op of an operation must be "add", "remove" or "replace".');
  const op = typeof given === 'string' ? OPERATIONS.get(given.toLowerCase()) : undefined;
  if (!op) throw refusal();
  if (given !== op) tolerate('op-capitalised', reading, refusal);
  return op;
}

/**
 * Entra, JumpCloud, authentik: {"op":"Remove","path":"members","value":[{"$ref":null,"value":"f648"}]}
 * Only these elements go. To drop the value and remove the whole attribute would be the worst reading, so it is never taken.
 */
export function elementsToRemove(given: Json | undefined, target: PatchTarget, reading: Reading): Json | undefined {
  const { attribute, sub } = target.ref;
  // With a filter, a sub-attribute or a single value the path says all there is to say: {"op":"Remove","path":"manager","value":""}
  if (given === undefined || target.filter || sub || !attribute.multiValued) return undefined;
  if (given === null) {
    // A serializer that writes null for what it does not know must not empty a group.
    if (!attribute.subAttributes?.some(({ required }) => required)) return undefined;
    throw badRequest(
      'invalidValue',
      `The value null names no ${attribute.name}; to remove all of them, send no value.`,
    );
  }
  tolerate('remove-with-value', reading, () =>
    badRequest('invalidValue', 'A remove operation takes no value: select the elements by a filter in its path.'),
  );
  return given;
}

/**
 * Ping, scimgateway and older clients repeat the name of the attribute in the value, around a list or around one element:
 *   {"op":"remove","path":"members","value":{"members":[{"value":"f648"}]}}
 *   {"op":"add","path":"members","value":[{"members":{"value":"f648"}}]}
 */
export function withoutName(given: Json, { ref: { attribute, sub }, filter }: PatchTarget, reading: Reading): Json {
  if (filter || sub || !attribute.multiValued) return given;
  if (!isList(given)) return isObject(given) ? (valueUnder(given, attribute.name, reading) ?? given) : given;
  // Only the form of the first element is looked at, so that a list of any length costs nothing here.
  const [first] = given;
  if (!isObject(first) || valueUnder(first, attribute.name, reading) === undefined) return given;
  return given.flatMap((each) => (isObject(each) ? (valueUnder(each, attribute.name, reading) ?? each) : each));
}

/**
 * Entra with `?aadOptscim062020`: {"op":"replace","value":{"name.givenName":"Kkom","urn:…:User:employeeNumber":"Aklq"}}
 * Its validator too: {"op":"replace","value":{"emails[type eq \"work\"].value":"x@test"}}
 */
export function keyAsPath(key: string, ref: AttributeRef, reading: Reading): void {
  if (key.toLowerCase() === ref.attribute.name.toLowerCase()) return;
  tolerate('path-as-key', reading, () =>
    badRequest('invalidPath', 'The keys of a value without a path must be names of attributes, not paths.'),
  );
}

function valueUnder(object: JsonObject, name: string, reading: Reading): Json | undefined {
  const [only, ...others] = Object.keys(object);
  if (only === undefined || others.length > 0 || only.toLowerCase() !== name.toLowerCase()) return undefined;
  const value = object[only];
  if (!isList(value) && !isObject(value)) return undefined;
  tolerate('name-in-value', reading, () =>
    badRequest('invalidValue', `The value of an operation on ${name} must hold its elements, not ${name} again.`),
  );
  return value;
}
