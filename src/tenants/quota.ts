import type { TenantLimitName } from '../config/limits.js';
import { Problem } from '../http/problem.js';
import { limitOf } from '../persistence/tenant-limits.js';
import { lockTenantAsSystem } from '../persistence/tenant-lock.js';
import type { SystemSession } from '../persistence/unit-of-work.js';

/** Limits on how many rows of a kind a tenant has, with what the rows are called. */
const NAMES = {
  idpConnections: 'connections',
  serviceAccounts: 'service accounts',
} as const satisfies Partial<Record<TenantLimitName, string>>;

/**
 * Locks the tenant until the transaction ends and counts, so that parallel requests do not pass the limit.
 * @throws Problem 409 when the tenant has as many as it may have
 */
export async function assertRoom(
  session: SystemSession,
  tenantId: string,
  name: keyof typeof NAMES,
  count: () => Promise<number>,
): Promise<void> {
  const maximum = limitOf(await lockTenantAsSystem(session, tenantId), name);
  if ((await count()) >= maximum) {
    throw new Problem(409, `A tenant has at most ${maximum} ${NAMES[name]}; remove one first.`);
  }
}
