import { COMMON_ATTRIBUTES } from './common-attributes.js';
import type { Attribute, AttributeRef, ResourceType, Schema } from './model.js';

/** The names of a resource type, ready for look-up. Keys are lower case (RFC 7643 §2.1) and in Maps, so a client's name is never a property name. */
export interface TypeIndex {
  /** Common and core attributes. */
  readonly core: ReadonlyMap<string, Attribute>;
  /** Extensions by URN. */
  readonly extensions: ReadonlyMap<string, ExtensionIndex>;
  /** Everything a path without a filter can say, from `username` to `urn:…:user:manager.value`. */
  readonly paths: ReadonlyMap<string, AttributeRef>;
  /** The attributes a client sets and the service keeps, in canonical order: neither readOnly nor writeOnly, without `schemas`. */
  readonly stored: readonly AttributeRef[];
}

export interface ExtensionIndex {
  readonly schema: Schema;
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** The look-up form of a name; undefined for what no name can hold: `K` (Kelvin sign) would otherwise lower to `k`. */
export function foldName(name: string): string | undefined {
  return NOT_IN_NAMES.test(name) ? undefined : name.toLowerCase();
}
const NOT_IN_NAMES = /[^!-~]/;

/** Finds by a client's spelling of a name. */
export function lookUp<T>(map: ReadonlyMap<string, T>, name: string): T | undefined {
  const folded = foldName(name);
  return folded === undefined ? undefined : map.get(folded);
}

const types = new WeakMap<ResourceType, TypeIndex>();
const attributes = new WeakMap<Attribute, ReadonlyMap<string, Attribute>>();

export function indexOf(type: ResourceType): TypeIndex {
  let index = types.get(type);
  if (!index) {
    index = buildIndex(type);
    types.set(type, index);
  }
  return index;
}

/** Sub-attributes by lower-case name; empty for simple attributes. */
export function subAttributesOf(attribute: Attribute): ReadonlyMap<string, Attribute> {
  let index = attributes.get(attribute);
  if (!index) {
    index = byName(attribute.subAttributes ?? []);
    attributes.set(attribute, index);
  }
  return index;
}

function byName(list: readonly Attribute[]): Map<string, Attribute> {
  return new Map(list.map((attribute) => [attribute.name.toLowerCase(), attribute]));
}

function buildIndex(type: ResourceType): TypeIndex {
  const own = [...COMMON_ATTRIBUTES, ...type.schema.attributes];
  const core = own.map((attribute): AttributeRef => ({ attribute }));
  const extended = type.extensions.flatMap(({ schema }) =>
    schema.attributes.map((attribute) => ({ extension: schema.id, attribute })),
  );
  return {
    core: byName(own),
    extensions: new Map(
      type.extensions.map(({ schema }) => [schema.id.toLowerCase(), { schema, attributes: byName(schema.attributes) }]),
    ),
    // A bare name of an extension is accepted (`manager`), but an attribute of the core wins.
    paths: new Map([
      ...extended.flatMap((ref) => paths(ref, ['', `${ref.extension}:`])),
      ...core.flatMap((ref) => paths(ref, ['', `${type.schema.id}:`])),
    ]),
    stored: [...core, ...extended].filter(({ attribute }) => isStored(attribute)),
  };
}

function isStored({ name, mutability }: Attribute): boolean {
  return name !== 'schemas' && mutability !== 'readOnly' && mutability !== 'writeOnly';
}

/** Every path to an attribute and its sub-attributes, in lower case, once behind each prefix. */
function paths(whole: AttributeRef, prefixes: readonly string[]): [string, AttributeRef][] {
  const { name, subAttributes = [] } = whole.attribute;
  const named: [string, AttributeRef][] = [
    [name, whole],
    ...subAttributes.map((sub): [string, AttributeRef] => [`${name}.${sub.name}`, { ...whole, sub }]),
  ];
  return prefixes.flatMap((prefix) =>
    named.map(([path, ref]): [string, AttributeRef] => [`${prefix}${path}`.toLowerCase(), ref]),
  );
}
