import type { Dialect, Tolerances } from '../dialect.js';
import type { ElementFilter } from '../filter/ast.js';
import { evaluateElement } from '../filter/evaluate.js';
import type { Json, JsonObject } from '../json.js';
import { badRequest } from '../scim-error.js';
import { type Steps, Stretch } from '../steps.js';
import type { PatchOperation } from './ast.js';
import { addedList } from './elements.js';
import { namedElements, namesIn, nodesIn } from './filter-terms.js';
import { idKey, readMembers } from './member-values.js';

/**
 * What operations on `members` come to, however many there are and whoever is in the group: first everybody leaves or nobody
 * (`clear`), then `remove` leave, then `add` join. So a group of any size changes without being read. Ids are in lower case.
 */
export interface MembershipDelta {
  readonly clear: boolean;
  readonly add: ReadonlySet<string>;
  readonly remove: ReadonlySet<string>;
}

export interface SplitPatch {
  /** Operations on the other attributes, in their order. */
  readonly attributes: readonly PatchOperation[];
  /** Those on members, in their order. */
  readonly members: readonly PatchOperation[];
}

/** Parts the operations on `members` from the rest (RFC 7644 §3.5.2). */
export function splitMembership(operations: readonly PatchOperation[]): SplitPatch {
  return {
    attributes: operations.filter((operation) => !isAboutMembers(operation)),
    members: operations.filter(isAboutMembers),
  };
}

/** One operation on members. */
export type MembershipStep =
  | { readonly kind: 'clear' }
  | { readonly kind: 'add' | 'remove'; readonly ids: readonly string[] }
  /** Those of the group whom the filter selects leave. */
  | { readonly kind: 'select'; readonly selection: MemberSelection };

/** A filter in brackets behind `members` that asks for more than values. */
export interface MemberSelection {
  /** About elements as the group shows them, with ids in lower case. */
  readonly filter: ElementFilter;
  /** The only ids that the filter can select; undefined where it may be any member. */
  readonly named: ReadonlySet<string> | undefined;
}

/**
 * Reads the operations on members.
 * @throws ScimError 400: invalidValue (a member without value, a group as member), mutability (a sub-attribute of a member)
 */
export function* readMembership(
  operations: readonly PatchOperation[],
  dialect: Dialect,
  tolerances: Tolerances,
): Steps<readonly MembershipStep[]> {
  const steps: MembershipStep[] = [];
  for (const operation of operations) {
    const { ref, filter } = operation.target;
    if (ref.sub) {
      throw badRequest('mutability', 'What is told of a member cannot be changed; remove the member and add another.');
    }
    const idsIn = (value: Json) => readMembers(value, dialect, tolerances);
    if (operation.op === 'remove') {
      if (filter) steps.push(yield* removal(filter));
      else if (operation.value === undefined) steps.push({ kind: 'clear' });
      else steps.push({ kind: 'remove', ids: yield* idsIn(operation.value) });
      continue;
    }
    if (filter) throw badRequest('mutability', 'A member cannot be replaced; remove it and add another.');
    if (operation.op === 'replace') steps.push({ kind: 'clear' });
    const value = operation.op === 'add' ? addedList(operation.value) : operation.value;
    steps.push({ kind: 'add', ids: yield* idsIn(value) });
  }
  return steps;
}

/** What every member has in common, as long as groups are no members. */
const TYPE = 'User';
/** What a filter may ask for without a look at the member. */
const KNOWN: readonly string[] = ['value', 'type'];

/** Where a filter names values and asks for nothing that only the member itself can tell, its ids are known at once. */
function* removal(given: ElementFilter): Steps<MembershipStep> {
  const filter = withIdKeys(given);
  const named = namedElements(filter, idKey);
  if (named?.exact) return { kind: 'remove', ids: [...named.keys] };
  if (!named || [...namesIn(filter)].some((name) => !KNOWN.includes(name))) {
    return { kind: 'select', selection: { filter, named: named?.keys } };
  }
  const elements = Array.from(named.keys, (value) => ({ value, type: TYPE }));
  return { kind: 'remove', ids: yield* selectMembers(elements, filter) };
}

/** The change so far, while the operations are done one after the other. The sets are the same from the first to the last. */
class Change implements MembershipDelta {
  clear = false;
  readonly add = new Set<string>();
  readonly remove = new Set<string>();

  clearAll(): void {
    this.clear = true;
    this.add.clear();
    this.remove.clear();
  }

  join(id: string): void {
    this.add.add(id);
    this.remove.delete(id);
  }

  leave(id: string): void {
    this.add.delete(id);
    // After `clear` nobody is left who could be removed.
    if (!this.clear) this.remove.add(id);
  }
}

/** Asks for the ids of those whom a filter selects: among the members of the group, unless `cleared`, and among those who joined. */
export interface MemberSearch {
  readonly selection: MemberSelection;
  readonly cleared: boolean;
  readonly joined: ReadonlySet<string>;
}

/**
 * What the operations come to. Yields undefined after a stretch of work, and a search where only the group itself can tell whom
 * a filter selects; the ids that were found are the answer to it.
 */
export function* foldMembership(
  steps: readonly MembershipStep[],
): Generator<MemberSearch | undefined, MembershipDelta, readonly string[] | undefined> {
  const change = new Change();
  const stretch = new Stretch();
  for (const step of steps) {
    if (step.kind === 'clear') {
      change.clearAll();
      continue;
    }
    const ids =
      step.kind === 'select'
        ? ((yield { selection: step.selection, cleared: change.clear, joined: change.add }) ?? [])
        : step.ids;
    const joins = step.kind === 'add';
    for (const id of ids) {
      if (stretch.isFull(1)) yield undefined;
      if (joins) change.join(id);
      else change.leave(id);
    }
  }
  return change;
}

/** The change that needs no look at the group; undefined for one that does. */
export function* foldWithoutSearch(steps: readonly MembershipStep[]): Steps<MembershipDelta | undefined> {
  if (steps.some(({ kind }) => kind === 'select')) return undefined;
  const folding = foldMembership(steps);
  for (let step = folding.next(); ; step = folding.next()) {
    if (step.done) return step.value;
    yield;
  }
}

/** The ids of those elements of `members` that a filter selects. */
export function* selectMembers(elements: readonly JsonObject[], filter: ElementFilter): Steps<readonly string[]> {
  const ids: string[] = [];
  const stretch = new Stretch();
  const nodes = nodesIn(filter);
  for (const element of elements) {
    if (stretch.isFull(nodes)) yield;
    if (evaluateElement(filter, element)) ids.push(idKey(String(element.value)));
  }
  return ids;
}

function isAboutMembers({ target }: PatchOperation): boolean {
  return target.ref.attribute.name === 'members';
}

/** Ids are compared as ids: PostgreSQL and clients write UUIDs in either case. */
function withIdKeys(filter: ElementFilter): ElementFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, left: withIdKeys(filter.left), right: withIdKeys(filter.right) };
    case 'not':
      return { kind: 'not', inner: withIdKeys(filter.inner) };
    case 'compare':
      if (filter.attribute.name !== 'value' || typeof filter.value !== 'string') return filter;
      return { ...filter, value: idKey(filter.value) };
    case 'present':
      return filter;
    default:
      return filter satisfies never;
  }
}
