import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { arrayText } from '../../../src/persistence/array-text.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function read(elements: Parameters<typeof arrayText>[0], type: string): Promise<unknown> {
  const { rows } = await client.query(`select to_json($1::${type}[]) as read`, [arrayText(elements)]);
  return rows[0].read;
}

describe('An array as text', () => {
  const text = fc.string({ unit: 'grapheme' }).map((each) => each.replaceAll('\0', ''));
  const difficult = fc.constantFrom('', 'NULL', 'null', '{}', 'a,b', '"', '\\', ' ', '\n', "'", 'a"b\\c', 'nullable');

  it('is read by PostgreSQL as the array that it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, difficult, fc.constant(null))), async (elements) => {
        expect(await read(elements, 'text')).toEqual(elements);
      }),
      { numRuns: 500 },
    );
  });

  it('holds numbers, truth values and times as well', async () => {
    expect(await read([1, -2.5, null, 1e21], 'float8')).toEqual([1, -2.5, null, 1e21]);
    expect(await read([true, null, false], 'boolean')).toEqual([true, null, false]);
    const at = new Date('2026-11-28T10:11:12.345Z');
    const { rows } = await client.query('select ($1::timestamptz[])[1] as at', [arrayText([at])]);
    expect(rows[0].at).toEqual(at);
  });
});
