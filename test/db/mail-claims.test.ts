import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LIMITS } from '../../src/config/limits.js';
import type { PlannedMail } from '../../src/domain/mail.js';
import { MailsRepository } from '../../src/persistence/mails.repository.js';
import { systemStatement } from '../../src/persistence/statement.js';
import { TenantsRepository } from '../../src/persistence/tenants.repository.js';
import { TenantsService } from '../../src/tenants/tenants.service.js';
import { FixedClock } from '../support/fixed-clock.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';

const HOUR_MS = 3_600_000;
const CLEAR = systemStatement('test.clear_mails', 'delete from mails');
const MAIL: PlannedMail = { recipient: { address: 'ada@example.com' }, content: { kind: 'changes', notices: [] } };

let workspace: Workspace;
let mails: MailsRepository;
let clock: FixedClock;
let names = 0;
beforeAll(async () => {
  workspace = await openWorkspace();
  mails = new MailsRepository(workspace.work.system);
});
afterAll(() => workspace.close());
beforeEach(async () => {
  await workspace.work.system.run(CLEAR);
  clock = new FixedClock();
});

async function tenantWith(count: number, limits = {}): Promise<string> {
  names += 1;
  const { id } = await new TenantsService(workspace.work, clock).createTenant(`tenant-${names}`);
  await new TenantsRepository(workspace.work.system).setLimits(id, limits, clock.now());
  await mails.add(
    id,
    Array.from({ length: count }, () => MAIL),
    clock.now(),
  );
  return id;
}

const claim = (limit: number, after?: string, busy = new Map<string, number>()) => {
  const at = clock.now();
  return mails.claim({ at, until: new Date(at.getTime() + 60_000), limit, after, busy });
};
const tenantsOf = ({ mails: claimed }: Awaited<ReturnType<typeof claim>>) => claimed.map(({ tenantId }) => tenantId);

describe('A claim of mails', () => {
  it('serves each tenant before any has a second place, and goes on behind the one served last', async () => {
    const loud = await tenantWith(200);
    const quiet = [await tenantWith(1), await tenantWith(1)];
    const all = [loud, ...quiet].sort();
    const first = await claim(2);
    const second = await claim(2, first.lastTenant);
    expect(tenantsOf(first).sort()).toEqual(all.slice(0, 2));
    expect(tenantsOf(second)).toContain(all[2]);
  });

  it('goes round in a circle, so that the first tenant is served after the last', async () => {
    const [one, other] = [await tenantWith(9), await tenantWith(9)];
    expect(tenantsOf(await claim(1, other))).toEqual([one]);
    expect(tenantsOf(await claim(1, one))).toEqual([other]);
    expect(tenantsOf(await claim(2, one)).sort()).toEqual([one, other].sort());
  });

  it('leaves a place free when one tenant alone has mails, what is being sent included', async () => {
    const only = await tenantWith(9);
    expect(tenantsOf(await claim(4))).toEqual([only, only, only]);
    expect(tenantsOf(await claim(4, undefined, new Map([[only, 2]])))).toEqual([only]);
    expect(tenantsOf(await claim(4, undefined, new Map([[only, 3]])))).toEqual([]);
  });

  it('holds the mails of a tenant over its limit of an hour until the next one, and lets another go on', async () => {
    const limited = await tenantWith(5, { mailsPerHour: 2 });
    const other = await tenantWith(1);
    const { mails: claimed } = await claim(4);
    expect(claimed.map(({ tenantId }) => tenantId).sort()).toEqual([limited, limited, other].sort());
    expect(await claim(4)).toMatchObject({ mails: [], held: [limited] });
    clock.advance(HOUR_MS);
    expect(tenantsOf(await claim(4))).toContain(limited);
  });

  it('holds those of a tenant over its limit of a day until 24 hours have passed', async () => {
    const limited = await tenantWith(5, { mailsPerDay: 2 });
    expect(tenantsOf(await claim(4))).toEqual([limited, limited]);
    clock.advance(2 * HOUR_MS);
    expect(tenantsOf(await claim(4))).toEqual([]);
    clock.advance(23 * HOUR_MS);
    expect(tenantsOf(await claim(1))).toEqual([limited]);
  });

  it('tells once an hour that mails of a tenant are held', async () => {
    const limited = await tenantWith(1, { mailsPerHour: 0 });
    expect((await claim(4)).held).toEqual([limited]);
    expect(await mails.tellHeld(limited, clock.now())).toBe(true);
    expect(await mails.tellHeld(limited, clock.now())).toBe(false);
    expect((await claim(4)).held).toEqual([]);
    clock.advance(HOUR_MS);
    expect((await claim(4)).held).toEqual([limited]);
  });

  it('says when mails wait because their tenant has all its places', async () => {
    const id = await tenantWith(9);
    expect(await claim(4, undefined, new Map([[id, LIMITS.mailsSending.value - 1]]))).toMatchObject({
      isCrowded: false,
    });
    expect(await claim(4, undefined, new Map([[id, LIMITS.mailsSending.value]]))).toMatchObject({ isCrowded: true });
  });

  it('finds nothing when nothing waits, as a control', async () => {
    await tenantWith(0);
    expect(await claim(4)).toEqual({ mails: [], lastTenant: undefined, held: [], isCrowded: false });
  });
});
