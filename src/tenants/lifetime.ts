import { Refusal } from './refusal.js';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_DAYS = 366;

/** How a lifetime is written. */
export const LIFETIME = /^(\d{1,6})([mhd])$/;

/** One year, unless told otherwise (decision “Tokens”). */
export const DEFAULT_LIFETIME = '365d';

/**
 * Milliseconds of `90d`, `12h` or `30m`.
 * @throws Refusal when it is anything else, nothing, or longer than 366 days
 */
export function lifetimeOf(text: string): number {
  const [, amount, unit] = LIFETIME.exec(text) ?? [];
  const milliseconds = Number(amount) * UNITS[unit as keyof typeof UNITS];
  if (milliseconds > 0 && milliseconds <= LONGEST_DAYS * UNITS.d) return milliseconds;
  throw new Refusal(
    `A token lives for minutes, hours or days, such as 30m, 12h or 90d, and at most ${LONGEST_DAYS}d; "${text}" is none of these.`,
  );
}
