import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openDataSource } from '../../src/persistence/data-source.js';
import { clockSkew, MOST_SKEW_MS } from '../../src/persistence/database-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  source = await openDataSource({ url: database.appUrl }, 1);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

describe('The clock of this process', () => {
  it('agrees with that of a database on the same machine', async () => {
    expect(Math.abs(await clockSkew(source, () => Date.now()))).toBeLessThan(MOST_SKEW_MS);
  });

  it.each([60_000, -60_000])('is seen to be %i ms off', async (off) => {
    const skew = await clockSkew(source, () => Date.now() + off);
    expect(Math.sign(skew)).toBe(Math.sign(off));
    expect(Math.abs(skew)).toBeGreaterThan(MOST_SKEW_MS);
  });
});
