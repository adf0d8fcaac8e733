import { isObject, type Json, type JsonObject } from '../json.js';
import type { AttributeRef } from '../schema/model.js';

/** What a resource in canonical form holds for an attribute of its schema or of an extension. */
export function valueAt(resource: JsonObject, { extension, attribute }: AttributeRef): Json | undefined {
  const holder = extension === undefined ? resource : resource[extension];
  return isObject(holder) ? holder[attribute.name] : undefined;
}
