import type { BulkOperation, BulkTask } from './bulk.js';
import { bulkIdIn, bulkIdsIn } from './bulk-references.js';

/** What is done together: one operation, or creations that refer to one another in a circle. Numbers are places in the request. */
export interface BulkStep {
  readonly operations: readonly number[];
  /** Whether references among these very operations remain; one operation may refer to itself. */
  readonly circular: boolean;
}

/**
 * The order of work (RFC 7644 §3.7): whatever refers to a resource of the same request comes after its creation, and
 * operations on one resource stay in their order. Everything else keeps the client's order: an operation with a reference
 * to a later one waits, nothing is drawn forward past others. Of a circle the last operation gives the place.
 */
export function planBulk(operations: readonly BulkOperation[]): readonly BulkStep[] {
  const makers = makersOf(operations);
  const needs = operations.map(({ task }) => placesOf(referencesOf(task), makers));
  const steps = circlesOf(needs).map((places) => ({
    operations: places,
    circular: places.length > 1 || places.some((place) => needs[place]?.has(place)),
  }));
  const stepOf = new Map(steps.flatMap((step) => step.operations.map((place) => [place, step])));
  const stepsOf = (places: Iterable<number>) => [...places].flatMap((place) => stepOf.get(place) ?? []);

  const before = predecessors(operations, makers);
  const waiting = steps
    .sort((one, other) => lastOf(one) - lastOf(other))
    .map((step) => {
      const places = step.operations.flatMap((place) => [...(needs[place] ?? []), ...(before[place] ?? [])]);
      return { step, waitsFor: new Set(stepsOf(places).filter((other) => other !== step)) };
    });
  return inOrder(waiting);
}

interface Waiting {
  readonly step: BulkStep;
  readonly waitsFor: Set<BulkStep>;
}

/** Always the first that waits for nothing any more. There is one: circles are single steps by now. */
function inOrder(steps: readonly Waiting[]): readonly BulkStep[] {
  const wantedBy = new Map<BulkStep, Waiting[]>();
  for (const each of steps) {
    for (const other of each.waitsFor) {
      const wanting = wantedBy.get(other);
      if (wanting) wanting.push(each);
      else wantedBy.set(other, [each]);
    }
  }
  const places = new Map(steps.map((each, place) => [each, place]));
  const ready = new Queue(steps.flatMap(({ waitsFor }, place) => (waitsFor.size === 0 ? [place] : [])));
  const ordered: BulkStep[] = [];
  for (let place = ready.take(); place !== undefined; place = ready.take()) {
    const next = steps[place]?.step;
    if (!next) break;
    ordered.push(next);
    for (const each of wantedBy.get(next) ?? []) {
      each.waitsFor.delete(next);
      const freed = places.get(each);
      if (each.waitsFor.size === 0 && freed !== undefined) ready.add(freed);
    }
  }
  return ordered;
}

/** Numbers, the least first (a binary heap). */
class Queue {
  private readonly heap: number[] = [];

  constructor(numbers: readonly number[]) {
    for (const number of numbers) this.add(number);
  }

  add(number: number): void {
    const { heap } = this;
    let at = heap.push(number) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] ?? number;
      if (parent <= number) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = number;
  }

  take(): number | undefined {
    const { heap } = this;
    const [least] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return least;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const below = right < heap.length && (heap[right] ?? 0) < (heap[left] ?? 0) ? right : left;
      const child = heap[below] ?? last;
      if (last <= child) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return least;
  }
}

function lastOf({ operations }: BulkStep): number {
  return operations.at(-1) ?? 0;
}

/** Which operation creates the resource of a bulkId. */
function makersOf(operations: readonly BulkOperation[]): ReadonlyMap<string, number> {
  const makers = new Map<string, number>();
  for (const [place, { bulkId, task }] of operations.entries()) {
    if (bulkId !== undefined && kindOf(task) === 'create') makers.set(bulkId, place);
  }
  return makers;
}

function referencesOf(task: BulkOperation['task']): Iterable<string> {
  return 'data' in task ? bulkIdsIn(task.data) : [];
}

function placesOf(bulkIds: Iterable<string>, makers: ReadonlyMap<string, number>): ReadonlySet<number> {
  return new Set([...bulkIds].flatMap((bulkId) => makers.get(bulkId) ?? []));
}

/** For each operation on a resource its creation in this request, if it is made here, and the operation on it before. */
function predecessors(
  operations: readonly BulkOperation[],
  makers: ReadonlyMap<string, number>,
): readonly (readonly number[])[] {
  const latest = new Map<string, number>();
  return operations.map(({ task }, place) => {
    if (!('id' in task)) return [];
    const resource = `${task.type.endpoint}/${task.id}`;
    const found = [makers.get(bulkIdIn(task.id) ?? ''), latest.get(resource)];
    latest.set(resource, place);
    return found.filter((other) => other !== undefined);
  });
}

function kindOf(task: BulkOperation['task']): BulkTask['kind'] | undefined {
  return 'kind' in task ? task.kind : undefined;
}

/**
 * The strongly connected components of the graph, each in ascending order (Tarjan, "Depth-first search and linear graph
 * algorithms", 1972). Recursion goes as deep as there are operations at most.
 */
function circlesOf(edges: readonly ReadonlySet<number>[]): number[][] {
  const found: number[][] = [];
  const visited = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  /** Returns the earliest visit among the open nodes that can be reached. */
  const visit = (node: number): number => {
    const own = visited.size;
    let earliest = own;
    visited.set(node, own);
    open.push(node);
    isOpen.add(node);
    for (const next of edges[node] ?? []) {
      const known = visited.get(next);
      if (known === undefined) earliest = Math.min(earliest, visit(next));
      else if (isOpen.has(next)) earliest = Math.min(earliest, known);
    }
    if (earliest === own) {
      const component = open.splice(open.lastIndexOf(node)).sort((one, other) => one - other);
      for (const member of component) isOpen.delete(member);
      found.push(component);
    }
    return earliest;
  };
  for (const node of edges.keys()) if (!visited.has(node)) visit(node);
  return found;
}
