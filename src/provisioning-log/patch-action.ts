import { isList, isObject, type Json, SCIM_LIMITS } from '../scim/index.js';
import type { Action } from './actions.js';
import { attributeOf, memberOf } from './asked-request.js';

/** One attribute that a PATCH names. */
export interface PatchedAttribute {
  /** In lower case, as `attribute` is. */
  readonly op: string;
  readonly attribute: string;
  readonly value: Json | undefined;
}

/** What clients repeat of the resource beside what they change: Okta's rename has the group's `id` in its value. */
const REPEATED = ['id', 'schemas', 'meta'];

/** The attributes that the operations name, by a path or by the keys of a value without one, as far as a PATCH may have so many. */
export function patchedAttributes(body: unknown): readonly PatchedAttribute[] {
  const operations = memberOf(body, 'Operations');
  if (!isList(operations)) return [];
  return operations.slice(0, SCIM_LIMITS.patchOperations.value).flatMap((operation) => {
    const op = String(memberOf(operation, 'op')).toLowerCase();
    const path = memberOf(operation, 'path');
    const value = memberOf(operation, 'value');
    if (typeof path === 'string' && path !== '') return [{ op, attribute: attributeOf(path), value }];
    if (!isObject(value)) return [];
    return Object.keys(value)
      .slice(0, SCIM_LIMITS.objectMembers.value)
      .map((key) => ({ op, attribute: attributeOf(key), value: value[key] }))
      .filter(({ attribute }) => !REPEATED.includes(attribute));
  });
}

export function userPatchAction(changes: readonly PatchedAttribute[]): Action {
  const others = changes.filter(({ attribute }) => attribute !== 'active');
  const active = changes.find(({ attribute }) => attribute === 'active');
  if (active && isFalse(active.value)) return 'deactivate-user';
  if (active && others.length === 0) return 'reactivate-user';
  if (changes.length > 0 && changes.every(({ attribute }) => attribute === 'password')) return 'set-password';
  return 'update-user';
}

/** Entra ID sends `"False"`. */
export function isFalse(value: Json | undefined): boolean {
  return value === false || (typeof value === 'string' && value.toLowerCase() === 'false');
}

/** A change of members is what it is about, also where the name is repeated beside it. */
export function groupPatchAction(changes: readonly PatchedAttribute[]): Action {
  const ops = new Set(changes.flatMap(({ attribute, op }) => (attribute === 'members' ? [op] : [])));
  if (ops.has('replace')) return 'replace-members';
  if (ops.has('add')) return ops.has('remove') ? 'change-members' : 'add-members';
  if (ops.has('remove')) return 'remove-members';
  return changes.some(({ attribute }) => attribute === 'displayname') ? 'rename-group' : 'update-group';
}
