import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { looksLikeToken } from '../../../src/auth/token.js';
import { run } from '../../../src/cli/run.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

/** Room for a busy machine to compile and load all of the application. */
const LOADING_MS = 60_000;

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  env = {
    DATABASE_URL: database.superuserUrl,
    MUSTER_APP_DATABASE_URL: database.appUrl,
    MUSTER_SYSTEM_DATABASE_URL: database.systemUrl,
    MUSTER_PUBLIC_URL: 'https://scim.example.com/muster/',
  };
});
afterAll(() => database.drop());

/** One command as from a shell. */
async function muster(line: string, extra: Record<string, string> = {}) {
  const said = { out: '', err: '' };
  const code = await run(line.split(' '), {
    env: { ...env, ...extra },
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
  expect({ err, code }).toEqual({ err: '', code: 0 });
  expect(out.trim().split('\n')).toHaveLength(1);
  return JSON.parse(out);
};

describe('muster', () => {
  it('makes the schema when it is the first to come', async () => {
    expect(await muster('tenant list')).toEqual({ code: 0, out: 'TENANT  ID  STATUS\n', err: '' });
    expect(await muster('db migrate')).toEqual({ code: 0, out: 'There was nothing to do.\n', err: '' });
  });

  it('makes a tenant, a connection and a token, each printed as one JSON object', async () => {
    expect(await json('tenant create demo')).toEqual({ id: expect.any(String), slug: 'demo' });
    expect(await json('connection create --tenant demo --idp okta')).toMatchObject({ connection: 'okta', idp: 'okta' });
    const made = await json('token create --tenant demo --scopes members:write,teams:write --expires 90d');
    expect(made).toEqual({
      token: expect.any(String),
      scimUrl: 'https://scim.example.com/muster/scim/v2',
      tenant: 'demo',
      connection: 'okta',
      idp: 'okta',
      scopes: ['members:write', 'teams:write'],
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      tokenId: expect.any(String),
    });
    expect(looksLikeToken(made.token)).toBe(true);
    const days = (Date.parse(made.expiresAt) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);
  });

  it('says the same in words without --json', async () => {
    const { out } = await muster('token create --tenant demo --scopes members:read');
    expect(out).toMatch(/SCIM URL {6}https:\/\/scim\.example\.com\/muster\/scim\/v2\nAccess token {2}muster_\w{49}\n/);
  });

  it('names the local port where there is no public URL', async () => {
    const { out } = await muster('token create --tenant demo --scopes members:read --json', {
      MUSTER_PUBLIC_URL: '',
      PORT: '4000',
    });
    expect(JSON.parse(out)).toMatchObject({ scimUrl: 'http://localhost:4000/scim/v2' });
  });

  it('changes settings of a tenant, and shows what they are now', async () => {
    const { code, out } = await muster(
      'tenant set demo --notifications on --admin-emails ada@example.com,bob@example.com',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^notifications +true$/m);
    expect(out).toMatch(/^adminEmails +\["ada@example.com","bob@example.com"\]$/m);
    expect(await json('tenant set demo --digest-above 7')).toMatchObject({
      settings: { notifications: true, digestAbove: 7, adminEmails: ['ada@example.com', 'bob@example.com'] },
    });
    expect((await muster('tenant set demo --notifications off --admin-emails ,')).out).toMatch(/^adminEmails +\[\]$/m);
  });

  it('lists tokens without their secrets and revokes one of them', async () => {
    const [first] = await json('token list --tenant demo');
    expect(await json(`token revoke ${first.id} --tenant demo`)).toEqual({
      id: first.id,
      prefix: first.prefix,
      revoked: true,
    });
    const { out } = await muster('token list --tenant demo');
    expect(out.split('\n')[0]).toMatch(/^PREFIX +ID +NAME +ACCOUNT +CONNECTION +SCOPES +EXPIRES +LAST USED +REVOKED$/);
    expect(out.split('\n')[1]).toMatch(/Z$/);
    expect(out).not.toMatch(/muster_\w{6}/);
  });

  it.each([
    ['tenant create Demo', /lower-case letters/],
    ['tenant create demo', /There is a tenant of this name already/],
    ['tenant set demo', /Name a setting that is to change/],
    ['tenant set acme --notifications on', /There is no tenant acme/],
    ['tenant set demo --notifications maybe', /"maybe" is neither/],
    ['tenant set demo --digest-above 0', /"0" is none/],
    ['tenant set demo --admin-emails a@example.com,x', /"x" is no e-mail address/],
    ['tenant set demo --admin-emails friends:a@example.com;', /is no e-mail address/],
    ['connection create --tenant demo --idp nobody', /it knows generic, okta/],
    ['token create --tenant demo --scopes members:delete', /"members:delete" is not a scope/],
    ['token create --tenant demo --scopes ,', /at least one scope/],
    ['token create --tenant demo --scopes members:read --expires never', /at most 366d; "never"/],
    [
      'token create --tenant demo --scopes members:read --connection x',
      /has no connection x. Its connections are okta/,
    ],
    ['token create --tenant acme --scopes members:read', /There is no tenant acme. The tenants are demo/],
    ['token revoke muster_xxxxx --tenant demo', /has no token with the id or prefix "muster_xxxxx"/],
  ])('%s fails with one sentence', async (line, sentence) => {
    const { code, out, err } = await muster(line);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    'nonsense',
    'tenant',
    'tenant create',
    'token create --tenant demo',
    'token create --scopes members:read',
    'tenant list --colour',
    'db revert --steps 0',
  ])('%s is no command line it knows', async (line) => {
    const { code, out, err } = await muster(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
  });

  it('shows its help', async () => {
    expect(await muster('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage: muster'), err: '' });
  });

  it(
    'prints the OpenAPI document without a database',
    async () => {
      const { code, out } = await muster('openapi', { DATABASE_URL: 'postgres://u@127.0.0.1:1/none' });
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({
        openapi: expect.stringMatching(/^3\./),
        paths: { '/scim/v2/Users': { post: { security: [{ bearer: [] }] } } },
      });
    },
    LOADING_MS,
  );

  it('names every mistake of the environment', async () => {
    const { code, err } = await muster('tenant list', { PORT: 'x', MUSTER_ROLE: 'y' });
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(2);
  });

  it('says so when the database cannot be reached', async () => {
    const { code, err } = await muster('tenant list', { DATABASE_URL: 'postgres://u:hush@127.0.0.1:1/none' });
    expect(code).toBe(1);
    expect(err).toContain('127.0.0.1:1');
    expect(err).not.toMatch(/hush|\n +at /);
  });

  it('takes migrations back and applies them again', async () => {
    const { out } = await muster('db revert');
    expect(out).toMatch(/^Took back \d{4} \w+\n$/);
    expect((await muster('db migrate')).out).toBe(out.replace('Took back', 'Applied'));
  });
});
