import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LIMITS } from '../../src/config/limits.js';
import { RateUsageRepository } from '../../src/persistence/rate-usage.repository.js';
import { TenantsRepository } from '../../src/persistence/tenants.repository.js';
import { OPERATOR } from '../../src/tenants/author.js';
import { TenantAdministration } from '../../src/tenants/tenant-administration.js';
import { TenantsService } from '../../src/tenants/tenants.service.js';
import { FixedClock } from '../support/fixed-clock.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';

let workspace: Workspace;
const clock = new FixedClock();
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.close());

/** @returns how many of many connections that are made side by side were made */
async function connectAtOnce(tenant: string, count: number): Promise<number> {
  const tenants = new TenantsService(workspace.work, clock);
  const made = await Promise.allSettled(
    Array.from({ length: count }, (_, index) => tenants.createConnection({ tenant, idp: 'okta', name: `c-${index}` })),
  );
  return made.filter(({ status }) => status === 'fulfilled').length;
}

describe('The limit of connections', () => {
  it('is not passed by requests that come side by side, and is what the operator set', async () => {
    const tenants = new TenantsService(workspace.work, clock);
    const { id, slug } = await tenants.createTenant('crowded');
    await new TenantAdministration(workspace.work, clock).update(OPERATOR, id, { limits: { idpConnections: 5 } });
    expect(await connectAtOnce(slug, 40)).toBe(5);
    await expect(tenants.createConnection({ tenant: slug, idp: 'okta', name: 'one-more' })).rejects.toMatchObject({
      status: 409,
    });
    await new TenantAdministration(workspace.work, clock).update(OPERATOR, id, { limits: { idpConnections: null } });
    expect(await new TenantsRepository(workspace.work.system).find(id)).toMatchObject({ limits: {} });
    expect(await connectAtOnce(slug, 10)).toBe(5);
  });

  it('lets as many be made as it allows by default, as a control', async () => {
    const { slug } = await new TenantsService(workspace.work, clock).createTenant('roomy');
    expect(LIMITS.idpConnections.value).toBeGreaterThan(20);
    expect(await connectAtOnce(slug, 20)).toBe(20);
  });
});

describe('What instances tell each other of rate limits', () => {
  const [one, other] = ['01a203e1-3603-7496-ba2e-e1a4e232b001', '01a203e1-3603-7496-ba2e-e1a4e232b002'];
  const used = { kind: 'tenant', subject: '01a203e1-3603-7496-ba2e-e1a4e232b003', units: 7, perSecond: 100 };

  it('adds up, and is read by the others and not by the one who told it', async () => {
    const usages = new RateUsageRepository(workspace.work.system);
    expect(await usages.exchange(one!, [used])).toEqual([]);
    expect(await usages.exchange(one!, [{ ...used, units: 5 }])).toEqual([]);
    expect(await usages.exchange(other!, [])).toEqual([{ ...used, instance: one, units: 12 }]);
  });
});
