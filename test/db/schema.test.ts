import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateDown, migrateUp, pendingMigrations } from '../../src/persistence/migrations.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { dumpSchema } from '../support/schema-dump.js';

const GOLDEN = new URL('../golden/schema.sql', import.meta.url);

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

describe('The schema', () => {
  it('is the one in test/golden/schema.sql (npm run golden rewrites it)', async () => {
    const schema = await dumpSchema(database.ownerUrl);
    if (process.env.MUSTER_GOLDEN === 'write') await writeFile(GOLDEN, schema);
    expect(schema).toBe(await readFile(GOLDEN, 'utf8'));
  });

  it('is the same after all migrations were taken back, which leaves nothing, and applied again', async () => {
    const before = await dumpSchema(database.ownerUrl);
    const applied = await migrateDown(database.ownerUrl, Number.MAX_SAFE_INTEGER);
    expect(applied.length).toBeGreaterThan(0);
    expect(await dumpSchema(database.ownerUrl)).toBe('');
    expect(await pendingMigrations(database.ownerUrl)).toHaveLength(applied.length);
    await migrateUp(database.ownerUrl);
    expect(await dumpSchema(database.ownerUrl)).toBe(before);
  });

  it('is made of one step after another: each way back undoes exactly its own step', async () => {
    const steps = (await migrateDown(database.ownerUrl, Number.MAX_SAFE_INTEGER)).length;
    const descents: string[][] = [];
    for (let descent = 0; descent < 2; descent++) {
      await migrateUp(database.ownerUrl);
      const schemas: string[] = [];
      for (let step = 0; step < steps; step++) {
        await migrateDown(database.ownerUrl, 1);
        schemas.push(await dumpSchema(database.ownerUrl));
      }
      descents.push(schemas);
    }
    const [first, second] = descents;
    expect(first).toHaveLength(steps);
    expect(second).toEqual(first);
    await migrateUp(database.ownerUrl);
  });
});
