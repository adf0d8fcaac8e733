import { isList, isObject, type Json, type JsonObject } from '../json.js';
import type { Attribute, ResourceType } from '../schema/model.js';
import { subAttributesOf } from '../schema/schema-index.js';
import { assemble } from './assemble.js';
import { withDerivedReference } from './derived-reference.js';
import { isComplete } from './element-identity.js';
import { valueAt } from './value-at.js';

/**
 * Brings a resource that was changed in place back into the form {@link parseResource} gives: canonical order, nothing
 * empty, `schemas` true again (RFC 7644 §3.5.2), what is derived derived anew. Names must be canonical already; what is no
 * stored attribute is left out.
 * @param known in that form already: values that were not changed since are taken as they are
 * @throws ScimError 400 invalidValue when a required attribute is gone
 */
export function finishResource(resource: JsonObject, type: ResourceType, known?: JsonObject): JsonObject {
  if (known && differsInSimpleValues(resource, known, type)) return resource;
  return assemble(type, (ref) => {
    const value = valueAt(resource, ref);
    return known && value === valueAt(known, ref) ? value : assigned(ref.attribute, value);
  });
}

/** Most changes: an attribute without parts that had a value has another one, so nothing else comes into another form or place. */
function differsInSimpleValues(resource: JsonObject, known: JsonObject, type: ResourceType): boolean {
  const names = Object.keys(resource);
  if (names.length !== Object.keys(known).length) return false;
  const changed = names.filter((name) => resource[name] !== known[name]);
  return changed.every((name) => {
    const attribute = type.schema.attributes.find((each) => each.name === name);
    if (known[name] === undefined || !attribute || attribute.multiValued || attribute.type === 'complex') return false;
    const value = resource[name];
    return typeof value === 'string' ? value.trim() !== '' : typeof value === 'boolean' || typeof value === 'number';
  });
}

/** The value without what counts as unassigned (RFC 7643 §2.5). */
function assigned(attribute: Attribute, value: Json | undefined): Json | undefined {
  if (!attribute.multiValued) return assignedOne(attribute, value);
  if (!isList(value)) return undefined;
  const elements = value
    .flatMap((element) => assignedOne(attribute, element) ?? [])
    .filter((element) => isComplete(attribute, element));
  return elements.length > 0 ? elements : undefined;
}

function assignedOne(attribute: Attribute, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (attribute.type !== 'complex') return value;
  if (!isObject(value)) return undefined;
  const entries = Array.from(subAttributesOf(attribute).values()).flatMap(({ name, mutability }) => {
    const sub = mutability === 'readOnly' ? undefined : value[name];
    return sub === undefined || sub === null || sub === '' ? [] : [[name, sub] as const];
  });
  return entries.length > 0 ? withDerivedReference(attribute, Object.fromEntries(entries)) : undefined;
}
