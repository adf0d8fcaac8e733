import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

const LOCK = tenantStatement(
  'tenants.lock',
  ` select t.id from tenants t where t.id = $tenant::uuid and ${BOUND} for no key update of t`,
);

/**
 * Locks the tenant's row until the transaction of the session ends. A transaction that enforces a number of things for each tenant
 * does this before it counts: parallel requests then count one after the other, each with what the one before has added. Other
 * writes of the tenant are not affected, because their foreign keys take a weaker lock.
 */
export async function lockTenant(session: TenantSession): Promise<void> {
  await session.run(LOCK);
}
