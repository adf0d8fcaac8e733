import { pathText } from '../attribute-path.js';
import { comparisonKey } from '../comparison.js';
import type { Dialect, Tolerance, Tolerances } from '../dialect.js';
import { instantOf } from '../filter/instant.js';
import type { Json } from '../json.js';
import { SCIM_LIMITS } from '../limits.js';
import type { Attribute, AttributeRef, AttributeType } from '../schema/model.js';
import { badRequest, type ScimError } from '../scim-error.js';

/** How one request is read: what is bent for it, and what had to be. */
export interface Reading {
  readonly dialect: Dialect;
  readonly tolerances: Tolerances;
}

/**
 * One simple value in its canonical form, or undefined where it means "unassigned" (null or "").
 * `attribute` is `ref.attribute` or one of its sub-attributes; `ref` is there for error texts, which never hold the value.
 */
export function coerceSimple(ref: AttributeRef, attribute: Attribute, value: Json, reading: Reading): Json | undefined {
  if (value === null) return undefined;
  switch (attribute.type) {
    case 'string':
      return text(ref, attribute, stringFor(ref, attribute, value, reading), reading);
    case 'reference':
      return text(ref, attribute, value, reading);
    case 'dateTime':
      return text(ref, attribute, value, reading, (given) => instantOf(given) !== undefined);
    case 'binary':
      return text(ref, attribute, value, reading, (given) => !NOT_BASE64.test(given));
    case 'boolean':
      if (value === '') return unassigned(ref, attribute, reading);
      return typeof value === 'boolean' ? value : booleanFor(ref, attribute, value, reading);
    case 'integer':
    case 'decimal':
      if (typeof value === 'number' && isNumber(attribute, value)) return value;
      throw wrongType(ref, attribute);
    case 'complex':
      throw wrongType(ref, attribute);
    default:
      throw attribute.type satisfies never;
  }
}

/** 400 invalidValue: names the attribute and what it takes. */
export function wrongType(ref: AttributeRef, attribute: Attribute): ScimError {
  return badRequest('invalidValue', `${pathOf(ref, attribute)} must be ${EXPECTED[attribute.type]}.`);
}

/** Lets something pass that only a lenient dialect takes, and counts it. */
export function tolerate(tolerance: Tolerance, { dialect, tolerances }: Reading, refusal: () => ScimError): void {
  if (!dialect.lenient) throw refusal();
  tolerances.add(tolerance);
}

export function pathOf(ref: AttributeRef, attribute: Attribute): string {
  return pathText(attribute === ref.attribute ? ref : { ...ref, sub: attribute });
}

const EXPECTED: Readonly<Record<AttributeType, string>> = {
  string: 'a string',
  reference: 'a URI as a string',
  dateTime: 'a date and time such as 2026-01-31T09:30:00Z',
  binary: 'a string in base64',
  boolean: 'true or false',
  integer: 'an integer',
  decimal: 'a number',
  complex: 'an object',
};

/** PostgreSQL takes neither NUL nor halves of a surrogate pair in text. */
function isStorable(given: string): boolean {
  return !given.includes('\0') && !LONE_SURROGATE.test(given);
}
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** Preparation can lengthen a value, and it is the key that is indexed. */
function isTooLong(attribute: Attribute, given: string): boolean {
  const most = SCIM_LIMITS.indexedCharacters.value;
  return given.length > most || comparisonKey(attribute, given).length > most;
}

/** Either alphabet, line breaks allowed, and the padding may be lost: the RFC's own example is a truncated certificate. */
const NOT_BASE64 = /[^A-Za-z0-9+/\-_=\s]/;

function text(
  ref: AttributeRef,
  attribute: Attribute,
  value: Json,
  reading: Reading,
  isValid?: (given: string) => boolean,
): string | undefined {
  if (typeof value !== 'string') throw wrongType(ref, attribute);
  if (value === '') return unassigned(ref, attribute, reading);
  if (!isStorable(value)) {
    const path = pathOf(ref, attribute);
    throw badRequest(
      'invalidValue',
      `${path} holds a NUL character or half of a surrogate pair, which cannot be stored.`,
    );
  }
  if (isValid && !isValid(value)) throw wrongType(ref, attribute);
  if ((attribute.uniqueness !== 'none' || attribute.indexed) && isTooLong(attribute, value)) {
    const most = SCIM_LIMITS.indexedCharacters.value;
    throw badRequest('invalidValue', `${pathOf(ref, attribute)} must not be longer than ${most} characters.`);
  }
  return value;
}

/** {"middleName":"","active":"","password":""}, from a form or a mapping that had nothing to fill in: no value (RFC 7643 §2.5 has null). */
function unassigned(ref: AttributeRef, attribute: Attribute, reading: Reading): undefined {
  tolerate('empty-string-as-unassigned', reading, () =>
    badRequest('invalidValue', `${pathOf(ref, attribute)} must not be an empty string; leave it out or send null.`),
  );
}

/** HR systems number people: {"externalId":4711,"employeeNumber":271}. Only what JSON has not rounded can be read as it was written. */
function stringFor(ref: AttributeRef, attribute: Attribute, value: Json, reading: Reading): Json {
  const refusal = () => wrongType(ref, attribute);
  if (typeof value === 'number' && isExact(value)) {
    tolerate('number-for-string', reading, refusal);
    return String(value);
  }
  // A name that is unique is nobody's `true`.
  if (typeof value === 'boolean' && attribute.uniqueness === 'none') {
    tolerate('boolean-for-string', reading, refusal);
    return String(value);
  }
  return value;
}

/** Numbers of up to 15 digits survive JSON as they are; an exponent would have been written otherwise. */
function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (!Number.isInteger(value) && EXACT_DECIMAL.test(String(value)));
}
const EXACT_DECIMAL = /^-?(?=[\d.]{1,16}$)\d+\.\d+$/;

/** Entra writes booleans as "True" and "False" unless told otherwise. */
function booleanFor(ref: AttributeRef, attribute: Attribute, value: Json, reading: Reading): boolean {
  const word = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (word !== 'true' && word !== 'false') throw wrongType(ref, attribute);
  tolerate('boolean-as-string', reading, () => wrongType(ref, attribute));
  return word === 'true';
}

function isNumber(attribute: Attribute, value: number): boolean {
  return attribute.type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
}
