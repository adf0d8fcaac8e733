import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../../src/domain/sealed-event.js';
import { inSealingOrder } from '../../../src/domain/sealing-order.js';
import { recorded } from '../../support/audit-files.js';

const event = (id: string, subjectId: string, subjectVersion: number | null, changes: Partial<RecordedEvent> = {}) =>
  recorded({ id, subjectId, subjectVersion, ...changes });

const order = (events: readonly RecordedEvent[]) =>
  inSealingOrder(events)
    .map(({ id }) => id)
    .join(' ');

describe('The order of sealing', () => {
  it('is that of the ids where subjects differ', () => {
    expect(order([event('1', 'a', 5), event('2', 'b', 1), event('3', 'c', 2)])).toBe('1 2 3');
  });

  it('is that of the versions for one subject, and moves no other', () => {
    expect(
      order([event('1', 'a', 3), event('2', 'b', 1), event('3', 'a', 2), event('4', 'c', 9), event('5', 'a', 1)]),
    ).toBe('5 2 3 4 1');
  });

  it('leaves events without a version where their ids put them', () => {
    expect(order([event('1', 'a', 2), event('2', 'a', null), event('3', 'a', 1)])).toBe('3 2 1');
  });

  it('tells of a team before it tells of who is in it', () => {
    const joined = event('1', 'a', 1, { type: 'team.membership_changed' });
    expect(order([joined, event('2', 'a', 1, { type: 'team.created' })])).toBe('2 1');
  });
});
