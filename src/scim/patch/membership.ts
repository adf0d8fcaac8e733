import type { Dialect, Tolerances } from '../dialect.js';
import type { ElementFilter } from '../filter/ast.js';
import { isList, isObject, type Json } from '../json.js';
import { coerceAttribute } from '../resource/coerce.js';
import { badRequest } from '../scim-error.js';
import type { PatchOperation } from './ast.js';

/**
 * What operations on `members` come to, however many there are and whoever is in the group: first everybody leaves or nobody
 * (`clear`), then `remove` leave, then `add` join. So a group of any size changes without being read.
 */
export interface MembershipDelta {
  readonly clear: boolean;
  readonly add: ReadonlySet<string>;
  readonly remove: ReadonlySet<string>;
}

export interface SplitPatch {
  /** Operations on the other attributes, in their order. */
  readonly attributes: readonly PatchOperation[];
  /** Undefined when no operation is about members. */
  readonly members: MembershipDelta | undefined;
}

/**
 * Parts the operations on `members` from the rest (RFC 7644 §3.5.2).
 * @throws ScimError 400: invalidValue (a member without value, a group as member), mutability (a sub-attribute of a member),
 * invalidPath (members selected by anything but their value)
 */
export function splitMembership(
  operations: readonly PatchOperation[],
  dialect: Dialect,
  tolerances: Tolerances,
): SplitPatch {
  const attributes = operations.filter((operation) => !isAboutMembers(operation));
  const changes = operations.filter(isAboutMembers);
  if (changes.length === 0) return { attributes, members: undefined };
  const valuesOf = (operation: PatchOperation, value: Json) =>
    memberValues(coerceAttribute(operation.target.ref, value, dialect, tolerances));
  return { attributes, members: changes.reduce((before, change) => after(before, change, valuesOf), NOTHING) };
}

/** The ids in a parsed `members`; decision: a group is no member of a group. */
export function memberValues(members: Json | undefined): readonly string[] {
  if (!isList(members)) return [];
  return members.filter(isObject).map(({ value, type }) => {
    if (typeof type === 'string' && type.toLowerCase() !== 'user') {
      throw badRequest(
        'invalidValue',
        'members: only a User can be a member of a Group; push the users of a group instead.',
      );
    }
    return String(value);
  });
}

const NOTHING: MembershipDelta = { clear: false, add: new Set(), remove: new Set() };

function isAboutMembers({ target }: PatchOperation): boolean {
  return target.ref.attribute.name === 'members';
}

function after(
  before: MembershipDelta,
  operation: PatchOperation,
  valuesOf: (operation: PatchOperation, value: Json) => readonly string[],
): MembershipDelta {
  const { target } = operation;
  if (target.ref.sub) {
    throw badRequest('mutability', 'What is told of a member cannot be changed; remove the member and add another.');
  }
  if (operation.op === 'remove') {
    if (target.filter) return without(before, selectedValues(target.filter));
    if (operation.value === undefined) return { clear: true, add: new Set(), remove: new Set() };
    return without(before, valuesOf(operation, operation.value));
  }
  if (target.filter) throw badRequest('mutability', 'A member cannot be replaced; remove it and add another.');
  const values = valuesOf(operation, operation.value);
  if (operation.op === 'replace') return { clear: true, add: new Set(values), remove: new Set() };
  return {
    clear: before.clear,
    add: new Set([...before.add, ...values]),
    remove: minus(before.remove, values),
  };
}

function without(before: MembershipDelta, values: readonly string[]): MembershipDelta {
  return {
    clear: before.clear,
    add: minus(before.add, values),
    // After `clear` nobody is left who could be removed.
    remove: before.clear ? new Set() : new Set([...before.remove, ...values]),
  };
}

function minus(set: ReadonlySet<string>, values: readonly string[]): ReadonlySet<string> {
  const left = new Set(set);
  for (const value of values) left.delete(value);
  return left;
}

/** `members[value eq "x"]`, also several joined by `or`: the only selection that needs no look at the other members. */
function selectedValues(filter: ElementFilter): readonly string[] {
  if (filter.kind === 'or') return [...selectedValues(filter.left), ...selectedValues(filter.right)];
  if (filter.kind === 'compare' && filter.op === 'eq' && filter.attribute.name === 'value') {
    return [String(filter.value)];
  }
  throw badRequest('invalidPath', 'Members are selected by their value only, as in members[value eq "…"].');
}
