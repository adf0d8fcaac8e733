import { findAttribute } from '../attribute-path.js';
import type { Dialect, Tolerances } from '../dialect.js';
import { entriesOf, isObject, type Json, type JsonObject } from '../json.js';
import { coerceElement, listOf } from '../resource/coerce.js';
import { type ParsedResource, parseResource } from '../resource/parse.js';
import { GroupType } from '../schema/resource-types.js';
import { badRequest } from '../scim-error.js';
import { type Steps, Stretch } from '../steps.js';

/** The body of a POST or PUT of a Group: a group may have hundreds of thousands of members, so they are read apart, in steps. */
export interface ParsedGroup {
  readonly resource: ParsedResource['resource'];
  /** As sent, not looked into; undefined when the body does not speak of members. */
  readonly members: Json | undefined;
}

/** All but the members; errors as `parseResource`. */
export function parseGroup(body: JsonObject, dialect: Dialect, tolerances: Tolerances): ParsedGroup {
  const others: [string, Json][] = [];
  let members: Json | undefined;
  for (const [name, value] of entriesOf(body)) {
    if (name.toLowerCase() === 'members') members = value;
    else others.push([name, value]);
  }
  const { resource } = parseResource(Object.fromEntries(others), GroupType, dialect, tolerances);
  return { resource, members };
}

/**
 * The ids that the elements of `members` name, by {@link idKey}.
 * @throws ScimError 400 invalidValue: no list, a member that names nobody, a member that is no User
 */
export function* readMembers(members: Json, dialect: Dialect, tolerances: Tolerances): Steps<readonly string[]> {
  const ref = findAttribute(GroupType, 'members');
  if (!ref) throw new Error('The schema of groups has no members');
  const ids: string[] = [];
  const stretch = new Stretch();
  for (const given of listOf(ref, members, { dialect, tolerances })) {
    if (stretch.isFull(isObject(given) ? Object.keys(given).length : 1)) yield;
    const member = coerceElement(ref, given, dialect, tolerances);
    if (!isObject(member)) continue;
    if (typeof member.type === 'string' && member.type.toLowerCase() !== 'user') {
      throw badRequest(
        'invalidValue',
        'members: only a User can be a member of a Group; push the users of a group instead.',
      );
    }
    ids.push(idKey(String(member.value)));
  }
  return ids;
}

/** What two spellings of one id have in common. */
export function idKey(id: string): string {
  return id.toLowerCase();
}
