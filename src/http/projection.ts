import { type NameList, type Projection, parseProjection, type ResourceType } from '../scim/index.js';
import type { ScimCall } from './scim-call.js';

/** What of the answer the client wants to see; asked on every operation that returns a resource (RFC 7644 §3.9). */
export function projectionOf({ query }: ScimCall, type: ResourceType): Projection | undefined {
  return parseProjection(names(query.attributes), names(query.excludedAttributes), type);
}

/** A parameter that is there twice arrives as a list; lists of attributes add up. */
function names(value: unknown): NameList {
  return typeof value === 'string' || Array.isArray(value) ? value : undefined;
}
