import type { TenantLimits } from '../domain/tenant.js';
import { BOUND, systemStatement, tenantStatement } from './statement.js';
import type { SystemSession, TenantSession } from './unit-of-work.js';

interface LimitsRow {
  readonly limits: TenantLimits;
}

/** Does not wait for foreign keys that refer to the tenant. */
const LOCK = 'for no key update of t';

const LOCK_TENANT = tenantStatement(
  'tenants.lock',
  `select t.limits from tenants t where t.id = $tenant::uuid and ${BOUND} ${LOCK}`,
);
const LOCK_AS_SYSTEM = systemStatement(
  'tenants.lock_as_system',
  `select t.limits from tenants t where t.id = $tenantId::uuid ${LOCK}`,
);

/**
 * Locks the session's tenant until the transaction ends. A transaction that locks, then counts rows of the tenant, then inserts one
 * cannot be passed by another that does the same: so many parallel requests do not exceed a limit on a number of rows.
 * @returns the limits that the operator set for the tenant
 */
export async function lockTenant(session: TenantSession): Promise<TenantLimits> {
  return limitsIn(await session.run<LimitsRow>(LOCK_TENANT));
}

/** The same in a transaction of the system. */
export async function lockTenantAsSystem(session: SystemSession, tenantId: string): Promise<TenantLimits> {
  return limitsIn(await session.run<LimitsRow>(LOCK_AS_SYSTEM, { tenantId }));
}

const limitsIn = ([row]: readonly LimitsRow[]): TenantLimits => row?.limits ?? {};
