import { ValidateIf } from 'class-validator';

/** Unlike IsOptional it lets no null pass. */
export const IfPresent = () => ValidateIf((_, value) => value !== undefined);

/** Null takes away what there was. */
export const IfGiven = () => ValidateIf((_, value) => value !== undefined && value !== null);

/** Text of one line. */
export const PRINTABLE = /^\P{Cc}*$/u;

/** Credentials end: after a year unless told otherwise, after 366 days at the latest. */
export const DAYS = { least: 1, usual: 365, most: 366 } as const;
export const DAY_MS = 86_400_000;

/** For how long an old secret is good beside the new one. */
export const OVERLAP_HOURS = { least: 0, usual: 24, most: 7 * 24 } as const;
export const HOUR_MS = 3_600_000;

export const LONGEST_NAME = 100;
export const LONGEST_URL = 2048;
