import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { run } from '../../../src/cli/run.js';
import { DEFAULT_SETTINGS } from '../../../src/domain/tenant.js';
import { openDataSource } from '../../../src/persistence/data-source.js';
import { UnitOfWork } from '../../../src/persistence/unit-of-work.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { relayOver, sealAll } from '../../support/relays.js';

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  env = {
    DATABASE_URL: database.superuserUrl,
    MUSTER_APP_DATABASE_URL: database.appUrl,
    MUSTER_SYSTEM_DATABASE_URL: database.systemUrl,
    MUSTER_PUBLIC_URL: 'https://scim.example.com',
  };
  await muster('tenant create acme');
});
afterAll(() => database.drop());

/** One command as from a shell. */
async function muster(line: string | readonly string[]) {
  const said = { out: '', err: '' };
  const code = await run(typeof line === 'string' ? line.split(' ') : line, {
    env,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}
const json = async (line: string) => {
  const { out, err, code } = await muster(`${line} --json`);
  expect({ line, err, code }).toEqual({ line, err: '', code: 0 });
  expect(out.trim().split('\n')).toHaveLength(1);
  return JSON.parse(out);
};
const refused = async (line: string) => {
  const { code, out, err } = await muster(line);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err.trim().split('\n')).toHaveLength(1);
  return err;
};

async function seal(): Promise<void> {
  const system = await openDataSource({ url: database.systemUrl }, 1);
  const relay = relayOver(new UnitOfWork(system, system, { preparedStatements: true }));
  await sealAll(relay);
  await relay.stop();
  await system.destroy();
}

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  return client
    .query(sql)
    .then((result) => result.rows)
    .finally(() => client.end());
}

describe('muster tenant', () => {
  it('shows a tenant with all its settings, as JSON and in lines', async () => {
    expect(await json('tenant show acme')).toMatchObject({
      slug: 'acme',
      status: 'active',
      settings: DEFAULT_SETTINGS,
    });
    const { out } = await muster('tenant show acme');
    for (const name of Object.keys(DEFAULT_SETTINGS)) expect(out).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    expect(await refused('tenant show nobody')).toMatch(/There is no tenant nobody. The tenants are acme/);
  });

  it('sets each setting, and the name', async () => {
    const line =
      'tenant set acme --name Rockets --notifications on --digest-above 7 --admin-emails it@acme.example --default-team-permission can_view --deletion-policy erase --adoption-policy review --unlinked-visibility hidden --user-name-must-be-email on --duplicate-team-names on --sso-required on --sso oidc:https://login.example.com';
    const settings = {
      notifications: true,
      digestAbove: 7,
      adminEmails: ['it@acme.example'],
      defaultTeamPermission: 'can_view',
      deletionPolicy: 'erase',
      adoptionPolicy: 'review',
      unlinkedVisibility: 'hidden',
      userNameMustBeEmail: true,
      duplicateTeamNames: true,
      ssoRequired: true,
      sso: { protocol: 'oidc', issuer: 'https://login.example.com' },
    };
    expect(Object.keys(settings).sort()).toEqual(Object.keys(DEFAULT_SETTINGS).sort());
    expect(await json(line)).toMatchObject({ name: 'Rockets', settings });
    const [told] = await rows("select data from events where type = 'tenant.settings_changed'");
    expect(told).toMatchObject({ data: { before: { deletionPolicy: 'deactivate' }, after: settings } });
  });

  it.each([
    ['tenant set acme', /Name a setting that is to change/],
    ['tenant set acme --notifications yes', /"on" or "off"; "yes" is neither/],
    [
      'tenant set acme --sso oidc:http://login.example.com',
      /settings\.sso\.issuer: must be a URL that begins with https/,
    ],
    ['tenant set nobody --notifications on', /There is no tenant nobody/],
    ['tenant delete acme', /Suspend the tenant first/],
  ])('%s fails with one sentence', async (line, sentence) => {
    expect(await refused(line)).toMatch(sentence);
  });

  it('removes a tenant that is suspended and exported, with the code it printed', async () => {
    await muster('tenant create gone');
    const issued = await json('connection create --tenant gone --idp okta');
    expect(await json('tenant suspend gone')).toMatchObject({ status: 'suspended' });
    expect(await json('tenant resume gone')).toMatchObject({ status: 'active', suspendedAt: null });
    await muster('tenant suspend gone');
    expect(await refused('tenant delete gone')).toMatch(/Export the whole audit log.*audit export --tenant gone/);
    await seal();
    expect((await muster('audit export --tenant gone')).code).toBe(0);
    const { out } = await muster('tenant delete gone');
    const [, printed] = /muster (tenant delete gone --confirm \S+)/.exec(out) ?? [];
    expect(await refused('tenant delete gone --confirm x')).toMatch(/not the code/);
    expect(await json(String(printed))).toMatchObject({ slug: 'gone', removed: true });
    expect((await json('tenant list')).map(({ slug }: { slug: string }) => slug)).toEqual(['acme']);
    const alive = await rows(`select from access_tokens where id = '${issued.tokenId}' and revoked_at is null`);
    expect(alive).toEqual([]);
  });
});

describe('muster connection', () => {
  it('makes one, and prints the SCIM URL and the token this once', async () => {
    expect(await json('connection create --tenant acme --idp entra --expires 90d')).toEqual({
      token: expect.stringMatching(/^muster_/),
      scimUrl: 'https://scim.example.com/scim/v2',
      tenant: 'acme',
      connection: 'entra',
      idp: 'entra',
      scopes: ['members:write', 'teams:write'],
      expiresAt: expect.any(String),
      tokenId: expect.any(String),
    });
    expect(await json('connection create --tenant acme --idp ping --no-token')).toMatchObject({ token: null });
    expect((await muster('connection list --tenant acme')).out).not.toMatch(/muster_\w{20}/);
  });

  it('shows, renames, disables, enables and lists them, by name or id', async () => {
    const [entra] = await json('connection list --tenant acme');
    expect(entra).toMatchObject({ name: 'entra', idp: 'entra', status: 'enabled' });
    expect(await json(`connection show ${entra.id} --tenant acme`)).toMatchObject({
      name: 'entra',
      manages: { activeMembers: 0, inactiveMembers: 0, teams: 0 },
      figures: { lastSyncAt: null },
      tolerances: [],
    });
    expect((await muster('connection show entra --tenant acme')).out).toMatch(/^active members +0$/m);
    expect(await json('connection set entra --tenant acme --name people')).toMatchObject({ name: 'people' });
    expect(await json('connection disable people --tenant acme')).toMatchObject({ status: 'disabled' });
    expect(await json('connection enable people --tenant acme')).toMatchObject({ token: null });
    const fresh = await json('connection enable people --tenant acme --token');
    expect(fresh).toMatchObject({ connection: 'people', token: expect.stringMatching(/^muster_/) });
    expect(await refused('connection show entra --tenant acme')).toMatch(/has no connection entra/);
  });

  it('prints how the identity provider is set up, with the values of the connection', async () => {
    const { out } = await muster('connection setup people --tenant acme');
    expect(out).toMatch(/- Tenant URL: https:\/\/scim\.example\.com\/scim\/v2\n/);
    expect(out).toMatch(/^userName +userPrincipalName/m);
    expect(await json('connection setup people --tenant acme')).toMatchObject({
      idp: 'entra',
      users: expect.any(Array),
    });
  });

  it('removes one that manages nobody, and one that does when it is told what becomes of them', async () => {
    const [{ id, tenantId }] = (await rows(
      `select id, tenant_id as "tenantId" from connections where name = 'people'`,
    )) as [{ id: string; tenantId: string }];
    await rows(
      `insert into members (tenant_id, id, scim_id, connection_id, user_name, user_name_key, active, resource, version,
         created_at, updated_at)
       values ('${tenantId}', gen_random_uuid(), gen_random_uuid(), '${id}', 'ada', 'ada', true, '{"userName":"ada"}', 1, now(), now())`,
    );
    expect(await refused('connection delete people --tenant acme')).toMatch(/still manages 1 active member/);
    expect(await json('connection delete people --tenant acme --members deactivate')).toEqual({
      id,
      name: 'people',
      removed: true,
    });
    expect(await rows('select active, connection_id from members')).toEqual([{ active: false, connection_id: null }]);
    expect((await muster('connection delete ping --tenant acme')).code).toBe(0);
    expect(await json('connection list --tenant acme')).toEqual([]);
  });

  it.each([
    'connection list',
    'connection delete --tenant acme',
    'connection delete x --tenant acme --members keep',
    'tenant suspend',
  ])('%s is no command line it knows', async (line) => {
    const { code, out, err } = await muster(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
  });
});
