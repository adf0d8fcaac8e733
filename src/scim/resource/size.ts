import { type Json, type JsonObject, jsonLength } from '../json.js';
import type { ResourceType } from '../schema/model.js';
import { ScimError } from '../scim-error.js';

/**
 * Refuses what a resource of the type cannot hold: a body, or the resource after a PATCH. One that was too large before, because
 * it was stored before the limit was set, may become smaller.
 * @throws ScimError 413
 */
export function checkSize(value: Json, type: ResourceType, before?: JsonObject): void {
  const most = type.maxCharacters;
  if (most === undefined) return;
  const length = jsonLength(value, most);
  if (length <= most) return;
  if (before && jsonLength(value, Number.MAX_SAFE_INTEGER) < jsonLength(before, Number.MAX_SAFE_INTEGER)) return;
  throw new ScimError(
    413,
    undefined,
    `A ${type.name}, and a request about one, must not have more than ${most} characters of JSON (userCharacters).`,
  );
}
