import type { DisabledReason } from '../domain/webhook-endpoint.js';
import type { ClaimedDelivery, Outcome } from '../persistence/webhook-deliveries.repository.js';
import { PATIENCE_MS, waitAfter } from './retry-schedule.js';
import type { Attempt } from './webhook-courier.js';

const GONE = 410;

/** What follows from an attempt: for the delivery, and for its endpoint when that is to be asked no more. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly disable?: Exclude<DisabledReason, 'manual'>;
}

/**
 * @param at when the attempt ended
 * @param chance from 0 to 1, as Math.random gives it
 */
export function verdictOn(attempt: Attempt, delivery: ClaimedDelivery, at: Date, chance: number): Verdict {
  switch (attempt.kind) {
    case 'sent':
      return answered(attempt, delivery, at, chance);
    case 'unsigned':
      return {
        outcome: { ...notSent(at, UNSIGNED), state: 'pending', nextAttemptAt: at },
        disable: 'unreadable_secret',
      };
    case 'forgotten':
      return { outcome: { ...notSent(at, FORGOTTEN), state: 'dead', nextAttemptAt: null } };
    default:
      return attempt satisfies never;
  }
}

type Sent = Extract<Attempt, { kind: 'sent' }>;

function answered({ request, answer }: Sent, delivery: ClaimedDelivery, at: Date, chance: number): Verdict {
  const { status, latencyMs, excerpt } = answer;
  const ended = { at, request, status, latencyMs, excerpt, nextAttemptAt: null };
  if (isSuccess(status)) return { outcome: { ...ended, error: null, state: 'delivered' } };
  const error = answer.error ?? `Answered ${status}.`;
  if (status === GONE) return { outcome: { ...ended, error, state: 'dead' }, disable: 'gone' };
  const wait = waitAfter(delivery.attempt, chance);
  const outcome: Outcome =
    wait === undefined
      ? { ...ended, error, state: 'dead' }
      : { ...ended, error, state: 'pending', nextAttemptAt: new Date(at.getTime() + wait) };
  return hasFailedForDays(delivery, at) ? { outcome, disable: 'failing' } : { outcome };
}

/** Trying again would not help, and it is not the consumer who failed: the delivery waits until the endpoint has a new secret. */
const UNSIGNED = 'The secret of the endpoint cannot be decrypted: rotate it, then enable the endpoint.';
const FORGOTTEN = 'The event is older than events are kept.';

function notSent(at: Date, error: string): Omit<Outcome, 'state' | 'nextAttemptAt'> {
  return { at, request: null, status: null, latencyMs: 0, excerpt: null, error };
}

function hasFailedForDays({ endpoint: { failingSince } }: ClaimedDelivery, at: Date): boolean {
  return failingSince !== null && at.getTime() - Date.parse(failingSince) >= PATIENCE_MS;
}

const isSuccess = (status: number | null): boolean => status !== null && status >= 200 && status < 300;
