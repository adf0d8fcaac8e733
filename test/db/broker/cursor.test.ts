import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LeaseLost } from '../../../src/persistence/relay.repository.js';
import { Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

describe('The cursor', () => {
  it('is moved by the holder of the lease only', async () => {
    const tenant = await stage.tenant(3);
    const old = (await stage.repository.acquire('broker', 'a', 5))!;
    await stage.repository.move(old, [{ tenantId: tenant.id, seq: 1 }]);
    await stage.expireLease();
    const current = (await stage.repository.acquire('broker', 'b', 5))!;
    const late = stage.repository.move(old, [{ tenantId: tenant.id, seq: 3 }]);
    await expect(late).rejects.toBeInstanceOf(LeaseLost);
    expect(await stage.cursor(tenant)).toBe(1);
    await stage.repository.move(current, [{ tenantId: tenant.id, seq: 2 }]);
    expect(await stage.cursor(tenant)).toBe(2);
  });

  it('never goes back', async () => {
    const tenant = await stage.tenant(3);
    const lease = (await stage.repository.acquire('broker', 'a', 5))!;
    await stage.repository.move(lease, [{ tenantId: tenant.id, seq: 3 }]);
    await stage.repository.move(lease, [{ tenantId: tenant.id, seq: 2 }]);
    expect(await stage.cursor(tenant)).toBe(3);
  });
});

describe('The slug of a tenant', () => {
  const insert = (slug: string) =>
    stage.sql(
      `insert into tenants (id, slug, name, created_at, updated_at) values (gen_random_uuid(), $1, '', now(), now())`,
      [slug],
    );

  it.each(['a.b', '*', '>', 'a b', 'A', '', '-a', 'a'.repeat(64), 'a\n'])(
    'is not %j: it is one token of a subject',
    async (slug) => {
      await expect(insert(slug)).rejects.toThrow('tenants_slug_check');
    },
  );

  it.each(['a', 'a-b', '1'.repeat(63)])('may be %j', async (slug) => {
    expect(await insert(slug)).toEqual([]);
  });
});
