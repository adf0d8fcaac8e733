import { pathText } from '../attribute-path.js';
import type { Json, JsonObject } from '../json.js';
import type { AttributeRef, ResourceType } from '../schema/model.js';
import { indexOf } from '../schema/schema-index.js';
import { badRequest } from '../scim-error.js';

/**
 * The canonical resource made of what `read` gives for each stored attribute: `schemas`, externalId, core attributes in
 * schema order, then one object per extension that holds data. `schemas` lists the core schema and these extensions.
 * @throws ScimError 400 invalidValue when a required attribute or extension is missing (RFC 7643 §7, §6)
 */
export function assemble(type: ResourceType, read: (ref: AttributeRef) => Json | undefined): JsonObject {
  const schemas = [type.schema.id];
  const resource: Record<string, Json> = { schemas };
  const extensions = new Map<string, Record<string, Json>>();
  for (const ref of indexOf(type).stored) {
    const value = read(ref);
    if (ref.attribute.required && isBlank(value)) {
      throw badRequest('invalidValue', `${pathText(ref)} is required and must not be empty.`);
    }
    if (value === undefined) continue;
    if (ref.extension === undefined) {
      resource[ref.attribute.name] = value;
      continue;
    }
    let extension = extensions.get(ref.extension);
    if (!extension) {
      extension = {};
      extensions.set(ref.extension, extension);
    }
    extension[ref.attribute.name] = value;
  }
  for (const { schema, required } of type.extensions) {
    const extension = extensions.get(schema.id);
    if (!extension && required) throw badRequest('invalidValue', `${schema.id} is required.`);
    if (!extension) continue;
    schemas.push(schema.id);
    resource[schema.id] = extension;
  }
  return resource;
}

function isBlank(value: Json | undefined): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '');
}
