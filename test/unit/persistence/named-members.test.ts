import { describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { LIMITS } from '../../../src/config/limits.js';
import { arrayText, arrayTextInSteps } from '../../../src/persistence/array-text.js';
import { namedMembers } from '../../../src/persistence/named-members.js';

/** The result of the steps, with how often they let other work run. */
function counted<T>(steps: Generator<undefined, T, undefined>): { readonly result: T; readonly pauses: number } {
  for (let pauses = 0; ; pauses++) {
    const { done, value } = steps.next();
    if (done) return { result: value, pauses };
  }
}

const AT_ONCE = LIMITS.idsAtOnce.value;

describe('Ids of members that a request names', () => {
  it('are told from other texts, which are shortened and can be stored', () => {
    const id = uuid();
    const { ids, notIds, notIdsText } = counted(namedMembers([id, 'nobody', `\0${'x'.repeat(100)}`])).result;
    expect(ids).toBe(`{${id}}`);
    expect(notIds).toEqual(['nobody', `\ufffd${'x'.repeat(63)}`]);
    expect(notIdsText).toBe(arrayText(notIds));
  });

  it.each([
    ['ids', () => uuid()],
    ['texts that are no ids', () => 'x'.repeat(36)],
  ])('let other work run after each stretch of %s', (_what, make) => {
    const many = Array.from({ length: 100_000 }, make);
    const { pauses } = counted(namedMembers(many));
    // Once to check them, once to write them.
    expect(pauses).toBeGreaterThanOrEqual(2 * (100_000 / AT_ONCE - 1));
  });

  it('are read at a stretch when they are few: the control', () => {
    expect(counted(namedMembers(Array.from({ length: AT_ONCE }, () => uuid()))).pauses).toBe(0);
  });
});

describe('An array as text in steps', () => {
  it.each([0, 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE])('is that of the array of %i elements', (length) => {
    const elements = Array.from({ length }, (_, index) => (index % 3 === 0 ? 'a "b"' : index));
    expect(counted(arrayTextInSteps(elements)).result).toBe(arrayText(elements));
  });
});
