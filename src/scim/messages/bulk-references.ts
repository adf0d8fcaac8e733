import { isList, isObject, type Json, type JsonObject } from '../json.js';

/** A string that is a reference as a whole (RFC 7644 §3.7.2). */
const REFERENCE = /^bulkId:(.+)$/s;
/** A reference inside the path of a PATCH operation, such as `members[value eq "bulkId:u1"]`. */
const REFERENCE_IN_PATH = /"bulkId:([^"\\]+)"/g;

/** The bulkId that a text refers to. */
export function bulkIdIn(text: string): string | undefined {
  return REFERENCE.exec(text)?.[1];
}

/** Every bulkId that the data refer to, extensions and the operations of a PATCH included. */
export function bulkIdsIn(data: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  resolveBulkIds(data, (bulkId) => {
    found.add(bulkId);
    return bulkId;
  });
  return found;
}

/** The data with ids where references were. */
export function resolveBulkIds(data: JsonObject, idOf: (bulkId: string) => string): JsonObject {
  const entries = Object.entries(data).map(([name, value]): [string, Json] => [
    name,
    typeof value === 'string' && name.toLowerCase() === 'path'
      ? value.replace(REFERENCE_IN_PATH, (_, bulkId: string) => `"${idOf(bulkId)}"`)
      : resolveValue(value, idOf),
  ]);
  return Object.fromEntries(entries);
}

function resolveValue(value: Json, idOf: (bulkId: string) => string): Json {
  if (isList(value)) return value.map((element) => resolveValue(element, idOf));
  if (isObject(value)) return resolveBulkIds(value, idOf);
  const bulkId = typeof value === 'string' ? bulkIdIn(value) : undefined;
  return bulkId === undefined ? value : idOf(bulkId);
}

/** A resource in two parts, which together are the whole: the second is added once its references can be resolved. */
export interface SplitResource {
  readonly now: JsonObject;
  /** What refers to `bulkIds`; undefined when nothing does. */
  readonly later: JsonObject | undefined;
}

export function splitByBulkIds(resource: JsonObject, bulkIds: ReadonlySet<string>): SplitResource {
  const { now, later } = split(resource, (text) => {
    const bulkId = bulkIdIn(text);
    return bulkId !== undefined && bulkIds.has(bulkId);
  });
  return { now: isObject(now) ? now : {}, later: isObject(later) ? later : undefined };
}

interface Parts {
  readonly now?: Json;
  readonly later?: Json;
}

/** What is left of nothing is left out, so that no empty object stands for a manager who is yet to come. */
function split(value: Json, waits: (text: string) => boolean): Parts {
  // An element is nothing without its `value`, so it waits as a whole.
  const key = isObject(value) ? value.value : value;
  if (typeof key === 'string' && waits(key)) return { later: value };
  if (isList(value)) return rejoin(Object.entries(value), waits, (entries) => entries.map(([, element]) => element));
  return isObject(value) ? rejoin(Object.entries(value), waits, Object.fromEntries) : { now: value };
}

function rejoin(
  entries: readonly [string, Json][],
  waits: (text: string) => boolean,
  join: (entries: readonly [string, Json][]) => Json,
): Parts {
  const now: [string, Json][] = [];
  const later: [string, Json][] = [];
  for (const [name, value] of entries) {
    const parts = split(value, waits);
    if (parts.now !== undefined) now.push([name, parts.now]);
    if (parts.later !== undefined) later.push([name, parts.later]);
  }
  return {
    ...((now.length > 0 || later.length === 0) && { now: join(now) }),
    ...(later.length > 0 && { later: join(later) }),
  };
}
