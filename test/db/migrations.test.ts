import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrateDown, migrateUp, pendingMigrations } from '../../src/persistence/migrations.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const ONE = {
  '0001_shelves.up.sql': 'create table shelves (id int primary key);',
  '0001_shelves.down.sql': 'drop table shelves;',
};
const TWO = {
  '0002_books.up.sql': 'create table books (id int primary key);\ninsert into books values (1);',
  '0002_books.down.sql': 'drop table books;',
};

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  directory = await mkdtemp(join(tmpdir(), 'muster-migrations-'));
});

afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

describe('migrateUp', () => {
  it('applies what is missing in order, and nothing twice', async () => {
    await write(ONE);
    expect(await namesOf(migrateUp(database.ownerUrl, directory))).toEqual(['shelves']);
    await write(TWO);
    expect(await namesOf(pendingMigrations(database.ownerUrl, directory))).toEqual(['books']);
    expect(await namesOf(migrateUp(database.ownerUrl, directory))).toEqual(['books']);
    expect(await namesOf(migrateUp(database.ownerUrl, directory))).toEqual([]);
    expect(await tables()).toEqual(['books', 'schema_migrations', 'shelves']);
  });

  it('applies each migration once when four start at the same time', async () => {
    await write({ ...ONE, ...TWO });
    const runs = await Promise.all([1, 2, 3, 4].map(() => namesOf(migrateUp(database.ownerUrl, directory))));
    expect(runs.flat().sort()).toEqual(['books', 'shelves']);
    expect(await ask('select count(*)::int as n from books')).toEqual([{ n: 1 }]);
  });

  it('leaves nothing of a migration that fails, and keeps those before it', async () => {
    await write({ ...ONE, '0002_books.up.sql': 'create table books (id int); select 1/0;', '0002_books.down.sql': '' });
    await expect(migrateUp(database.ownerUrl, directory)).rejects.toThrow(
      'Migration 0002_books failed: division by zero',
    );
    expect(await tables()).toEqual(['schema_migrations', 'shelves']);
  });

  it('refuses a migration that was changed after it was applied', async () => {
    await write(ONE);
    await migrateUp(database.ownerUrl, directory);
    await write({ '0001_shelves.up.sql': 'create table shelves (id bigint primary key);' });
    await expect(migrateUp(database.ownerUrl, directory)).rejects.toThrow(
      '0001_shelves was changed after it was applied',
    );
  });

  it('does not mind other line ends in a checkout', async () => {
    await write({ ...ONE, ...TWO });
    await migrateUp(database.ownerUrl, directory);
    await write({ '0002_books.up.sql': TWO['0002_books.up.sql'].replaceAll('\n', '\r\n') });
    expect(await namesOf(migrateUp(database.ownerUrl, directory))).toEqual([]);
  });

  it('refuses a database that is ahead of its files', async () => {
    await write({ ...ONE, ...TWO });
    await migrateUp(database.ownerUrl, directory);
    await rm(join(directory, '0002_books.up.sql'));
    await rm(join(directory, '0002_books.down.sql'));
    for (const attempt of [migrateUp, pendingMigrations]) {
      await expect(attempt(database.ownerUrl, directory)).rejects.toThrow(
        'The database is ahead: it has migration 0002_books',
      );
    }
  });

  it.each([
    [
      'a gap',
      { ...ONE, '0003_books.up.sql': '', '0003_books.down.sql': '' },
      '0003_books.up.sql stands where number 2 should',
    ],
    ['a repeat', { ...ONE, '0001_other.up.sql': '', '0001_other.down.sql': '' }, 'stands where number 2 should'],
    ['no way back', { '0001_shelves.up.sql': '' }, '0001_shelves.up.sql has no 0001_shelves.down.sql'],
    ['no way there', { '0001_shelves.down.sql': '' }, '0001_shelves.down.sql has no 0001_shelves.up.sql'],
    ['a stray file', { ...ONE, 'books.sql': '' }, 'books.sql is not named like'],
  ])('refuses %s in the numbering', async (_, files, message) => {
    await write(files);
    await expect(migrateUp(database.ownerUrl, directory)).rejects.toThrow(message);
  });
});

describe('migrateDown', () => {
  it('takes back the newest first, and what it took back can be applied again', async () => {
    await write({ ...ONE, ...TWO });
    await migrateUp(database.ownerUrl, directory);
    expect(await namesOf(migrateDown(database.ownerUrl, 1, directory))).toEqual(['books']);
    expect(await tables()).toEqual(['schema_migrations', 'shelves']);
    expect(await namesOf(migrateDown(database.ownerUrl, 5, directory))).toEqual(['shelves']);
    expect(await namesOf(migrateUp(database.ownerUrl, directory))).toEqual(['shelves', 'books']);
  });
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)));
}

async function namesOf(migrations: ReturnType<typeof migrateUp>): Promise<string[]> {
  return (await migrations).map(({ name }) => name);
}

async function tables(): Promise<string[]> {
  const rows = await ask(`select tablename from pg_tables where schemaname = 'public' order by tablename`);
  return rows.map(({ tablename }) => tablename as string);
}

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql).finally(() => client.end());
  return rows;
}
