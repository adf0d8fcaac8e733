import { compareCodePoints, comparisonKey } from '../comparison.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import type { Attribute, AttributeRef } from '../schema/model.js';
import type { CompareOp, ElementFilter, Filter, Literal } from './ast.js';
import { instantOf } from './instant.js';

/*
 * What a filter means. These rules bind filter/sql.ts too; a property test holds the two against each other.
 *
 *  1. A comparison with a multi-valued attribute is true if it is true of any value. The value path `a[…]` asks all its terms
 *     of one and the same element (RFC 7644 §3.4.2.2).
 *  2. `ne` is the negation of `eq`, and `not` plain negation: both are true of a resource that has no value.
 *  3. Without a value every other comparison is false; `eq null` is true, `ne null` false. `pr` is false for empty values:
 *     "", [], {} and what holds nothing else.
 *  4. Strings are compared by their comparison keys (caseExact, RFC 7643 §7), ordered by code points. Parts of strings are
 *     parts of the keys; no character is a wildcard.
 *  5. dateTimes are compared as instants, to the millisecond.
 *  6. A missing `primary` is false (RFC 7643 §2.4), unlike any other missing boolean; yet `primary pr` wants it present.
 *  7. A value of another type than its attribute's, as no stored resource has, matches nothing.
 */

/** Whether a resource, spelled as the schemas spell it, matches. */
export function evaluate(filter: Filter, resource: JsonObject): boolean {
  switch (filter.kind) {
    case 'and':
      return evaluate(filter.left, resource) && evaluate(filter.right, resource);
    case 'or':
      return evaluate(filter.left, resource) || evaluate(filter.right, resource);
    case 'not':
      return !evaluate(filter.inner, resource);
    case 'compare':
      return compare(filter.ref.sub ?? filter.ref.attribute, filter.op, filter.value, valuesAt(filter.ref, resource));
    case 'present':
      return valuesAt(filter.ref, resource).some(isPresent);
    case 'valuePath':
      return valuesAt(filter.ref, resource).some(
        (e) => isObject(e) && isPresent(e) && evaluateElement(filter.inner, e),
      );
    default:
      return filter satisfies never;
  }
}

/** Whether one element of a complex attribute matches what stands between the brackets of a value path. */
export function evaluateElement(filter: ElementFilter, element: JsonObject): boolean {
  switch (filter.kind) {
    case 'and':
      return evaluateElement(filter.left, element) && evaluateElement(filter.right, element);
    case 'or':
      return evaluateElement(filter.left, element) || evaluateElement(filter.right, element);
    case 'not':
      return !evaluateElement(filter.inner, element);
    case 'compare':
      return compare(filter.attribute, filter.op, filter.value, [element[filter.attribute.name]]);
    case 'present':
      return isPresent(element[filter.attribute.name]);
    default:
      return filter satisfies never;
  }
}

/** Present: neither null nor empty, nor made of nothing but such values. */
function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value !== 'object') return true;
  return Object.values(value).some(isPresent);
}

/** The values at a place: the elements of a multi-valued attribute, or of each of them its sub-attribute, missing ones included. */
function valuesAt(ref: AttributeRef, resource: JsonObject): readonly (Json | undefined)[] {
  const holder = ref.extension === undefined ? resource : resource[ref.extension];
  const value = isObject(holder) ? holder[ref.attribute.name] : undefined;
  const values = ref.attribute.multiValued ? (Array.isArray(value) ? value : []) : [value];
  const { sub } = ref;
  return sub ? values.filter(isObject).map((element) => element[sub.name]) : values;
}

function compare(
  attribute: Attribute,
  op: CompareOp,
  literal: Literal,
  values: readonly (Json | undefined)[],
): boolean {
  if (op === 'ne') return !compare(attribute, 'eq', literal, values);
  if (literal === null) return !values.some(isPresent);
  const test = valueTest(attribute, op, literal);
  return values.some((value) => test(attribute.name === 'primary' ? (value ?? false) : value));
}

/** The comparison with one value, its literal prepared once. */
function valueTest(attribute: Attribute, op: Exclude<CompareOp, 'ne'>, literal: string | number | boolean) {
  switch (attribute.type) {
    case 'string':
    case 'reference':
    case 'binary': {
      const key = comparisonKey(attribute, String(literal));
      return (value: Json | undefined) =>
        typeof value === 'string' && textTest(op, comparisonKey(attribute, value), key);
    }
    case 'dateTime': {
      const instant = instantOf(String(literal));
      return (value: Json | undefined) => typeof value === 'string' && orderTest(op, instantOf(value), instant);
    }
    case 'integer':
    case 'decimal':
      return (value: Json | undefined) => typeof value === 'number' && orderTest(op, value, Number(literal));
    case 'boolean':
      return (value: Json | undefined) => value === literal;
    case 'complex':
      return () => false;
    default:
      return attribute.type satisfies never;
  }
}

function textTest(op: Exclude<CompareOp, 'ne'>, text: string, literal: string): boolean {
  switch (op) {
    case 'co':
      return text.includes(literal);
    case 'sw':
      return text.startsWith(literal);
    case 'ew':
      return text.endsWith(literal);
    case 'eq':
      return text === literal;
    default:
      return orderTest(op, compareCodePoints(text, literal), 0);
  }
}

function orderTest(op: Exclude<CompareOp, 'ne'>, value: number | undefined, literal: number | undefined): boolean {
  if (value === undefined || literal === undefined) return false;
  switch (op) {
    case 'eq':
      return value === literal;
    case 'gt':
      return value > literal;
    case 'ge':
      return value >= literal;
    case 'lt':
      return value < literal;
    case 'le':
      return value <= literal;
    case 'co':
    case 'sw':
    case 'ew':
      return false;
    default:
      return op satisfies never;
  }
}
