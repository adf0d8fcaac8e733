import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { looksLikeToken } from '../../../src/auth/token.js';
import { run } from '../../../src/cli/run.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let directory: string;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'muster-accounts-'));
  env = {
    DATABASE_URL: database.superuserUrl,
    MUSTER_APP_DATABASE_URL: database.appUrl,
    MUSTER_SYSTEM_DATABASE_URL: database.systemUrl,
    MUSTER_PUBLIC_URL: 'https://scim.example.com',
  };
  await json('tenant create acme');
  await json('connection create --tenant acme --idp entra --no-token');
});
afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

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
  return { code, ...said };
}
const json = async (line: string) => {
  const { out, err, code } = await muster(`${line} --json`);
  expect({ line, err, code }).toEqual({ line, err: '', code: 0 });
  return JSON.parse(out);
};

describe('muster service-account', () => {
  it('makes, lists, changes and removes', async () => {
    const made = await json(
      'service-account create --tenant acme --name entra --scopes members:write --connection entra',
    );
    expect(made).toMatchObject({ name: 'entra', scopes: ['members:write'], allowedAddresses: [] });
    expect(await json('service-account list --tenant acme')).toEqual([made]);
    const changed = await json(
      'service-account set entra --tenant acme --allow 203.0.113.0/24,2001:db8::/32 --name azure',
    );
    expect(changed).toEqual({ ...made, name: 'azure', allowedAddresses: ['203.0.113.0/24', '2001:db8::/32'] });
    expect(await json(`service-account set ${made.id} --tenant acme --allow ,`)).toMatchObject({
      allowedAddresses: [],
    });
    const { out } = await muster('service-account list --tenant acme');
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^NAME +ID +SCOPES +CONNECTION +ALLOWED$/),
      expect.stringMatching(/^azure .* anywhere$/),
      '',
    ]);
    expect(await json('service-account remove azure --tenant acme')).toEqual({
      id: made.id,
      name: 'azure',
      removed: true,
    });
    expect(await json('service-account list --tenant acme')).toEqual([]);
  });

  it('takes keys from a file or from an address', async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const file = join(directory, 'keys.json');
    await writeFile(file, JSON.stringify({ keys: [jwk] }));
    const made = await json(`service-account create --tenant acme --name ci --scopes tenant:admin --jwks-file ${file}`);
    expect(made).toMatchObject({ jwks: { keys: [jwk] }, connectionId: null });
    const moved = await json('service-account set ci --tenant acme --jwks-uri https://client.example.com/keys');
    expect(moved).toMatchObject({ jwks: null, jwksUri: 'https://client.example.com/keys' });
  });

  it('makes client secrets, shown once with the address to use them at, rotates and revokes them', async () => {
    await json('service-account create --tenant acme --name batch --scopes members:read');
    const of = '--tenant acme --account batch';
    const made = await json(`service-account secret create ${of} --name first --expires 30d`);
    expect(made).toMatchObject({ name: 'first', tokenUrl: 'https://scim.example.com/oauth2/token' });
    const rotated = await json(`service-account secret rotate ${made.id} ${of} --overlap 0`);
    expect(rotated).toMatchObject({ name: 'first', previous: { id: made.id } });
    await json(`service-account secret revoke ${rotated.prefix} ${of}`);
    const { out } = await muster(`service-account secret list ${of}`);
    expect(out.split('\n')[0]).toMatch(/^PREFIX +ID +NAME +EXPIRES +LAST USED +REVOKED$/);
    expect(out).not.toContain(made.secret);
    const { out: words } = await muster(`service-account secret create ${of}`);
    expect(words).toMatch(/Client id {6}[0-9a-f-]{36}\nClient secret {2}muster_cs_\w{49}\n/);
  });

  it('trusts identities of other issuers, and no longer', async () => {
    const of = '--tenant acme --account ci';
    const claims = '--issuer https://login.example.com --subject job --audience api://muster';
    const added = await json(`service-account identity add ${of} ${claims}`);
    expect(await json(`service-account identity list ${of}`)).toEqual([added]);
    await json(`service-account identity remove ${added.id} ${of}`);
    expect(await json(`service-account identity list ${of}`)).toEqual([]);
  });
});

describe('muster token', () => {
  it('makes a token of a service account, rotates it with an overlap, and at once', async () => {
    await json('service-account create --tenant acme --name scim --scopes members:write --connection entra');
    const made = await json('token create --tenant acme --account scim --name autumn --expires 90d');
    expect(made).toMatchObject({ name: 'autumn', scopes: null, scimUrl: 'https://scim.example.com/scim/v2' });
    expect(looksLikeToken(made.token)).toBe(true);
    const second = await json(`token rotate ${made.id} --tenant acme --overlap 12h`);
    const hours = (Date.parse(second.previous.expiresAt) - Date.now()) / 3_600_000;
    expect({ name: second.name, hours: Math.round(hours) }).toEqual({ name: 'autumn', hours: 12 });
    await json(`token rotate ${second.id} --tenant acme --overlap 0`);
    const listed = (await json('token list --tenant acme')) as {
      id: string;
      label: string;
      revokedAt: string | null;
    }[];
    expect(listed.map(({ label, revokedAt }) => [label, revokedAt !== null])).toEqual([
      ['autumn', false],
      ['autumn', true],
      ['autumn', false],
    ]);
    const { out } = await muster(`token rotate ${made.id} --tenant acme`);
    expect(out).toMatch(/Access token {2}muster_\w{49}[\s\S]*is good until/);
  });

  it.each([
    ['token create --tenant acme --account nobody', /has no service account nobody/],
    ['token create --tenant acme --account scim --connection entra', /has its connection already/],
    ['token create --tenant acme --account scim --scopes tenant:admin', /does not have tenant:admin/],
    ['token rotate muster_xxxxx --tenant acme', /no token with the id or prefix/],
    ['token rotate muster_xxxxx --tenant acme --overlap 8d', /at most 7d/],
    ['service-account create --tenant acme --name x --scopes y', /"y" is not a scope/],
    ['service-account set scim --tenant acme --allow 10.0.0.0/99', /no network such as 10\.0\.0\.0\/8/],
    ['service-account set scim --tenant acme --jwks-file /nowhere', /no file with a JSON Web Key Set/],
    ['service-account identity remove x --tenant acme --account scim', /no identity with the id "x"/],
  ])('%s fails with one sentence', async (line, sentence) => {
    const { code, out, err } = await muster(line);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    'token create --tenant acme',
    'token rotate --tenant acme',
    'service-account create --tenant acme --name x',
  ])('%s is no command line it knows', async (line) => {
    expect(await muster(line)).toMatchObject({ code: 2, out: '' });
  });
});
