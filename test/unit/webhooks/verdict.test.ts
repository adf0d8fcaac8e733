import { describe, expect, it } from '@jest/globals';
import type { ClaimedDelivery } from '../../../src/persistence/webhook-deliveries.repository.js';
import { verdictOn } from '../../../src/webhooks/verdict.js';
import type { Attempt } from '../../../src/webhooks/webhook-courier.js';
import type { WebhookAnswer } from '../../../src/webhooks/webhook-sender.js';

const AT = new Date('2026-01-15T10:00:00.000Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const request = { url: 'https://example.com/', headers: {} };

function delivery(attempt: number, failingSince: string | null = null): ClaimedDelivery {
  const endpoint = { id: 'hook', url: request.url, secrets: [], failingSince };
  return { tenantId: 'tenant', id: 'delivery', seq: 1, attempt, claimedUntil: AT, bytes: 0, event: null, endpoint };
}

const sent = (answer: Partial<WebhookAnswer>): Attempt => ({
  kind: 'sent',
  request,
  answer: { status: null, latencyMs: 7, excerpt: null, error: null, ...answer },
});
const failed = sent({ status: 503, excerpt: 'later' });
const ago = (milliseconds: number) => new Date(AT.getTime() - milliseconds).toISOString();

describe('An attempt', () => {
  it.each([200, 201, 204, 299])('that is answered with %i ends the delivery', (status) => {
    expect(verdictOn(sent({ status, excerpt: 'thanks' }), delivery(1), AT, 0.5)).toEqual({
      outcome: {
        at: AT,
        request,
        status,
        latencyMs: 7,
        excerpt: 'thanks',
        error: null,
        state: 'delivered',
        nextAttemptAt: null,
      },
    });
  });

  it.each([199, 300, 301, 302, 307, 400, 404, 429, 500, 503])('that is answered with %i is made again', (status) => {
    expect(verdictOn(sent({ status }), delivery(1), AT, 0.5).outcome).toMatchObject({
      state: 'pending',
      error: `Answered ${status}.`,
      nextAttemptAt: new Date(AT.getTime() + 5000),
    });
  });

  it.each([
    [1, 5 / 3600],
    [2, 30 / 3600],
    [3, 2 / 60],
    [4, 10 / 60],
    [5, 0.5],
    [6, 1],
    [7, 3],
    [8, 6],
    [9, 12],
    [10, 24],
    [11, 24],
  ])('that is number %i and fails is followed by another after %f hours, more or less a tenth', (attempt, hours) => {
    const waits = [0, 0.5, 1].map((chance) => {
      const { nextAttemptAt } = verdictOn(failed, delivery(attempt), AT, chance).outcome;
      return ((nextAttemptAt?.getTime() ?? Number.NaN) - AT.getTime()) / HOUR;
    });
    for (const [index, part] of [0.9, 1, 1.1].entries()) expect(waits[index]).toBeCloseTo(hours * part, 6);
  });

  it('that is number 12 and fails is the last', () => {
    expect(verdictOn(failed, delivery(12), AT, 0.5)).toEqual({
      outcome: expect.objectContaining({ state: 'dead', error: 'Answered 503.', nextAttemptAt: null }),
    });
  });

  it('that gets no answer says why', () => {
    const { outcome } = verdictOn(sent({ error: 'No answer within 15 s.' }), delivery(1), AT, 0.5);
    expect(outcome).toMatchObject({ status: null, state: 'pending', error: 'No answer within 15 s.' });
  });

  it('that nobody could sign or whose event is gone was never sent', () => {
    expect(verdictOn({ kind: 'unsigned' }, delivery(1), AT, 0.5)).toMatchObject({
      outcome: { request: null, state: 'pending', nextAttemptAt: AT },
      disable: 'unreadable_secret',
    });
    const forgotten = verdictOn({ kind: 'forgotten' }, delivery(1), AT, 0.5);
    expect(forgotten).toMatchObject({ outcome: { request: null, state: 'dead', nextAttemptAt: null } });
    expect(forgotten.disable).toBe(undefined);
  });
});

describe('An endpoint', () => {
  it('is disabled at once when it answers 410, and nothing is tried again', () => {
    expect(verdictOn(sent({ status: 410 }), delivery(1), AT, 0.5)).toMatchObject({
      outcome: { state: 'dead', error: 'Answered 410.' },
      disable: 'gone',
    });
  });

  it.each([
    ['just failed for the first time', null, undefined],
    ['has failed for less than five days', ago(5 * DAY - 1), undefined],
    ['has failed for five days', ago(5 * DAY), 'failing'],
  ])('that %s: disabled is %s', (_what, failingSince, disable) => {
    expect(verdictOn(failed, delivery(3, failingSince), AT, 0.5).disable).toBe(disable);
  });

  it('is not disabled by a success, however long it failed before', () => {
    expect(verdictOn(sent({ status: 200 }), delivery(3, ago(9 * DAY)), AT, 0.5).disable).toBe(undefined);
  });
});
