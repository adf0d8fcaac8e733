import { describe, expect, it } from '@jest/globals';
import { FairScheduler, type ShareLimits } from '../../../src/persistence/fair-scheduler.js';
import { kindOf, kindThrownBy } from '../../support/refusals.js';

const LIMITS: ShareLimits = { total: 4, perTenant: 2, reserved: 1, maxWaiting: 3, maxWaitMs: 60_000 };
const scheduler = (limits: Partial<ShareLimits> = {}, refused: string[] = []) =>
  new FairScheduler({ ...LIMITS, ...limits }, () => refused.push('refused'));

/** The tenants in the order in which they get a turn; a turn lasts until the test ends it. */
function turns(shares: FairScheduler) {
  const order: string[] = [];
  const ask = (tenant: string) => {
    const turn = shares.enter(tenant);
    if (turn)
      turn.then(
        () => order.push(tenant),
        () => undefined,
      );
    else order.push(tenant);
  };
  return { order, ask };
}
const soon = () => new Promise(setImmediate);

describe('A share', () => {
  it('lets a tenant begin at once, without a promise, while it is within its share', async () => {
    const shares = scheduler();
    expect([shares.enter('a'), shares.enter('a')]).toEqual([undefined, undefined]);
    const third = shares.enter('a');
    expect(third).toBeInstanceOf(Promise);
    shares.leave('a');
    await third;
  });

  it('does not hold up another tenant when one has used its own', async () => {
    const shares = scheduler();
    const { order, ask } = turns(shares);
    for (const tenant of ['a', 'a', 'a', 'a', 'b']) ask(tenant);
    expect(order).toEqual(['a', 'a', 'b']);
  });

  it('is not bounded without a limit per tenant: the control', () => {
    const shares = scheduler({ perTenant: 4, reserved: 0 });
    const { order, ask } = turns(shares);
    for (const tenant of ['a', 'a', 'a', 'a', 'b']) ask(tenant);
    expect(order).toEqual(['a', 'a', 'a', 'a']);
  });

  it('keeps the reserved part for tenants with nothing running', () => {
    const shares = scheduler();
    const { order, ask } = turns(shares);
    for (const tenant of ['a', 'a', 'b', 'b', 'c']) ask(tenant);
    expect(order).toEqual(['a', 'a', 'b', 'c']);
  });

  it('goes to the tenant that was served longest ago, whoever asked first', async () => {
    const shares = scheduler({ total: 1, perTenant: 1, reserved: 0 });
    const { order, ask } = turns(shares);
    for (const tenant of ['a', 'a', 'a', 'b', 'b', 'c']) ask(tenant);
    for (const tenant of ['a', 'b', 'c', 'a', 'b']) {
      shares.leave(tenant);
      await soon();
    }
    expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
  });

  it('serves a tenant that asks rarely before those that always wait', async () => {
    const shares = scheduler({ total: 1, perTenant: 1, reserved: 0 });
    const { order, ask } = turns(shares);
    for (const tenant of ['a', 'b', 'a', 'b']) ask(tenant);
    shares.leave('a');
    await soon();
    ask('rare');
    shares.leave('b');
    await soon();
    expect(order).toEqual(['a', 'b', 'rare']);
  });

  it('refuses a tenant whose queue is full as busy, and counts it', async () => {
    const refused: string[] = [];
    const shares = scheduler({ maxWaiting: 1 }, refused);
    for (let turn = 0; turn < 3; turn++) shares.enter('a')?.catch(() => undefined);
    expect(kindThrownBy(() => shares.enter('a'))).toBe('tenantBusy');
    expect(refused).toHaveLength(1);
    expect(kindThrownBy(() => shares.enter('b'))).toBeUndefined();
  });

  it('refuses it as busy too while other tenants have all turns: it is its own queue that is full', () => {
    const shares = scheduler({ total: 1, perTenant: 1, reserved: 0, maxWaiting: 1 });
    void shares.enter('a');
    shares.enter('b')?.catch(() => undefined);
    expect(kindThrownBy(() => shares.enter('b'))).toBe('tenantBusy');
    shares.leave('a');
    shares.leave('b');
  });

  it('refuses what has waited too long, and no turn is lost', async () => {
    const shares = scheduler({ total: 1, perTenant: 1, reserved: 0, maxWaitMs: 1 });
    void shares.enter('a');
    await expect(Promise.resolve(shares.enter('a')).catch(kindOf)).resolves.toBe('tenantBusy');
    await expect(Promise.resolve(shares.enter('b')).catch(kindOf)).resolves.toBe('unavailable');
    shares.leave('a');
    expect([shares.running, shares.waiting]).toEqual([0, 0]);
    expect(shares.enter('b')).toBeUndefined();
  });

  it('never refuses what continues an admitted read', async () => {
    const shares = scheduler({ total: 1, perTenant: 1, reserved: 0, maxWaiting: 0, maxWaitMs: 1 });
    void shares.enter('a');
    const continued = shares.enter('a', true);
    await new Promise((resolve) => setTimeout(resolve, 10));
    shares.leave('a');
    await continued;
    expect(shares.running).toBe(1);
  });

  it('remembers nothing of tenants that are gone but their last turn', () => {
    const shares = scheduler();
    for (let tenant = 0; tenant < 5000; tenant++) {
      shares.enter(`${tenant}`);
      shares.leave(`${tenant}`);
    }
    expect([shares.running, shares.waiting]).toEqual([0, 0]);
  });
});
