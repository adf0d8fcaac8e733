import { describe, expect, it } from '@jest/globals';
import type { RecordedRow } from '../../../src/persistence/recorded-row.js';
import { WaitingRequests } from '../../../src/provisioning-log/waiting-requests.js';

const request = (at: number, connectionId = 'c', json = '{}', tenantId = 't'): RecordedRow => ({
  tenantId,
  connectionId,
  at,
  json,
});
const times = (requests: readonly RecordedRow[]) => requests.map(({ at }) => at);

const within = (ofTenant: { requests: number; bytes: number }, rowsPerHour = 1_000_000) => ({
  inAll: { requests: 100_000, bytes: 100_000_000 },
  ofTenant,
  rowsPerHour,
});

function filled(count: number, limits = { requests: 5, bytes: 1_000_000 }) {
  const forgotten: number[] = [];
  const queue = new WaitingRequests((requests) => forgotten.push(requests), within(limits));
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
    const queue = new WaitingRequests(undefined, within({ requests: 1000, bytes: 10_000 }));
    for (let at = 1; at <= 4; at++) queue.push(request(at, 'c', 'x'.repeat(2000)));
    expect(times(queue.take(99))).toEqual([3, 4]);
    queue.push(request(5, 'c', 'x'.repeat(20_000)));
    expect(queue.size).toBe(0);
  });

  it('counts bytes that went as gone', () => {
    const queue = new WaitingRequests(undefined, within({ requests: 1000, bytes: 10_000 }));
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

  it('loses only requests of the tenant that is over its share, and the others are written in turn', () => {
    const queue = new WaitingRequests(undefined, within({ requests: 5, bytes: 1_000_000 }));
    for (let at = 1; at <= 1000; at++) queue.push(request(at, 'loud', '{}', 'loud'));
    for (const at of [1, 2, 3]) queue.push(request(at, 'quiet', '{}', 'quiet'));
    expect(queue.take(4).map(({ tenantId }) => tenantId)).toEqual(['loud', 'loud', 'quiet', 'quiet']);
    expect(
      queue
        .take(99)
        .map(({ tenantId }) => tenantId)
        .sort(),
    ).toEqual(['loud', 'loud', 'loud', 'quiet']);
    expect(queue.takeGaps().map(({ tenantId, requests }) => [tenantId, requests])).toEqual([['loud', 995]]);
  });

  it('forgets the oldest of the largest tenant when all together are too many', () => {
    const inAll = { requests: 6, bytes: 1_000_000 };
    const queue = new WaitingRequests(undefined, { ...within({ requests: 99, bytes: 1_000_000 }), inAll });
    for (const at of [1, 2]) queue.push(request(at, 'quiet', '{}', 'quiet'));
    for (let at = 1; at <= 100; at++) queue.push(request(at, 'loud', '{}', 'loud'));
    expect(queue.size).toBe(6);
    expect(queue.takeGaps().map(({ tenantId, requests }) => [tenantId, requests])).toEqual([['loud', 96]]);
  });

  it('records no more rows of a tenant in an hour than it may, and goes on in the next', () => {
    const queue = new WaitingRequests(undefined, within({ requests: 99, bytes: 1_000_000 }, 3));
    for (let at = 1; at <= 5; at++) queue.push(request(at));
    queue.push(request(3_600_000));
    expect(times(queue.take(99))).toEqual([1, 2, 3, 3_600_000]);
    expect(queue.takeGaps()).toMatchObject([{ requests: 2 }]);
  });

  it('tells of what is missing of a connection once a minute', () => {
    const { queue } = filled(0);
    const lostAt = (now: number) => {
      queue.lose([request(now, 'a')]);
      return queue.takeGaps(now).map(({ requests }) => requests);
    };
    expect([0, 1000, 59_999, 60_000, 60_001].map(lostAt)).toEqual([[1], [], [], [3], []]);
  });
});
