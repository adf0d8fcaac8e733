import { describe, expect, it } from '@jest/globals';
import type { RecordedRow } from '../../../src/persistence/recorded-row.js';
import { WaitingRequests } from '../../../src/provisioning-log/waiting-requests.js';

const request = (at: number, connectionId = 'c', json = '{}'): RecordedRow => ({
  tenantId: 't',
  connectionId,
  at,
  json,
});
const times = (requests: readonly RecordedRow[]) => requests.map(({ at }) => at);

function filled(count: number, limits = { requests: 5, bytes: 1_000_000 }) {
  const forgotten: number[] = [];
  const queue = new WaitingRequests((requests) => forgotten.push(requests), limits);
  for (let at = 1; at <= count; at++) queue.push(request(at));
  return { queue, lost: () => forgotten.reduce((sum, each) => sum + each, 0) };
}

describe('The queue of requests to be written', () => {
  it('gives back all that fits, in order, and tells of no loss, as a control', () => {
    const { queue, lost } = filled(5);
    expect(times(queue.take(3))).toEqual([1, 2, 3]);
    expect(times(queue.take(3))).toEqual([4, 5]);
    expect([queue.size, queue.takeGaps(), lost()]).toEqual([0, [], 0]);
  });

  it('keeps the newest, and tells how many it forgot and from when to when', () => {
    const { queue, lost } = filled(12);
    expect(times(queue.take(99))).toEqual([8, 9, 10, 11, 12]);
    expect(queue.takeGaps()).toEqual([{ tenantId: 't', connectionId: 'c', requests: 7, since: 1, until: 7 }]);
    expect(lost()).toBe(7);
    expect(queue.takeGaps()).toEqual([]);
  });

  it('is bound by bytes too', () => {
    const queue = new WaitingRequests(undefined, { requests: 1000, bytes: 10_000 });
    for (let at = 1; at <= 4; at++) queue.push(request(at, 'c', 'x'.repeat(2000)));
    expect(times(queue.take(99))).toEqual([3, 4]);
    queue.push(request(5, 'c', 'x'.repeat(20_000)));
    expect(queue.size).toBe(0);
  });

  it('counts bytes that went as gone', () => {
    const queue = new WaitingRequests(undefined, { requests: 1000, bytes: 10_000 });
    for (let at = 1; at <= 1000; at++) {
      queue.push(request(at, 'c', 'x'.repeat(2000)));
      const taken = queue.take(1);
      if (at % 3 === 0) queue.giveBack(taken);
      if (at % 3 === 0) queue.take(1);
    }
    for (let at = 1; at <= 2; at++) queue.push(request(at, 'c', 'x'.repeat(2000)));
    expect([queue.size, queue.takeGaps()]).toEqual([2, []]);
  });

  it('puts what could not be written in front again, and forgets the oldest of all for it', () => {
    const { queue } = filled(4);
    const taken = queue.take(3);
    for (const at of [5, 6, 7]) queue.push(request(at));
    queue.giveBack(taken);
    expect(times(queue.take(99))).toEqual([3, 4, 5, 6, 7]);
    expect(queue.takeGaps()).toMatchObject([{ requests: 2, since: 1, until: 2 }]);
  });

  it('keeps losses apart by connection, and adds those up that could not be told', () => {
    const { queue } = filled(0);
    queue.lose([request(1, 'a'), request(2, 'b'), request(3, 'a')]);
    const gaps = queue.takeGaps();
    queue.lose([request(9, 'a')]);
    queue.giveBackGaps(gaps);
    expect(queue.takeGaps()).toEqual([
      { tenantId: 't', connectionId: 'a', requests: 3, since: 1, until: 9 },
      { tenantId: 't', connectionId: 'b', requests: 1, since: 2, until: 2 },
    ]);
  });
});
