import type { ElementFilter } from '../filter/ast.js';
import type { JsonObject } from '../json.js';

/** What a filter says of its elements, if it is nothing but `eq` terms joined by `and`. */
export function termsOf(filter: ElementFilter): JsonObject | undefined {
  if (filter.kind === 'and') {
    const left = termsOf(filter.left);
    const right = termsOf(filter.right);
    return left && right && { ...left, ...right };
  }
  if (filter.kind !== 'compare' || filter.op !== 'eq') return undefined;
  return filter.value === null ? {} : { [filter.attribute.name]: filter.value };
}

/** The filters that are joined by `and`: one that is no conjunction is alone. */
export function conjunctsOf(filter: ElementFilter): readonly ElementFilter[] {
  return joinedBy('and', filter);
}

/** The names of the sub-attributes that a filter asks for. */
export function namesIn(filter: ElementFilter, names = new Set<string>()): Set<string> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      namesIn(filter.left, names);
      return namesIn(filter.right, names);
    case 'not':
      return namesIn(filter.inner, names);
    case 'compare':
    case 'present':
      return names.add(filter.attribute.name);
    default:
      return filter satisfies never;
  }
}

/** Terms and operators: what it costs to ask one element. */
export function nodesIn(filter: ElementFilter): number {
  if (filter.kind === 'and' || filter.kind === 'or') return 1 + nodesIn(filter.left) + nodesIn(filter.right);
  return filter.kind === 'not' ? 1 + nodesIn(filter.inner) : 1;
}

/** The elements that a filter can select, by their `value`. */
export interface NamedElements {
  readonly keys: ReadonlySet<string>;
  /** Whether the filter selects all of them: it asks for nothing but values. */
  readonly exact: boolean;
}

/**
 * Undefined where a filter does not name values, so that any element may match.
 * @param keyOf makes of a value what equal values have in common
 */
export function namedElements(filter: ElementFilter, keyOf: (value: string) => string): NamedElements | undefined {
  if (filter.kind === 'compare') {
    const names = filter.op === 'eq' && filter.attribute.name === 'value' && typeof filter.value === 'string';
    return names ? { keys: new Set([keyOf(String(filter.value))]), exact: true } : undefined;
  }
  if (filter.kind === 'and') {
    const left = namedElements(filter.left, keyOf);
    const right = namedElements(filter.right, keyOf);
    const fewer = left && right ? (left.keys.size < right.keys.size ? left : right) : (left ?? right);
    return fewer && { keys: fewer.keys, exact: false };
  }
  return filter.kind === 'or' ? eitherOf(filter, keyOf) : undefined;
}

/** A chain of `or` is gone through once, however long it is. */
function eitherOf(filter: ElementFilter, keyOf: (value: string) => string): NamedElements | undefined {
  const keys = new Set<string>();
  let exact = true;
  for (const alternative of joinedBy('or', filter)) {
    const named = namedElements(alternative, keyOf);
    if (!named) return undefined;
    for (const key of named.keys) keys.add(key);
    exact &&= named.exact;
  }
  return { keys, exact };
}

function joinedBy(kind: 'and' | 'or', filter: ElementFilter, found: ElementFilter[] = []): readonly ElementFilter[] {
  if (filter.kind !== kind) {
    found.push(filter);
    return found;
  }
  joinedBy(kind, filter.left, found);
  return joinedBy(kind, filter.right, found);
}
