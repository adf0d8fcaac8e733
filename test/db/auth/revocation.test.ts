import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digest } from '../../../src/auth/token.js';
import { TokenCache } from '../../../src/auth/token-cache.js';
import { AccessTokensRepository } from '../../../src/persistence/access-tokens.repository.js';
import { PlatformSettingsRepository } from '../../../src/persistence/platform-settings.repository.js';
import { systemStatement } from '../../../src/persistence/statement.js';
import type { IssuedToken } from '../../../src/tenants/issued-token.js';
import { TenantsService } from '../../../src/tenants/tenants.service.js';
import { FixedClock } from '../../support/fixed-clock.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const clock = new FixedClock();
let space: Workspace;
let tenants: TenantsService;
let issued: IssuedToken;
beforeAll(async () => {
  space = await openWorkspace();
  tenants = new TenantsService(space.work, clock);
  await tenants.createTenant('acme');
});
afterAll(() => space.close());

/** As the guard asks. */
const ask = (cache: TokenCache) => {
  const key = digest(issued.token);
  return cache.fresh(key) ?? cache.check(key);
};
const change = (text: string) => space.work.system.run(systemStatement(`test.${text.slice(0, 50)}`, text));

describe('On two instances with a cache each', () => {
  const instance = () =>
    new TokenCache((key) => new AccessTokensRepository(space.work.system).findByDigest(key), clock);
  let both: [TokenCache, TokenCache];
  let name = 0;
  const standings = () => Promise.all(both.map(ask));

  async function useOnBoth(): Promise<void> {
    name += 1;
    issued = await tenants.createConnection({ tenant: 'acme', idp: 'okta', name: `okta-${name}` });
    both = [instance(), instance()];
    expect(await standings()).toMatchObject([{ kind: 'good' }, { kind: 'good' }]);
  }

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a revoked token', () => tenants.revokeToken('acme', issued.tokenId), /revoked/],
    ['a connection that was disabled', () => change(`update connections set status = 'disabled'`), /disabled/],
    ['a tenant that was suspended', () => change(`update tenants set status = 'suspended'`), /suspended/],
  ])('%s is refused within a second', async (_what, end, detail) => {
    await change(`update tenants set status = 'active'`);
    await useOnBoth();
    await end();
    clock.advance(1000);
    const refused = { kind: 'refused', detail: expect.stringMatching(detail) };
    expect(await standings()).toMatchObject([refused, refused]);
  });

  it('a scope that was taken away is gone within a second', async () => {
    await change(`update tenants set status = 'active'`);
    await useOnBoth();
    await change(`update service_accounts set scopes = array['members:read']`);
    clock.advance(1000);
    expect(await standings()).toMatchObject([
      { caller: { scopes: ['members:read'] } },
      { caller: { scopes: ['members:read'] } },
    ]);
  });

  it('a token nobody ended is good for as long as it lives', async () => {
    await useOnBoth();
    clock.advance(1000);
    expect(await standings()).toMatchObject([{ kind: 'good' }, { kind: 'good' }]);
  });
});

describe('A platform setting', () => {
  it('has one value, whoever offers first', async () => {
    const settings = new PlatformSettingsRepository(space.work.system);
    const offers = Array.from({ length: 8 }, (_, number) => settings.getOrOffer('color', () => `offer ${number}`));
    const values = await Promise.all(offers);
    expect(new Set(values).size).toBe(1);
    expect(await settings.getOrOffer('color', () => 'too late')).toBe(values[0]);
  });
});
