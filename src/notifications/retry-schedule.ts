const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long to wait after the first failures; from then on an hour each time. */
const FIRST_WAITS: readonly number[] = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE];
/** Three days in all. */
const MOST_ATTEMPTS = 76;
/** Part of a wait by which it is shorter or longer, so that what failed together does not come back together. */
const JITTER = 0.1;

/**
 * @param attempt the one that failed, counted from 1
 * @param chance from 0 to 1, as Math.random gives it
 * @returns milliseconds until the next attempt; undefined when that was the last
 */
export function waitAfter(attempt: number, chance: number): number | undefined {
  if (attempt >= MOST_ATTEMPTS) return undefined;
  return Math.round((FIRST_WAITS[attempt - 1] ?? HOUR) * (1 + JITTER * (2 * chance - 1)));
}
