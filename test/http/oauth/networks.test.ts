import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthFailures } from '../../../src/auth/auth-failures.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { made, type OAuthSpace, oauthSpace } from './oauth-space.js';

/** One instance believes nobody, one a proxy in front of it, one two proxies. */
const INSTANCES = { nobody: 'off', one: 'on', two: '2' } as const;
type Instance = keyof typeof INSTANCES;

let app: TestApp;
let apps: Readonly<Record<Instance, TestApp>>;
let space: OAuthSpace;
let token: string;
beforeAll(async () => {
  app = await startTestApp();
  const beside = (proxies: string) =>
    startTestApp({ beside: app, clock: app.clock, env: { MUSTER_TRUST_PROXY: proxies } });
  apps = { nobody: app, one: await beside(INSTANCES.one), two: await beside(INSTANCES.two) };
});
afterAll(async () => {
  await apps.one.close();
  await apps.two.close();
  await app.close();
});
beforeEach(async () => {
  space = await oauthSpace(app, { allowedAddresses: ['203.0.113.0/24', '2001:db8::/32'] });
  token = String(made(await space.admin.call('POST', `/service-accounts/${space.clientId}/tokens`, {})).json.token);
});

/** A request that comes from an address, with what proxies are said to have seen. */
async function from(remoteAddress: string, instance: Instance = 'nobody', forwarded?: string) {
  const answer = await apps[instance].http.inject({
    url: '/scim/v2/Users',
    remoteAddress,
    headers: { authorization: `Bearer ${token}`, ...(forwarded && { 'x-forwarded-for': forwarded }) },
  });
  return { status: answer.statusCode, detail: String(answer.json().detail) };
}

describe('A token of a service account with allowed networks', () => {
  it.each(['203.0.113.7', '::ffff:203.0.113.7', '2001:db8:1::7'])('is good from %s', async (address) => {
    expect((await from(address)).status).toBe(200);
  });

  it.each([
    ['198.51.100.9', '198.51.100.9'],
    ['::ffff:198.51.100.9', '198.51.100.9'],
    ['2001:db9::1', '2001:db9::1'],
    ['::1', '::1'],
  ])('is refused from %s, and the answer says which address was seen', async (address, seen) => {
    const { status, detail } = await from(address);
    expect(status).toBe(403);
    expect(detail).toContain(`from ${seen};`);
  });

  it('is good from anywhere once there is no network any more, within a second', async () => {
    await space.admin.call('PATCH', `/service-accounts/${space.clientId}`, { allowedAddresses: [] });
    app.clock.advance(1000);
    expect((await from('198.51.100.9')).status).toBe(200);
  });

  it('is refused within a second where it was used, when its network is taken away', async () => {
    expect((await from('203.0.113.7')).status).toBe(200);
    await space.admin.call('PATCH', `/service-accounts/${space.clientId}`, { allowedAddresses: ['192.0.2.1'] });
    app.clock.advance(1000);
    expect((await from('203.0.113.7')).status).toBe(403);
  });

  it('that is tried elsewhere is in the audit log, with the address', async () => {
    await from('198.51.100.9');
    await app.http.get(AuthFailures).flush();
    const [told] = await app.rows(`select data from events where tenant_id = $1 and type = 'auth.failed'`, [
      space.idp.tenant.id,
    ]);
    expect(told?.data).toEqual({ reason: 'address_not_allowed', address: '198.51.100.9', attempts: 1 });
  });
});

describe('X-Forwarded-For', () => {
  it.each<[string, Instance, string, string, number]>([
    ['is nothing to who trusts no proxy', 'nobody', '198.51.100.9', '203.0.113.7', 403],
    ['is nothing to who trusts no proxy, also when it is wrong', 'nobody', '203.0.113.7', '198.51.100.9', 200],
    ['says what the proxy saw', 'one', '198.51.100.9', '203.0.113.7', 200],
    ['says what the proxy saw, with its port', 'one', '198.51.100.9', '203.0.113.7:4711', 200],
    ['cannot be made up before the proxy', 'one', '198.51.100.9', '203.0.113.7, 192.0.2.66', 403],
    ['says what the first of two proxies saw', 'two', '198.51.100.9', '203.0.113.7, 198.51.100.8', 200],
    ['cannot be made up before two proxies', 'two', '198.51.100.9', '203.0.113.7, 192.0.2.66, 198.51.100.8', 403],
    ['says nothing when it is no address', 'one', '198.51.100.9', 'unknown', 403],
  ])('%s', async (_what, instance, remote, forwarded, status) => {
    expect((await from(remote, instance, forwarded)).status).toBe(status);
  });

  it('is not repeated in an answer when it is no address', async () => {
    const { detail } = await from('198.51.100.9', 'one', '<script>');
    expect(detail).toContain('an address that cannot be read');
  });

  it('that is absent behind a proxy is an address of its own: that of the proxy', async () => {
    expect((await from('203.0.113.9', 'one')).status).toBe(200);
    expect((await from('198.51.100.9', 'one')).detail).toContain('from 198.51.100.9;');
  });
});
