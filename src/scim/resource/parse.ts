import { findAttribute } from '../attribute-path.js';
import type { Dialect, Tolerances } from '../dialect.js';
import { isList, isObject, type Json, type JsonObject, namesOf } from '../json.js';
import { SCIM_LIMITS } from '../limits.js';
import type { Attribute, ResourceType, Schema } from '../schema/model.js';
import { type ExtensionIndex, indexOf, lookUp } from '../schema/schema-index.js';
import { badRequest } from '../scim-error.js';
import { currentUrn } from '../urns.js';
import { assemble } from './assemble.js';
import { coerceAttribute } from './coerce.js';
import { type Reading, tolerate } from './coerce-simple.js';
import { checkSize } from './size.js';
import { unknownAttribute } from './unknown-attribute.js';

export interface ParsedResource {
  /** Canonical names and order, assigned values only; without what the service provider gives (id, meta, groups) and without the password. */
  readonly resource: JsonObject;
  readonly password?: string;
}

/**
 * Reads the body of a POST or PUT (RFC 7644 §3.3, §3.5.1). Names may be in any case, and of two spellings of one name the
 * last counts; readOnly attributes are ignored.
 * @throws ScimError 400 invalidSyntax (no object, wrong `schemas`; unknown names where the dialect is strict) or
 * invalidValue (wrong type, required attribute missing, too many names or elements); 413 for more than the type can hold
 */
export function parseResource(
  body: unknown,
  type: ResourceType,
  dialect: Dialect,
  tolerances: Tolerances,
): ParsedResource {
  if (!isObject(body))
    throw badRequest('invalidSyntax', `The body must be a JSON object that describes a ${type.name}.`);
  checkSize(body, type);
  const reading = { dialect, tolerances };
  const { values, schemas, extended } = sortOut(body, type, reading);
  checkSchemas(schemas, extended, type, reading);
  const resource = assemble(type, (ref) => {
    const value = values.get(ref.attribute);
    return value === undefined ? undefined : coerceAttribute(ref, value, dialect, tolerances);
  });
  const password = passwordIn(values, type, reading);
  return password === undefined ? { resource } : { resource, password };
}

/** What the client sent, by attribute; attributes of extensions are attributes of their own, so one map holds all. */
interface Given {
  readonly values: ReadonlyMap<Attribute, Json>;
  readonly schemas: Json | undefined;
  /** The extensions the body has an object for. */
  readonly extended: ReadonlySet<Schema>;
}

function sortOut(body: JsonObject, type: ResourceType, reading: Reading): Given {
  const index = indexOf(type);
  const values = new Map<Attribute, Json>();
  const extended = new Set<Schema>();
  let schemas: Json | undefined;
  for (const name of namesOf(body)) {
    const value = body[name] ?? null;
    const attribute = lookUp(index.core, name);
    if (attribute) {
      if (attribute.name === 'schemas') schemas = value;
      else values.set(attribute, value);
      continue;
    }
    const extension = lookUp(index.extensions, name) ?? legacyExtension(name, type, reading);
    if (!extension) {
      unknownAttribute(name, reading);
      continue;
    }
    if (value === null || (isList(value) && value.length === 0)) continue;
    if (!isObject(value)) throw badRequest('invalidValue', `${extension.schema.id} must be an object.`);
    extended.add(extension.schema);
    for (const inner of namesOf(value)) {
      const innerValue = value[inner] ?? null;
      const innerAttribute = lookUp(extension.attributes, inner);
      if (innerAttribute) values.set(innerAttribute, innerValue);
      else unknownAttribute(`${extension.schema.id}:${inner}`, reading);
    }
  }
  return { values, schemas, extended };
}

/** {"urn:scim:schemas:extension:enterprise:1.0":{"department":"Sales"}} */
function legacyExtension(name: string, type: ResourceType, reading: Reading): ExtensionIndex | undefined {
  const current = currentUrn(name, type.schema.id);
  const extension = current === undefined ? undefined : lookUp(indexOf(type).extensions, current);
  if (extension) tolerateLegacyUrn(type, reading);
  return extension;
}

function tolerateLegacyUrn(type: ResourceType, reading: Reading): void {
  tolerate('legacy-urn', reading, () => schemasError(type, 'must be those of RFC 7643 and name'));
}

/**
 * RFC 7643 §3: `schemas` lists the type's own schema and the extensions in the body. Entra leaves out the URNs of custom
 * extensions and names schemas of its own.
 */
function checkSchemas(
  schemas: Json | undefined,
  extended: ReadonlySet<Schema>,
  type: ResourceType,
  reading: Reading,
): void {
  const declared = urnsIn(schemas, type, reading);
  if (declared.size === 0) {
    tolerate('schemas-missing', reading, () => schemasError(type, 'must be given and name'));
    return;
  }
  if (!declared.delete(type.schema.id.toLowerCase())) throw schemasError(type, 'must name');
  for (const { schema } of type.extensions) {
    if (declared.delete(schema.id.toLowerCase()) || !extended.has(schema)) continue;
    tolerate('extension-not-declared', reading, () =>
      badRequest('invalidSyntax', `schemas must name ${schema.id}, which the body has attributes of.`),
    );
  }
  if (declared.size > 0) {
    tolerate('unknown-schema', reading, () =>
      badRequest('invalidSyntax', `schemas names a schema that a ${type.name} does not have.`),
    );
  }
}

function urnsIn(schemas: Json | undefined, type: ResourceType, reading: Reading): Set<string> {
  if (schemas === undefined || schemas === null || schemas === '') return new Set();
  const refusal = () => schemasError(type, 'must be an array of URIs that names');
  if (typeof schemas === 'string') tolerate('singleton-for-array', reading, refusal);
  const list = typeof schemas === 'string' ? [schemas] : schemas;
  if (!isList(list)) throw refusal();
  checkSchemasCount(list);
  return new Set(
    list.map((urn) => {
      if (typeof urn !== 'string') throw refusal();
      const current = currentUrn(urn, type.schema.id);
      if (current !== undefined) tolerateLegacyUrn(type, reading);
      return (current ?? urn).toLowerCase();
    }),
  );
}

/** @throws ScimError 400 invalidSyntax for more URNs than the limit */
export function checkSchemasCount(schemas: readonly Json[]): void {
  const most = SCIM_LIMITS.listedSchemas.value;
  if (schemas.length > most) {
    throw badRequest('invalidSyntax', `schemas must not hold more than ${most} URNs (listedSchemas).`);
  }
}

function schemasError(type: ResourceType, demand: string) {
  return badRequest('invalidSyntax', `schemas ${demand} ${type.schema.id}.`);
}

function passwordIn(values: ReadonlyMap<Attribute, Json>, type: ResourceType, reading: Reading): string | undefined {
  const ref = findAttribute(type, 'password');
  const value = ref && values.get(ref.attribute);
  if (!ref || value === undefined) return undefined;
  const password = coerceAttribute(ref, value, reading.dialect, reading.tolerances);
  return typeof password === 'string' ? password : undefined;
}
