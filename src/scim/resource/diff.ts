import { isList, isObject, type Json, type JsonObject } from '../json.js';

export interface ResourceDiff {
  /** Paths of the attributes that differ: `displayName`, `name`, `urn:…:User:department`. Empty when nothing changed. */
  readonly changed: readonly string[];
  /** The old and the new values of these attributes by path; one without a value is left out. */
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/**
 * What differs between two resources in canonical form. The order of members and of the elements of a multi-valued
 * attribute says nothing (RFC 7643 §2.3.8, §2.4), and `schemas` only follows from the rest.
 */
export function diff(before: JsonObject, after: JsonObject): ResourceDiff {
  const old = differing(before, after);
  const now = differing(after, before);
  const paths = [...old.keys(), ...[...now.keys()].filter((path) => !old.has(path))];
  const changed = paths.filter((path) => !isSame(old.get(path), now.get(path)));
  return { changed, before: select(old, changed), after: select(now, changed) };
}

/** By path, what the other resource does not hold as the very same value: a change leaves most of a resource alone. */
function differing(resource: JsonObject, other: JsonObject): Map<string, Json> {
  const values = new Map<string, Json>();
  for (const name of Object.keys(resource)) {
    const value = resource[name];
    const counterpart = other[name];
    if (name === 'schemas' || value === undefined || value === counterpart) continue;
    // Only the URN of an extension has colons in it.
    if (name.includes(':') && isObject(value)) {
      for (const [inner, innerValue] of Object.entries(value)) {
        if (!isObject(counterpart) || counterpart[inner] !== innerValue) values.set(`${name}:${inner}`, innerValue);
      }
    } else values.set(name, value);
  }
  return values;
}

function select(values: ReadonlyMap<string, Json>, paths: readonly string[]): JsonObject {
  return Object.fromEntries(
    paths.flatMap((path): [string, Json][] => {
      const value = values.get(path);
      return value === undefined ? [] : [[path, value]];
    }),
  );
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  // Most values come back as they were, in the same order: only others are worth sorting.
  return isIdentical(a, b) || fingerprint(a) === fingerprint(b);
}

function isIdentical(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((element, index) => isIdentical(element, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isIdentical(a[name], b[name]));
}

/** JSON text that is equal for values that mean the same: names sorted, elements sorted. */
function fingerprint(value: Json): string {
  if (isList(value)) return `[${value.map(fingerprint).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${fingerprint(member)}`);
  return `{${members.sort().join()}}`;
}
