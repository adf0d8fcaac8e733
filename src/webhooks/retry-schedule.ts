const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long to wait after the first, second … attempt has failed: about three days in all. */
const WAITS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  1 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  24 * HOUR,
];

/** Part of a wait by which it is shorter or longer, so that what failed together does not come back together. */
const JITTER = 0.1;

/**
 * @param attempt the one that failed, counted from 1
 * @param chance from 0 to 1, as Math.random gives it
 * @returns milliseconds until the next attempt; undefined when that was the last
 */
export function waitAfter(attempt: number, chance: number): number | undefined {
  const wait = WAITS[attempt - 1];
  return wait === undefined ? undefined : Math.round(wait * (1 + JITTER * (2 * chance - 1)));
}

/** An endpoint where nothing but failures happened for so long is no longer asked: five days. */
export const PATIENCE_MS = 5 * 24 * HOUR;
