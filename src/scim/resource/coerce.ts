import { pathText } from '../attribute-path.js';
import type { Dialect, Tolerances } from '../dialect.js';
import { isList, isObject, type Json, type JsonObject, namesOf, parseJson } from '../json.js';
import { SCIM_LIMITS } from '../limits.js';
import type { Attribute, AttributeRef } from '../schema/model.js';
import { lookUp, subAttributesOf } from '../schema/schema-index.js';
import { badRequest } from '../scim-error.js';
import { coerceSimple, pathOf, type Reading, tolerate, wrongType } from './coerce-simple.js';
import { withDerivedReference } from './derived-reference.js';
import { isComplete, united } from './element-identity.js';
import { ElementSet, type Place, tooMany } from './element-set.js';
import { unknownAttribute } from './unknown-attribute.js';

/**
 * The canonical form of a whole attribute (all its elements when it is multi-valued), or undefined where the value means
 * "unassigned" (RFC 7643 §2.5). `ref.sub` is not looked at.
 * @throws ScimError 400 invalidValue for a value of the wrong type, 400 invalidSyntax for an unknown sub-attribute where the dialect is strict
 */
export function coerceAttribute(
  ref: AttributeRef,
  value: Json,
  dialect: Dialect,
  tolerances: Tolerances,
): Json | undefined {
  const reading = { dialect, tolerances };
  return ref.attribute.multiValued ? elements(ref, value, reading) : single(ref, value, reading);
}

/**
 * The elements of a list that names some of those that are there, each as far as it says what it is: the value of a `remove`.
 * Errors as {@link coerceAttribute}.
 */
export function coerceListed(ref: AttributeRef, value: Json, { dialect, tolerances }: Reading): readonly Json[] {
  const reading = { dialect, tolerances };
  return listOf(ref, value, reading).flatMap((given) => element(ref, given, reading) ?? []);
}

/**
 * What stands for the elements of the multi-valued `ref.attribute`, not looked into yet.
 * @throws ScimError 400 invalidValue when it is no list, and nothing that a lenient dialect reads as one
 */
export function listOf(ref: AttributeRef, value: Json, reading: Reading): readonly Json[] {
  if (isList(value)) return value;
  if (value === null) return [];
  const refusal = () => badRequest('invalidValue', `${pathText(ref)} must be an array.`);
  if (isObject(value) !== (ref.attribute.type === 'complex')) throw refusal();
  // OneLogin sends a single e-mail as an object where the attribute takes a list.
  tolerate('singleton-for-array', reading, refusal);
  return [value];
}

/** One element of the multi-valued `ref.attribute`, which may lack its value; errors as {@link coerceAttribute}. */
export function coerceElement(
  ref: AttributeRef,
  value: Json,
  dialect: Dialect,
  tolerances: Tolerances,
): Json | undefined {
  return element(ref, value, { dialect, tolerances });
}

/** The value of `ref.sub`, which must be there; errors as {@link coerceAttribute}. */
export function coerceSub(
  ref: AttributeRef & { readonly sub: Attribute },
  value: Json,
  dialect: Dialect,
  tolerances: Tolerances,
): Json | undefined {
  return coerceSimple(ref, ref.sub, value, { dialect, tolerances });
}

function single(ref: AttributeRef, value: Json, reading: Reading): Json | undefined {
  const { attribute } = ref;
  if (attribute.type !== 'complex') return coerceSimple(ref, attribute, value, reading);
  const object = objectFor(ref, value, reading);
  const coerced = object && subAttributes(ref, object, reading);
  return coerced && withDerivedReference(attribute, coerced);
}

/**
 * Entra sends the manager as `"271"` and as `[{"value":"271"}]`, and `""` where there is none; all of them mean an object.
 */
function objectFor(ref: AttributeRef, value: Json, reading: Reading): JsonObject | undefined {
  const refusal = () => wrongType(ref, ref.attribute);
  if (value === null) return undefined;
  if (isList(value)) {
    if (value.length === 0) return undefined;
    const [only] = value;
    if (value.length > 1 || !isObject(only)) throw refusal();
    tolerate('array-for-singleton', reading, refusal);
    return only;
  }
  if (standsForElement(ref.attribute, value)) {
    tolerate('string-for-complex', reading, refusal);
    return { value };
  }
  if (!isObject(value)) throw refusal();
  return value;
}

/**
 * Without the elements that say nothing (RFC 7643 §2.5), without the second of two equal ones (§2.4). Of several primary ones
 * the first stays so.
 */
function elements(ref: AttributeRef, value: Json, reading: Reading): readonly Json[] | undefined {
  const { attribute } = ref;
  const list = listOf(ref, value, reading);
  if (list.length > SCIM_LIMITS.elements.value) throw tooMany(ref, SCIM_LIMITS.elements.value);
  // Most attributes have one element, which is compared with no other.
  if (list.length === 1) {
    const one = element(ref, list[0] ?? null, reading);
    return one === undefined || !isComplete(attribute, one) ? undefined : [one];
  }
  const set = new ElementSet(ref);
  let primary: Place | undefined;
  for (const given of list) {
    const one = element(ref, given, reading);
    if (one === undefined || !isComplete(attribute, one)) continue;
    const place = set.put(one, united);
    if (!isObject(one) || one.primary !== true || place === primary) continue;
    if (primary !== undefined) {
      tolerate('primary-repeated', reading, () =>
        badRequest('invalidValue', `${pathText(ref)} has more than one element with primary true; at most one may.`),
      );
    }
    primary ??= place;
  }
  if (primary !== undefined) set.keepPrimary(primary);
  const found = set.list();
  return found.length > 0 ? found : undefined;
}

function element(ref: AttributeRef, value: Json, reading: Reading): Json | undefined {
  const { attribute } = ref;
  if (attribute.type !== 'complex') return coerceSimple(ref, attribute, value, reading);
  if (value === null) {
    const required = attribute.subAttributes?.find((sub) => sub.required);
    if (required) throw missing(ref, required);
    return undefined;
  }
  const object = subAttributes(ref, elementFor(ref, value, reading), reading);
  const unpacked = object && attribute.name === 'roles' ? unpackRole(object, reading) : undefined;
  return unpacked ? subAttributes(ref, unpacked, reading) : object;
}

/** {"roles":["admin"],"members":["2819c223"]}: the `value` of an element where the element belongs. */
function elementFor(ref: AttributeRef, value: Json, reading: Reading): JsonObject {
  if (isObject(value)) return value;
  const refusal = () => badRequest('invalidValue', `The elements of ${pathText(ref)} must be objects.`);
  if (!standsForElement(ref.attribute, value)) throw refusal();
  tolerate('string-for-complex', reading, refusal);
  return { value };
}

function standsForElement(attribute: Attribute, value: Json): boolean {
  return typeof value === 'string' && subAttributesOf(attribute).has('value');
}

/** The assigned sub-attributes by their canonical names and in the schema's order; undefined when there are none. */
function subAttributes(ref: AttributeRef, object: JsonObject, reading: Reading): JsonObject | undefined {
  const names = subAttributesOf(ref.attribute);
  const given = new Map<Attribute, Json>();
  for (const name of namesOf(object)) {
    const sub = lookUp(names, name);
    if (sub) given.set(sub, object[name] ?? null);
    else unknownAttribute(`${pathText(ref)}.${name}`, reading);
  }
  const result: Record<string, Json> = {};
  let empty = true;
  for (const sub of names.values()) {
    const raw = sub.mutability === 'readOnly' ? undefined : given.get(sub);
    const value = raw === undefined ? undefined : coerceSimple(ref, sub, raw, reading);
    if (value === undefined) {
      if (sub.required) throw missing(ref, sub);
      continue;
    }
    result[sub.name] = value;
    empty = false;
  }
  return empty ? undefined : result;
}

function missing(ref: AttributeRef, sub: Attribute) {
  return badRequest('invalidValue', `${pathOf(ref, sub)} is required and must not be empty.`);
}

/** Entra's AppRoleAssignmentsComplex: {"value":"{\"id\":\"06b0…\",\"value\":\"Admin\",\"displayName\":\"Admin\"}"} */
function unpackRole(role: JsonObject, reading: Reading): JsonObject | undefined {
  if (typeof role.value !== 'string' || !role.value.startsWith('{')) return undefined;
  const packed = parseJson(role.value);
  if (!isObject(packed) || typeof packed.value !== 'string') return undefined;
  tolerate('json-in-string', reading, () =>
    badRequest('invalidValue', 'roles.value must be the role itself, not JSON text that describes it.'),
  );
  return {
    ...role,
    value: packed.value,
    ...(typeof packed.displayName === 'string' && { display: packed.displayName }),
  };
}
