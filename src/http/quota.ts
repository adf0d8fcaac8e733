import type { LimitName } from '../config/limits.js';
import { LimitReached } from './problem.js';

/** Limits on how many rows of a kind exist, with what the client is told of the maximum. */
const TEXTS = {
  idpConnections: (maximum) => `A tenant has at most ${maximum} connections; remove one first.`,
  serviceAccounts: (maximum) => `A tenant has at most ${maximum} service accounts; remove one first.`,
  webhookEndpoints: (maximum) =>
    `A tenant has at most ${maximum} webhook endpoints; remove one that is not needed any more.`,
  clientSecrets: (maximum) =>
    `A client has at most ${maximum} secrets that are good; revoke one that is not needed any more.`,
} as const satisfies Partial<Record<LimitName, (maximum: number) => string>>;

/**
 * Needs what is counted locked until the transaction ends, so that parallel requests do not exceed the limit.
 * @throws LimitReached 409 when there is no room for another row
 */
export function assertRoom(name: keyof typeof TEXTS, count: number, maximum: number): void {
  if (count >= maximum) throw noRoom(name, maximum);
}

/** The refusal, for a statement that counts and inserts in one. */
export function noRoom(name: keyof typeof TEXTS, maximum: number): LimitReached {
  return new LimitReached(name, TEXTS[name](maximum));
}
