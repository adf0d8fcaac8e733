import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openDataSource } from '../../src/persistence/data-source.js';
import { openDatabase } from '../../src/persistence/database.js';
import { checkWorkRole } from '../../src/persistence/database-roles.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let database: TestDatabase;
let owner: string;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new URL(database.ownerUrl).username;
});

afterAll(() => database.drop());

describe('openDatabase with DATABASE_URL', () => {
  it('migrates as the given login and works as roles that own nothing', async () => {
    const opened = await open({ databaseUrl: database.superuserUrl });
    expect(opened.embedded).toBe(false);
    expect(await whoWorks(opened.ownerUrl)).toBe(new URL(database.superuserUrl).username);
    expect(await whoWorks(opened.app.url)).toBe('muster_app');
    expect(await whoWorks(opened.system.url)).toBe('muster_system');
    await expect(ask(opened.app.url, 'drop table members')).rejects.toThrow('must be owner');
    await opened.close();
  });

  it('gives TypeORM a pool that works as the role too', async () => {
    const opened = await open({ databaseUrl: database.superuserUrl });
    const source = await openDataSource(opened.app, 1);
    const rows = await source.query('select current_user::text as name').finally(() => source.destroy());
    expect(rows).toEqual([{ name: 'muster_app' }]);
  });

  it('keeps start-up options that the URL has already', async () => {
    const url = new URL(database.superuserUrl);
    url.searchParams.set('options', '-c search_path=pg_catalog');
    const opened = await open({ databaseUrl: url.href });
    const [row] = await ask(
      opened.app.url,
      `select current_user::text as name, current_setting('search_path') as path`,
    );
    expect(row).toEqual({ name: 'muster_app', path: 'pg_catalog' });
  });

  it('uses the logins of the two roles where they are given', async () => {
    const { appUrl, systemUrl, ownerUrl } = database;
    await ask(database.superuserUrl, `grant muster_app, muster_system to ${owner}`);
    try {
      const opened = await open({ databaseUrl: ownerUrl, appDatabaseUrl: appUrl, systemDatabaseUrl: systemUrl });
      expect(opened).toMatchObject({ app: { url: appUrl }, system: { url: systemUrl } });
    } finally {
      await ask(database.superuserUrl, `revoke muster_app, muster_system from ${owner}`);
    }
  });

  it('tells what an administrator has to run when the login may not take the roles', async () => {
    await expect(open({ databaseUrl: database.ownerUrl })).rejects.toThrow(
      `grant muster_app, muster_system to "${owner}"`,
    );
  });

  it('says where it could not connect, and never the password', async () => {
    const url = new URL(database.ownerUrl);
    url.password = 'not-the-password';
    const refused = await open({ databaseUrl: url.href }).catch(String);
    expect(refused).toContain(`as ${owner}: password authentication failed`);
    expect(refused).not.toContain('not-the-password');
  });
});

describe('checkWorkRole', () => {
  it.each([
    ['a superuser', 'superuserUrl', 'row level security does not bind'],
    ['the owner', 'ownerUrl', 'who has the rights of the owner'],
    ['a login without the role', 'systemUrl', 'grant muster_app to it'],
  ] as const)('refuses %s', async (_, connection, message) => {
    await expect(checkWorkRole(database[connection], 'muster_app', owner)).rejects.toThrow(message);
  });
});

function open(urls: { databaseUrl: string; appDatabaseUrl?: string; systemDatabaseUrl?: string }) {
  return openDatabase({ dataDir: 'unused', appDatabaseUrl: undefined, systemDatabaseUrl: undefined, ...urls }, log);
}

async function whoWorks(url: string): Promise<unknown> {
  return (await ask(url, 'select current_user::text as name'))[0]?.name;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql).finally(() => client.end());
  return rows;
}
