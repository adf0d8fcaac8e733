import { comparisonKey } from '../comparison.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import type { Attribute } from '../schema/model.js';
import { subAttributesOf } from '../schema/schema-index.js';

/** Sub-attributes that say something about an element and are not what it is. */
const ABOUT: readonly string[] = ['type', 'primary', 'display'];

/**
 * Whether an element says enough to be kept (RFC 7643 §2.4): it has a `value`, or, where the attribute knows no `value`, as
 * `addresses`, at least one component.
 */
export function isComplete(attribute: Attribute, element: Json): boolean {
  if (!isObject(element)) return true;
  if (subAttributesOf(attribute).has('value')) return element.value !== undefined;
  return Object.keys(element).some((name) => !ABOUT.includes(name));
}

/**
 * Two complete elements with equal identities are one and the same: equal in `value` and `type` (RFC 7643 §2.4), or, where
 * there is no `value`, in every sub-attribute but `primary`. Strings are compared as filters compare them.
 */
export function identityOf(attribute: Attribute, element: Json): string {
  if (!isObject(element)) return keyOf(attribute, element);
  const subs = subAttributesOf(attribute);
  const value = subs.get('value');
  // NUL is in no stored string, so a value cannot be made to look like a value and a type.
  if (value) return `${keyAt(subs.get('type'), element)}\0${keyAt(value, element)}`;
  return Array.from(subs.values(), (sub) => (sub.name === 'primary' ? '' : keyAt(sub, element))).join('\0');
}

/** What an element has in common with all that have an equal `value`; undefined for one that has none. */
export function valueKeyOf(attribute: Attribute, element: Json): string | undefined {
  if (!isObject(element)) return keyOf(attribute, element);
  const value = subAttributesOf(attribute).get('value');
  return value && element.value !== undefined ? keyOf(value, element.value) : undefined;
}

/** Whether an element has all the sub-attributes given, each with an equal value. A missing `primary` is false. */
export function hasAll(attribute: Attribute, element: Json, given: Json): boolean {
  if (!isObject(element) || !isObject(given)) return keyOf(attribute, element) === keyOf(attribute, given);
  return Object.entries(given).every(([name, each]) => {
    const sub = subAttributesOf(attribute).get(name.toLowerCase());
    const own = element[name] ?? (name === 'primary' ? false : undefined);
    return sub !== undefined && own !== undefined && keyOf(sub, own) === keyOf(sub, each);
  });
}

/** The sub-attributes of both, in the order of the schema; what `first` says goes. Of two that are one, either may be primary. */
export function united(attribute: Attribute, first: JsonObject, second: JsonObject): JsonObject {
  const all: JsonObject = { ...second, ...first };
  const isPrimary = first.primary === true || second.primary === true;
  return inOrder(attribute, isPrimary ? { ...all, primary: true } : all);
}

function inOrder(attribute: Attribute, element: JsonObject): JsonObject {
  return Object.fromEntries(
    Array.from(subAttributesOf(attribute).values()).flatMap(({ name }): [string, Json][] => {
      const value = element[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function keyAt(sub: Attribute | undefined, element: JsonObject): string {
  const value = sub && element[sub.name];
  return sub === undefined || value === undefined ? '' : keyOf(sub, value);
}

function keyOf(attribute: Attribute, value: Json): string {
  return typeof value === 'string' ? comparisonKey(attribute, value) : JSON.stringify(value);
}
