import { DAY_MS, HOUR_MS } from '../dto/rules.js';
import type { RotationWish } from './account-tokens.service.js';

/** Milliseconds. */
export const lifetimeIn = (days: number): number => days * DAY_MS;

/** What a request says of a rotation, in milliseconds. */
export function rotationIn({
  overlapHours,
  expiresInDays,
}: {
  readonly overlapHours: number;
  readonly expiresInDays?: number;
}): RotationWish {
  return {
    overlap: overlapHours * HOUR_MS,
    lifetime: expiresInDays === undefined ? undefined : lifetimeIn(expiresInDays),
  };
}
