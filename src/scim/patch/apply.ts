import { findSubAttribute, pathText } from '../attribute-path.js';
import type { Dialect, Tolerances } from '../dialect.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';
import { coerceAttribute, coerceSub } from '../resource/coerce.js';
import type { Reading } from '../resource/coerce-simple.js';
import { finishResource } from '../resource/finish.js';
import { valueAt } from '../resource/value-at.js';
import type { AttributeRef, ResourceType } from '../schema/model.js';
import { badRequest } from '../scim-error.js';
import type { PatchOperation } from './ast.js';
import { merged, withMember, without } from './complex-value.js';
import { changeElements } from './elements.js';

export interface Patched {
  /** Canonical, as `parseResource` makes it; equal to the resource before where nothing changed. */
  readonly resource: JsonObject;
  /** The password to set, which is part of no resource. */
  readonly password?: string;
}

/**
 * Applies operations one after the other (RFC 7644 §3.5.2). `resource` is canonical, without id, meta and groups; it is not
 * changed, so a refusal half-way leaves everything as it was.
 * @throws ScimError 400: invalidValue (wrong type, required attribute unassigned), mutability (required attribute removed,
 * immutable one changed), noTarget (a filter selects nothing)
 */
export function applyPatch(
  resource: JsonObject,
  operations: readonly PatchOperation[],
  type: ResourceType,
  dialect: Dialect,
  tolerances: Tolerances,
): Patched {
  const reading = { dialect, tolerances };
  const patched = operations.reduce<Patched>((before, operation) => apply(before, operation, reading), { resource });
  return { ...patched, resource: finishResource(patched.resource, type, resource) };
}

function apply(before: Patched, operation: PatchOperation, reading: Reading): Patched {
  const { ref } = operation.target;
  const { attribute } = ref;
  if (attribute.mutability === 'writeOnly') return withSecret(before, operation, reading);
  const value = valueAt(before.resource, ref);
  const changed = attribute.multiValued
    ? unlessEmpty(changeElements(isList(value) ? value : [], operation, reading))
    : changeValue(value, operation, reading);
  if (changed === undefined && attribute.required) throw requiredError(operation);
  if (attribute.mutability === 'immutable' && value !== undefined && changed !== value) {
    throw badRequest('mutability', `${pathText(ref)} is immutable and has a value already.`);
  }
  return { ...before, resource: withValue(before.resource, ref, changed) };
}

function withSecret({ resource, password }: Patched, operation: PatchOperation, reading: Reading): Patched {
  const { ref } = operation.target;
  const value = operation.op === 'remove' ? undefined : changeValue(password, operation, reading);
  if (typeof value === 'string') return { resource, password: value };
  // Nobody knows whether there is a password, so taking it away cannot be told from doing nothing.
  if (operation.op === 'remove') return { resource };
  throw badRequest('invalidValue', `${pathText(ref)} must not be empty.`);
}

/** The value of a single-valued attribute after one operation; undefined means unassigned. */
function changeValue(value: Json | undefined, operation: PatchOperation, reading: Reading): Json | undefined {
  const { ref } = operation.target;
  const { dialect, tolerances } = reading;
  const { attribute, sub } = ref;
  const object = isObject(value) ? value : {};
  if (operation.op === 'remove') return sub ? without(attribute, object, [sub.name]) : undefined;
  if (sub) {
    const given = coerceSub({ ...ref, sub }, operation.value, dialect, tolerances);
    return given === undefined
      ? without(attribute, object, [sub.name])
      : merged(attribute, object, { [sub.name]: given });
  }
  const given = coerceAttribute(ref, operation.value, dialect, tolerances);
  if (attribute.type !== 'complex' || !isObject(operation.value)) return given;
  // Sub-attributes that are given are replaced, by nothing if need be; the others stay (RFC 7644 §3.5.2.3).
  const named = Object.entries(operation.value).flatMap(([name, each]) => {
    const found = isBlank(each) ? findSubAttribute(attribute, name) : undefined;
    return found ? [found.name] : [];
  });
  return merged(attribute, without(attribute, object, named), isObject(given) ? given : {});
}

function withValue(resource: JsonObject, { extension, attribute }: AttributeRef, value: Json | undefined): JsonObject {
  if (extension === undefined) return withMember(resource, attribute.name, value);
  const holder = resource[extension];
  return withMember(resource, extension, withMember(isObject(holder) ? holder : {}, attribute.name, value));
}

function unlessEmpty(elements: readonly Json[]): readonly Json[] | undefined {
  return elements.length > 0 ? elements : undefined;
}

function isBlank(value: Json): boolean {
  return value === null || value === '';
}

function requiredError({ op, target: { ref } }: PatchOperation) {
  return op === 'remove'
    ? badRequest('mutability', `${pathText(ref)} is required and cannot be removed.`)
    : badRequest('invalidValue', `${pathText(ref)} is required and must not be empty.`);
}
