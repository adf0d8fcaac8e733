import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, type Environment, KNOWN_NAMES, loadConfig } from '../../../src/config/config.js';

function mistakesOf(env: Environment): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

const NATS_FORM = 'NATS_URL must be URLs such as nats://user:password@host:4222, with commas between several.';

const SMTP_FORM =
  'MUSTER_SMTP_URL must be a URL such as smtp://user:password@mail.example.com:587 or smtps://mail.example.com.';
const mail = (url: string, from = 'm@a.co'): Environment => ({ MUSTER_SMTP_URL: url, MUSTER_MAIL_FROM: from });

describe('loadConfig', () => {
  it('needs nothing to be set', () => {
    expect(loadConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      dataDir: '.muster',
      databaseUrl: undefined,
      appDatabaseUrl: undefined,
      systemDatabaseUrl: undefined,
      publicUrl: undefined,
      role: 'all',
      rateLimit: true,
      logLevel: 'info',
      poolSize: 16,
      preparedStatements: true,
      heavyStatements: 1,
      heavyTimeoutMs: 2000,
      cursorSecret: undefined,
      shutdownGraceSeconds: 10,
      auditRetentionDays: undefined,
      provisioningLog: true,
      provisioningLogDays: 30,
      provisioningLogAddresses: false,
      trustProxy: 0,
      webhookAllowedHosts: [],
      issuerAllowedHosts: [],
    });
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });

  it.each<[Environment, object]>([
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '' }, { port: 3000 }],
    [{ MUSTER_RATE_LIMIT: 'off' }, { rateLimit: false }],
    [{ MUSTER_TRUST_PROXY: 'on' }, { trustProxy: 1 }],
    [{ MUSTER_TRUST_PROXY: '2' }, { trustProxy: 2 }],
    [{ MUSTER_ROLE: 'worker' }, { role: 'worker' }],
    [{ MUSTER_PUBLIC_URL: 'https://scim.example.com/' }, { publicUrl: 'https://scim.example.com' }],
    [{ MUSTER_PUBLIC_URL: 'https://example.com/muster//' }, { publicUrl: 'https://example.com/muster' }],
    [{ DATABASE_URL: 'postgresql://u:p@db/muster' }, { databaseUrl: 'postgresql://u:p@db/muster' }],
    [{ MUSTER_AUDIT_RETENTION_DAYS: '400' }, { auditRetentionDays: 400 }],
    [{ UNRELATED: 'x' }, { port: 3000 }],
    [mail('smtp://mail'), { smtp: { host: 'mail', port: 587, secure: false, user: undefined, password: undefined } }],
    [
      mail('smtps://kim%40a.example:p%3A%2F@mail.example.com/'),
      { smtp: { host: 'mail.example.com', port: 465, secure: true, user: 'kim@a.example', password: 'p:/' } },
    ],
    [mail('smtp://[::1]:2525'), { smtp: { host: '::1', port: 2525 } }],
    [mail('smtp://mail', 'm@a.co'), { mailFrom: { name: '', address: 'm@a.co' } }],
    [mail('smtp://mail', 'Müster no <m@a.co>'), { mailFrom: { name: 'Müster no', address: 'm@a.co' } }],
    [{ NATS_URL: 'nats://nats' }, { nats: { servers: ['nats:4222'], tls: false } }],
    [{ NATS_URL: 'nats://[::1]:4333/' }, { nats: { servers: ['[::1]:4333'], tls: false } }],
    [{ NATS_URL: 'nats://t%3Aken@nats' }, { nats: { servers: ['nats:4222'], tls: false, token: 't:ken' } }],
    [
      { NATS_URL: 'tls://kim:a%2Cb@one:4223, tls://two' },
      { nats: { servers: ['one:4223', 'two:4222'], tls: true, user: 'kim', pass: 'a,b' } },
    ],
  ])('reads %j', (env, expected) => {
    expect(loadConfig(env)).toMatchObject(expected);
  });

  it.each<[Environment, string]>([
    [{ PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535, but it is "abc".'],
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, but it is "65536".'],
    [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535, but it is "-1".'],
    [
      { MUSTER_AUDIT_RETENTION_DAYS: '7' },
      'MUSTER_AUDIT_RETENTION_DAYS must be a whole number from 30 to 36500, but it is "7".',
    ],
    [{ MUSTER_POOL_SIZE: '1.5' }, 'MUSTER_POOL_SIZE must be a whole number from 1 to 1000, but it is "1.5".'],
    [{ MUSTER_ROLE: 'API' }, 'MUSTER_ROLE must be one of api, worker, all, but it is "API".'],
    [{ MUSTER_RATE_LIMIT: 'false' }, 'MUSTER_RATE_LIMIT must be one of on, off, but it is "false".'],
    [
      { MUSTER_PUBLIC_URL: 'scim.example.com' },
      'MUSTER_PUBLIC_URL must be a URL such as https://scim.example.com, but it is "scim.example.com".',
    ],
    [
      { MUSTER_PUBLIC_URL: 'ftp://scim.example.com' },
      'MUSTER_PUBLIC_URL must be a URL such as https://scim.example.com, but it is "ftp://scim.example.com".',
    ],
    [
      { MUSTER_PUBLIC_URL: 'https://example.com/?a=1' },
      'MUSTER_PUBLIC_URL must be a URL without a user name, a query or a fragment.',
    ],
    [
      { DATABASE_URL: 'mysql://u:hidden@db/muster' },
      'DATABASE_URL must be a URL such as postgres://user:password@host:5432/database.',
    ],
    [{ MUSTER_CURSOR_SECRET: 'short' }, 'MUSTER_CURSOR_SECRET must have at least 32 characters, but it has 5.'],
    [{ MUSTER_RATE_LIMITS: 'off' }, 'MUSTER_RATE_LIMITS is not a setting of Muster; did you mean MUSTER_RATE_LIMIT?'],
    [{ MUSTER_PUBLICURL: 'x' }, 'MUSTER_PUBLICURL is not a setting of Muster; did you mean MUSTER_PUBLIC_URL?'],
    [
      { MUSTER_APP_DATABASE_URL: 'postgres://a@db/muster' },
      'MUSTER_APP_DATABASE_URL is set but DATABASE_URL is not; the embedded database makes its own roles.',
    ],
    ...[
      'nats',
      'http://nats',
      'nats://',
      'nats://nats/x',
      'nats://nats?a=1',
      'nats://:pass@nats',
      'nats://%zz@nats',
      'nats://a,',
    ].map((url): [Environment, string] => [{ NATS_URL: url }, NATS_FORM]),
    [{ NATS_URL: 'nats://one,tls://two' }, 'NATS_URL must name all servers with nats:// or all with tls://.'],
    ...['tls://127.0.0.1', 'tls://one,tls://[::1]:4222'].map((url): [Environment, string] => [
      { NATS_URL: url },
      'NATS_URL must name servers with tls:// as their certificates do, not by addresses.',
    ]),
    [
      { NATS_URL: 'nats://a:b@one,nats://a:c@two' },
      'NATS_URL must have the same user name and password wherever it has any.',
    ],
    ...[
      'mail',
      'http://mail',
      'smtp://',
      'smtp://mail/x',
      'smtp://mail?pool=1',
      'smtp://user@mail',
      'smtp://%zz:x@mail',
    ].map((url): [Environment, string] => [mail(url), SMTP_FORM]),
    ...['Muster', 'a@b', 'A <a@b.co', 'a@b.co>', 'A, B <a@b.co>', 'a@b.co, c@d.co', 'A\r\nBcc: x <a@b.co>'].map(
      (from): [Environment, string] => [
        mail('smtp://mail', from),
        `MUSTER_MAIL_FROM must be an address such as Muster <muster@example.com>, but it is "${from}".`,
      ],
    ),
    [{ MUSTER_SMTP_URL: 'smtp://mail' }, 'MUSTER_SMTP_URL is set but MUSTER_MAIL_FROM is not; mail needs a sender.'],
    [{ DATABASE_URL_FILE: '/nowhere/at/all' }, 'DATABASE_URL_FILE names a file that cannot be read: ENOENT.'],
  ])('says what is wrong with %j', (env, sentence) => {
    expect(mistakesOf(env)).toEqual([sentence]);
  });

  it('names every mistake at once', () => {
    expect(mistakesOf({ PORT: 'x', MUSTER_ROLE: 'boss', MUSTER_PROT: '1' })).toHaveLength(3);
  });

  it('never repeats a secret', () => {
    const text = mistakesOf({
      DATABASE_URL: 'mysql://hush',
      MUSTER_CURSOR_SECRET: 'hush',
      NATS_URL: 'hush://hush',
      MUSTER_SMTP_URL: 'smtp://hush@mail',
    }).join();
    expect(text).not.toContain('hush');
  });

  describe('with a secret in a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'muster-config-')), 'secret');
    writeFileSync(file, 'postgres://u:p@db/muster\n');

    it('reads the file that NAME_FILE names', () => {
      expect(loadConfig({ DATABASE_URL_FILE: file }).databaseUrl).toBe('postgres://u:p@db/muster');
    });

    it('refuses both the secret and its file', () => {
      expect(mistakesOf({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://u:p@db/other' })).toEqual([
        'Both DATABASE_URL and DATABASE_URL_FILE are set; keep one of them.',
      ]);
    });

    it('offers no file for a plain setting', () => {
      expect(mistakesOf({ MUSTER_ROLE_FILE: file })).toEqual([
        'MUSTER_ROLE_FILE is not a setting of Muster; did you mean MUSTER_ROLE?',
      ]);
    });
  });
});

describe('.env.example', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  const settings = lines.flatMap((line) => {
    const match = /^(?:#\s?)?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
    return match ? [[match[1]!, match[2]!.trim()] as const] : [];
  });

  it('is valid, with what is commented out as well', () => {
    expect(mistakesOf(Object.fromEntries(settings))).toEqual([]);
  });

  it('shows no name that Muster does not know', () => {
    expect(settings.map(([name]) => name).filter((name) => !KNOWN_NAMES.includes(name))).toEqual([]);
  });

  it('leaves no setting out', () => {
    const shown = new Set(settings.map(([name]) => name));
    const needed = KNOWN_NAMES.filter((name) => !name.endsWith('_FILE'));
    expect(needed.filter((name) => !shown.has(name))).toEqual([]);
  });
});
