import { findAttribute, findExtension, pathText } from '../attribute-path.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';
import { SCIM_LIMITS } from '../limits.js';
import type { Attribute, AttributeRef, ResourceType } from '../schema/model.js';
import { foldName, indexOf, lookUp } from '../schema/schema-index.js';
import { badRequest } from '../scim-error.js';

/** What `attributes` or `excludedAttributes` asked for (RFC 7644 §3.9). */
export interface Projection {
  /** `only` what is listed, or the default set `without` it. */
  readonly mode: 'only' | 'without';
  /** Canonical paths of attributes, each with the sub-attributes listed, or whole. */
  readonly listed: ReadonlyMap<string, ReadonlySet<string> | 'whole'>;
}

/** A comma-separated list, or as many of them as there were parameters or array elements. */
export type NameList = string | readonly string[] | undefined;

/**
 * Names in any case, with or without URN, sub-attributes and whole extensions too; unknown names ask for nothing. A list
 * without any name counts as not given.
 * @throws ScimError 400 invalidValue when both lists are given (RFC 7644 §3.9 calls them mutually exclusive), and for more
 * names than the limit
 */
export function parseProjection(
  attributes: NameList,
  excludedAttributes: NameList,
  type: ResourceType,
): Projection | undefined {
  const only = namesIn('attributes', attributes);
  const without = namesIn('excludedAttributes', excludedAttributes);
  if (only.length > 0 && without.length > 0) {
    throw badRequest('invalidValue', 'attributes and excludedAttributes exclude each other; give one of them.');
  }
  if (only.length > 0) return { mode: 'only', listed: listed(only, type) };
  if (without.length > 0) return { mode: 'without', listed: listed(without, type) };
  return undefined;
}

/** Whether an attribute that is returned by default will be in the answer, as a whole or in part; `name` is its canonical path. */
export function wants(projection: Projection | undefined, name: string): boolean {
  if (!projection) return true;
  return projection.mode === 'only' ? projection.listed.has(name) : projection.listed.get(name) !== 'whole';
}

/** Whether nothing is left out but, perhaps, this attribute. */
export function leavesAllBut(projection: Projection | undefined, name: string): boolean {
  if (!projection) return true;
  return projection.mode === 'without' && [...projection.listed.keys()].every((path) => path === name);
}

/** The resource as the client may and wants to see it (RFC 7643 §7 `returned`). Names must be canonical; others are left out. */
export function project(resource: JsonObject, projection: Projection | undefined, type: ResourceType): JsonObject {
  const index = indexOf(type);
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(resource)) {
    const attribute = lookUp(index.core, name);
    if (attribute) {
      const kept = keep({ attribute }, value, projection);
      if (kept !== undefined) result[attribute.name] = kept;
      continue;
    }
    const extension = lookUp(index.extensions, name);
    if (!extension || !isObject(value)) continue;
    const urn = extension.schema.id;
    const inner: Record<string, Json> = {};
    for (const innerAttribute of extension.schema.attributes) {
      const given = value[innerAttribute.name];
      const kept =
        given === undefined ? undefined : keep({ extension: urn, attribute: innerAttribute }, given, projection);
      if (kept !== undefined) inner[innerAttribute.name] = kept;
    }
    if (Object.keys(inner).length > 0) result[urn] = inner;
  }
  return result;
}

/** Each name once. Splitting ends at the limit, so that a longer list costs no more. */
function namesIn(parameter: string, list: NameList): readonly string[] {
  const most = SCIM_LIMITS.listedNames.value;
  const texts = typeof list === 'string' ? [list] : (list ?? []);
  const names = texts.slice(0, most + 1).flatMap((text) => text.split(',', most + 1));
  if (names.length > most) {
    throw badRequest('invalidValue', `${parameter} must not hold more than ${most} names (listedNames).`);
  }
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
}

function listed(names: readonly string[], type: ResourceType): ReadonlyMap<string, ReadonlySet<string> | 'whole'> {
  const result = new Map<string, Set<string> | 'whole'>();
  for (const ref of names.flatMap((name) => refsOf(name, type))) {
    const path = pathText({ ...ref, sub: undefined });
    const before = result.get(path);
    if (!ref.sub) result.set(path, 'whole');
    else if (before === undefined) result.set(path, new Set([ref.sub.name]));
    else if (before !== 'whole') before.add(ref.sub.name);
  }
  return result;
}

function refsOf(name: string, type: ResourceType): readonly AttributeRef[] {
  const ref = findAttribute(type, name);
  if (ref) return [ref];
  const extension = findExtension(type, name);
  if (extension) return extension.attributes.map((attribute) => ({ extension: extension.id, attribute }));
  if (foldName(name) !== type.schema.id.toLowerCase()) return [];
  return type.schema.attributes.map((attribute) => ({ attribute }));
}

function keep(ref: AttributeRef, value: Json, projection: Projection | undefined): Json | undefined {
  const { attribute } = ref;
  if (attribute.returned === 'never') return undefined;
  if (attribute.returned === 'always') return value;
  const asked = projection?.listed.get(pathText(ref));
  if (projection?.mode === 'only') {
    if (asked === undefined) return undefined;
    return keepSubs(attribute, value, ({ name, returned }) =>
      asked === 'whole' ? returned !== 'request' : asked.has(name),
    );
  }
  if (attribute.returned === 'request' || asked === 'whole') return undefined;
  return keepSubs(attribute, value, ({ name, returned }) => returned !== 'request' && !asked?.has(name));
}

/** A simple attribute has nothing to choose from; a complex one keeps what `isKept` says, `always` in any case and `never` in none. */
function keepSubs(attribute: Attribute, value: Json, isKept: (sub: Attribute) => boolean): Json | undefined {
  const subs = attribute.subAttributes ?? [];
  const kept = subs.filter((sub) => sub.returned === 'always' || (sub.returned !== 'never' && isKept(sub)));
  if (kept.length === subs.length) return value;
  if (!isList(value)) return pick(value, kept);
  const elements = value.flatMap((element) => pick(element, kept) ?? []);
  return elements.length > 0 ? elements : undefined;
}

function pick(value: Json, kept: readonly Attribute[]): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const entries = kept.flatMap(({ name }): [string, Json][] => {
    const sub = value[name];
    return sub === undefined ? [] : [[name, sub]];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
