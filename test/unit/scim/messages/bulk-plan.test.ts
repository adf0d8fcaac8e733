import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BulkOperation,
  bulkIdIn,
  bulkIdsIn,
  type JsonObject,
  planBulk,
  ScimError,
  UserType,
} from '../../../../src/scim/index.js';

const refersTo = (...bulkIds: string[]): JsonObject => ({ values: bulkIds.map((bulkId) => `bulkId:${bulkId}`) });
const create = (bulkId: string, ...bulkIds: string[]): BulkOperation => ({
  bulkId,
  task: { kind: 'create', type: UserType, data: refersTo(...bulkIds) },
});
const patch = (id: string, ...bulkIds: string[]): BulkOperation => ({
  task: { kind: 'patch', type: UserType, id, data: refersTo(...bulkIds) },
});
const remove = (id: string): BulkOperation => ({ task: { kind: 'remove', type: UserType, id } });
const refused: BulkOperation = { task: new ScimError(400, 'invalidSyntax', 'no') };

/** Places in the order of work; a circle in brackets. */
const orderOf = (...operations: BulkOperation[]) =>
  planBulk(operations)
    .map((step) => (step.circular ? `(${step.operations.join(' ')})` : step.operations.join(' ')))
    .join(' ');

describe('planBulk', () => {
  it.each<[string, BulkOperation[], string]>([
    ['keeps the order when nothing refers to anything', [create('a'), remove('1'), refused, patch('2')], '0 1 2 3'],
    ['keeps the order when references go back', [create('a'), create('b', 'a'), patch('1', 'b')], '0 1 2'],
    ['lets what refers to a later creation wait', [create('g', 'u'), remove('1'), create('u')], '1 2 0'],
    ['lets what waits for the waiting wait', [create('c', 'b'), create('b', 'a'), create('a'), remove('1')], '2 1 0 3'],
    ['puts a creation before operations on its resource', [patch('bulkId:a'), create('a'), patch('bulkId:a')], '1 0 2'],
    ['keeps operations on one resource in order', [patch('1', 'a'), patch('1'), patch('2'), create('a')], '2 3 0 1'],
    ['puts up with references to nothing', [create('a', 'nowhere'), patch('bulkId:nobody')], '0 1'],
    ['takes nothing refused for a creation', [create('a', 'b'), { ...refused, bulkId: 'b' }], '0 1'],
    ['finds a circle', [create('a', 'b'), create('b', 'a')], '(0 1)'],
    ['finds a reference to itself', [create('a', 'a')], '(0)'],
    [
      'finds a long circle and what hangs on it',
      [create('d', 'a'), create('a', 'b'), create('b', 'c'), create('c', 'a')],
      '(1 2 3) 0',
    ],
    [
      'keeps circles apart',
      [create('a', 'b'), create('b', 'a'), create('c', 'd', 'a'), create('d', 'c')],
      '(0 1) (2 3)',
    ],
    [
      'makes a circle where its last operation is',
      [create('a', 'b'), remove('1'), create('b', 'a'), remove('2')],
      '1 (0 2) 3',
    ],
    ['makes first what a circle refers to', [create('a', 'b', 'x'), create('b', 'a'), create('x')], '2 (0 1)'],
  ])('%s', (_, operations, order) => {
    expect(orderOf(...operations)).toBe(order);
  });

  it('is quick with the largest request, each creation referring to all others', () => {
    const names = Array.from({ length: 80 }, (_, place) => `n${place}`);
    const chain = Array.from({ length: 920 }, (_, place) => create(`c${place}`, `c${place + 1}`));
    const steps = planBulk([...names.map((name) => create(name, ...names)), ...chain]);
    expect(steps.map(({ operations }) => operations.length)).toEqual([80, ...chain.map(() => 1)]);
  });
});

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const some = (...names: string[]) => fc.subarray(names, { maxLength: 3 });

/** Up to six creations in any order among operations on them and on others. */
const requests = fc
  .record({
    creations: fc.shuffledSubarray(NAMES),
    references: fc.array(some(...NAMES, 'nowhere'), { minLength: 6, maxLength: 6 }),
    others: fc.array(
      fc.record({
        id: fc.constantFrom('1', '2', ...NAMES.map((name) => `bulkId:${name}`)),
        references: some(...NAMES),
        place: fc.nat(8),
      }),
    ),
  })
  .map(({ creations, references, others }) => {
    const operations = creations.map((name, index) => create(name, ...(references[index] ?? [])));
    for (const { id, references, place } of others) operations.splice(place, 0, patch(id, ...references));
    return operations;
  });

describe('any plan', () => {
  it('does every operation once', () => {
    fc.assert(
      fc.property(requests, (operations) => {
        const done = planBulk(operations).flatMap((step) => step.operations);
        expect([...done].sort((one, other) => one - other)).toEqual([...operations.keys()]);
      }),
    );
  });

  it('makes what is referred to before, or in the same circle', () => {
    fc.assert(
      fc.property(requests, (operations) => {
        const makers = new Set(operations.flatMap(({ bulkId }) => bulkId ?? []));
        const made = new Set<string>();
        for (const step of planBulk(operations)) {
          const together = step.operations.flatMap((place) => operations[place] ?? []);
          const inStep = new Set(together.flatMap(({ bulkId }) => bulkId ?? []));
          const wanted = together.flatMap(wantedBy).filter((bulkId) => makers.has(bulkId) && !made.has(bulkId));
          expect(wanted.filter((bulkId) => !(step.circular && inStep.has(bulkId)))).toEqual([]);
          for (const bulkId of inStep) made.add(bulkId);
        }
      }),
    );
  });

  it('calls circular only what is: each of a circle reaches each', () => {
    fc.assert(
      fc.property(requests, (operations) => {
        const references = new Map(operations.map((operation) => [operation.bulkId, wantedBy(operation)]));
        const reached = (from: string, found = new Set<string>()): Set<string> => {
          for (const next of references.get(from) ?? []) if (!found.has(next)) reached(next, found.add(next));
          return found;
        };
        for (const step of planBulk(operations)) {
          const circle = step.operations.map((place) => operations[place]?.bulkId ?? '');
          const all = circle.every((one) => circle.every((other) => reached(one).has(other)));
          expect(all).toBe(step.circular);
        }
      }),
    );
  });

  it('keeps operations on one resource in order, and the order of all when nothing refers forward', () => {
    fc.assert(
      fc.property(requests, (operations) => {
        const steps = planBulk(operations);
        const done = steps.flatMap((step) => step.operations);
        const ids = new Set(operations.flatMap((operation) => idOf(operation) ?? []));
        for (const id of ids) {
          const places = done.filter((place) => idOf(operations[place]) === id);
          expect(places).toEqual(places.toSorted((one, other) => one - other));
        }
        const back = operations.every((operation, place) =>
          wantedBy(operation).every((bulkId) => operations.findIndex((other) => other.bulkId === bulkId) < place),
        );
        if (back) expect(done).toEqual([...operations.keys()]);
      }),
    );
  });
});

function idOf(operation: BulkOperation | undefined): string | undefined {
  return operation && 'id' in operation.task ? operation.task.id : undefined;
}

/** The bulkIds in data and path. */
function wantedBy(operation: BulkOperation): string[] {
  const data = 'data' in operation.task ? [...bulkIdsIn(operation.task.data)] : [];
  return [...data, bulkIdIn(idOf(operation) ?? '') ?? []].flat();
}
