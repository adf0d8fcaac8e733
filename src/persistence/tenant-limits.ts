import { LIMITS, type TenantLimitName } from '../config/limits.js';
import type { TenantLimits } from '../domain/tenant.js';

/** The value of a limit for one tenant: what the operator set for it, else that of the table. */
export function limitOf(limits: TenantLimits, name: TenantLimitName): number {
  return limits[name] ?? LIMITS[name].value;
}
