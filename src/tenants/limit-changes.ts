import { LIMITS, TENANT_LIMITS, type TenantLimitName } from '../config/limits.js';
import type { TenantLimits } from '../domain/tenant.js';
import { Refusal } from './refusal.js';

/** Limits of a tenant that are to change; null: the default again. */
export type LimitChanges = { readonly [N in TenantLimitName]?: number | null | undefined };

export const MAX_LIMIT = 1_000_000;
/** Identity providers are promised 25 requests a second for each connection. */
const MIN_REQUESTS_PER_SECOND = 25;
const MINIMA: Partial<Record<TenantLimitName, number>> = {
  connectionRequestsPerSecond: MIN_REQUESTS_PER_SECOND,
  connectionRequestBurst: MIN_REQUESTS_PER_SECOND,
  requestsPerSecond: MIN_REQUESTS_PER_SECOND,
  requestBurst: MIN_REQUESTS_PER_SECOND,
  mailsPerHour: 0,
  mailsPerDay: 0,
};

export function minimumOf(name: TenantLimitName): number {
  return MINIMA[name] ?? 1;
}

/** What an operator reads about a limit. */
export function limitHelp(name: TenantLimitName): string {
  const { value, unit } = LIMITS[name];
  return `${unit}; ${value} unless set`;
}

/** As an operator writes them at a shell: a whole number, or `default`. @throws Refusal */
export function limitChangesIn(texts: Readonly<Partial<Record<TenantLimitName, string>>>): LimitChanges {
  const named = TENANT_LIMITS.flatMap((name) => {
    const text = texts[name];
    return text === undefined ? [] : [[name, limitIn(name, text)] as const];
  });
  return Object.fromEntries(named);
}

/** All limits of the tenant that are not as by default. */
export function changedLimits(limits: TenantLimits, changes: LimitChanges): TenantLimits {
  const all = { ...limits, ...changes };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value == null ? [] : [[name, value]])));
}

function limitIn(name: TenantLimitName, text: string): number | null {
  if (text === 'default') return null;
  const value = /^\d{1,7}$/.test(text) ? Number(text) : -1;
  if (value >= minimumOf(name) && value <= MAX_LIMIT) return value;
  throw new Refusal(
    `The limit ${name} is a whole number from ${minimumOf(name)} to ${MAX_LIMIT}, or default; "${text}" is not.`,
  );
}
