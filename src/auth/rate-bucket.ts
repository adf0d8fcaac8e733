/** A bucket of `burst` units that refills with `perSecond` units a second. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A bucket is remembered as one number: when it is full again, in milliseconds since 1970. A bucket that was never used, and one
 * whose time has passed, is full.
 */
export type FullAt = number | undefined;

/** Milliseconds until a request may pass; 0 when one may pass now. One unit is enough, whatever the request weighs. */
export function waitMs(fullAt: FullAt, now: number, { perSecond, burst }: Rate): number {
  return Math.max(missingMs(fullAt, now) - ((burst - 1) * 1000) / perSecond, 0);
}

/** Takes `weight` units, also when fewer are left: the debt makes later requests wait. @returns when the bucket is full again */
export function debited(fullAt: FullAt, now: number, perSecond: number, weight: number): number {
  return now + missingMs(fullAt, now) + (weight * 1000) / perSecond;
}

/** Whole units that are left; 0 for a bucket in debt. */
export function unitsLeft(fullAt: FullAt, now: number, { perSecond, burst }: Rate): number {
  // A thousandth of a unit forgives the rounding of the milliseconds.
  return Math.max(Math.floor(burst - (missingMs(fullAt, now) * perSecond) / 1000 + 0.001), 0);
}

/** Seconds until the bucket is full, rounded up. */
export function secondsToFull(fullAt: FullAt, now: number): number {
  return Math.ceil(missingMs(fullAt, now) / 1000);
}

/** How long the bucket needs to refill. */
function missingMs(fullAt: FullAt, now: number): number {
  return Math.max((fullAt ?? now) - now, 0);
}
