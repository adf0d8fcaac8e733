import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AuthFailures } from '../../src/auth/auth-failures.js';
import { run } from '../../src/cli/run.js';
import { Relay } from '../../src/events/relay.js';
import type { JsonObject } from '../../src/scim/index.js';
import { URN } from '../../src/scim/index.js';
import { type Answer, type Method, startTestApp, type TestApp } from '../support/app.js';
import { FixedClock } from '../support/fixed-clock.js';
import { sealAll } from '../support/relays.js';
import { flush } from './provisioning-log/log-reader.js';
import { Operator, PLATFORM } from './tenants/platform.js';
import { person, refusal } from './users/people.js';

const ROOT = 'https://scim.example.com';
const HOUR_MS = 3_600_000;

let app: TestApp;
let env: Record<string, string>;
beforeAll(async () => {
  // Commands have the time of the machine, so the server begins at the same one.
  app = await startTestApp({ clock: new FixedClock(new Date()), env: { MUSTER_PLATFORM_TOKEN: PLATFORM } });
  env = {
    DATABASE_URL: app.database.superuserUrl,
    MUSTER_APP_DATABASE_URL: app.database.appUrl,
    MUSTER_SYSTEM_DATABASE_URL: app.database.systemUrl,
    MUSTER_PUBLIC_URL: ROOT,
  };
});
afterAll(() => app.close());

/** One command as from a shell, beside the running server. */
async function muster(line: string) {
  const said = { out: '', err: '' };
  const code = await run(line.split(' '), {
    env,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  // What a server knows of tokens and settings is a second old at most.
  app.clock.advance(1000);
  return { code, ...said };
}

/** What a command prints with `--json`. */
async function json(line: string) {
  const { code, out, err } = await muster(`${line} --json`);
  expect({ line, code, err }).toEqual({ line, code: 0, err: '' });
  return JSON.parse(out);
}

const scim = (token: string) => (method: Method, path: string, body?: object) =>
  app.call(method, `/scim/v2${path}`, body, { token });
const itemsOf = ({ json: { items } }: Answer) => items as readonly JsonObject[];
const ofLog = (items: readonly JsonObject[]) => items.map(({ summary, status }) => `${status} ${summary}`).reverse();

it('An admin sets a tenant up, looks after it and takes the connection down, by commands and the API', async () => {
  // A tenant, by a command; its first admin, by the platform's API.
  const tenant = await json('tenant create acme');
  expect(tenant).toEqual({ id: expect.any(String), slug: 'acme' });
  const platform = new Operator(app);
  const api = new Operator(app, await platform.adminToken(tenant.id));
  expect(await api.get('/tenant')).toMatchObject({ status: 200, json: { id: tenant.id, slug: 'acme' } });

  // A connection: the URI and the key, once.
  const entra = await json('connection create --tenant acme --idp entra');
  expect(entra).toEqual({
    token: expect.stringMatching(/^muster_/),
    scimUrl: `${ROOT}/scim/v2`,
    tenant: 'acme',
    connection: 'entra',
    idp: 'entra',
    scopes: ['members:write', 'teams:write'],
    expiresAt: expect.any(String),
    tokenId: expect.any(String),
  });
  const [{ id: connection }] = await json('connection list --tenant acme');
  const shownAgain = [
    await json('connection show entra --tenant acme'),
    await json('token list --tenant acme'),
    (await api.get(`/connections/${connection}`)).text,
    (await api.get(`/connections/${connection}/setup`)).text,
  ];
  expect(JSON.stringify(shownAgain)).not.toContain(entra.token);
  expect(shownAgain[3]).toContain(`${ROOT}/scim/v2`);

  // The identity provider brings people and a group.
  const idp = scim(entra.token);
  const ada = await idp('POST', '/Users', person('ada', { externalId: 'a-1' }));
  const kim = await idp('POST', '/Users', person('kim', { externalId: 'k-1' }));
  const members = [ada, kim].map((user) => ({ value: user.json.id }));
  const pilots = await idp('POST', '/Groups', { schemas: [URN.group], displayName: 'Pilots', members });
  expect([ada, kim, pilots].map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(await idp('POST', '/Users', person('ada'))).toMatchObject(refusal(409, 'uniqueness'));
  expect(await api.get('/members')).toMatchObject({
    json: {
      items: expect.arrayContaining([
        expect.objectContaining({ userName: 'ada@example.com' }),
        expect.objectContaining({ userName: 'kim@example.com' }),
      ]),
    },
  });

  // Why did it fail? The log says it, in the API and at the shell alike.
  await flush(app);
  const log = await api.get(`/connections/${connection}/log`);
  expect(ofLog(itemsOf(log))).toEqual([
    '201 Create user ada@example.com',
    '201 Create user kim@example.com',
    '201 Create group Pilots',
    '409 Create user ada@example.com',
  ]);
  expect(await json('connection log --tenant acme --connection entra')).toEqual(log.json);
  const failures = await json('connection log --tenant acme --connection entra --status error');
  expect(failures.items).toMatchObject([{ reason: 'user-taken', remedy: expect.stringMatching(/same person/) }]);

  // Another key: both are good until the old one ends.
  const rotated = await json(`token rotate ${entra.tokenId} --tenant acme --overlap 1h`);
  expect(rotated).toMatchObject({ scimUrl: `${ROOT}/scim/v2`, previous: { id: entra.tokenId } });
  expect(rotated.token).not.toBe(entra.token);
  const renewed = scim(rotated.token);
  for (const either of [idp, renewed]) {
    expect(await either('GET', `/Users/${ada.json.id}`)).toMatchObject({ status: 200, json: { id: ada.json.id } });
  }

  // Under the policy `review`, a member whom nobody manages waits for an admin.
  expect(await json('tenant set acme --adoption-policy review')).toMatchObject({
    settings: { adoptionPolicy: 'review' },
  });
  expect(await json('member unlink kim@example.com --tenant acme')).toMatchObject({ connection: null });
  const pushed = person('kim', { externalId: 'k-2', title: 'Pilot' });
  expect(await renewed('POST', '/Users', pushed)).toMatchObject({
    ...refusal(409, 'uniqueness'),
    json: { detail: expect.stringMatching(/approval of an admin/) },
  });
  const { items: reviews } = await json('review list --tenant acme');
  expect(reviews).toMatchObject([{ status: 'open', userName: 'kim@example.com', connection: { name: 'entra' } }]);
  expect(itemsOf(await api.get('/adoption-reviews'))).toEqual(reviews);
  expect(await json(`review approve ${reviews[0].id} --seen ${reviews[0].version} --tenant acme`)).toMatchObject({
    status: 'approved',
  });
  expect(await renewed('POST', '/Users', pushed)).toMatchObject({
    status: 201,
    json: { id: kim.json.id, externalId: 'k-2', title: 'Pilot' },
  });
  expect((await json('review list --tenant acme')).items).toEqual([]);

  // The overlap is over: the old key is refused, and the log of the connection says why.
  app.clock.advance(HOUR_MS);
  expect((await idp('GET', `/Users/${ada.json.id}`)).status).toBe(401);
  expect((await renewed('GET', `/Users/${ada.json.id}`)).status).toBe(200);
  await flush(app);
  const refused = await api.get(`/connections/${connection}/log?status=401`);
  expect(itemsOf(refused)).toMatchObject([{ reason: 'token-expired' }]);

  // The connection goes, but not by a slip of the hand.
  const slip = await muster('connection delete entra --tenant acme');
  expect(slip).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/still manages 2 active members/) });
  expect((await api.call('DELETE', `/connections/${connection}`)).status).toBe(409);
  expect((await renewed('GET', `/Users/${ada.json.id}`)).status).toBe(200);
  expect(await json('connection delete entra --tenant acme --members deactivate')).toEqual({
    id: connection,
    name: 'entra',
    removed: true,
  });
  expect((await renewed('GET', `/Users/${ada.json.id}`)).status).toBe(401);
  expect(await json('connection list --tenant acme')).toEqual([]);
  expect(itemsOf(await api.get('/members'))).toEqual(
    expect.arrayContaining(
      ['ada@example.com', 'kim@example.com'].map((userName) =>
        expect.objectContaining({ userName, active: false, connection: null }),
      ),
    ),
  );

  // The audit log tells all of it, and no key.
  await app.http.get(AuthFailures).flush();
  await sealAll(app.http.get(Relay));
  const audit = await api.get('/audit?limit=100');
  const told = itemsOf(audit).map(({ type, actor }) => `${type} by ${(actor as JsonObject).type}`);
  // Commands and the server have different clocks here, so the order is not that of the story.
  expect(told.sort()).toEqual([
    'auth.failed by service_account',
    'auth.failed by service_account',
    'connection.created by operator',
    'connection.disabled by operator',
    'connection.removed by operator',
    'member.adoption_requested by service_account',
    'member.deactivated by operator',
    'member.deactivated by operator',
    'member.linked by operator',
    'member.provisioned by service_account',
    'member.provisioned by service_account',
    'member.unlinked by operator',
    'service_account.created by operator',
    'service_account.created by operator',
    'team.created by service_account',
    'team.membership_changed by service_account',
    'team.unlinked by operator',
    'tenant.created by operator',
    'tenant.settings_changed by operator',
    'token.created by operator',
    'token.created by operator',
    'token.created by operator',
    'token.revoked by operator',
    'token.revoked by operator',
    'token.rotated by operator',
  ]);
  const exported = await muster('audit export --tenant acme');
  expect(exported.code).toBe(0);
  for (const { id } of itemsOf(audit)) expect(exported.out).toContain(String(id));
  for (const { token } of [entra, rotated, api]) expect(audit.text + exported.out).not.toContain(token);
});
