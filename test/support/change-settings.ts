import { type Clock, systemClock } from '../../src/config/clock.js';
import type { TenantSettings } from '../../src/domain/tenant.js';
import type { UnitOfWork } from '../../src/persistence/unit-of-work.js';
import { OPERATOR } from '../../src/tenants/author.js';
import { TenantAdministration } from '../../src/tenants/tenant-administration.js';

/** As an operator does it, with the event that tells of it. */
export async function changeSettings(
  { work, clock = systemClock }: { readonly work: UnitOfWork; readonly clock?: Clock },
  tenantId: string,
  settings: Partial<TenantSettings>,
): Promise<void> {
  await new TenantAdministration(work, clock).update(OPERATOR, tenantId, { settings });
}
