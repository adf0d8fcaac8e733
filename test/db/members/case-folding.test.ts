import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { MemberList } from '../../../src/persistence/member-list.js';
import { foldCase, parseFilter, UserType } from '../../../src/scim/index.js';
import { storeMembers } from '../../support/stored-members.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const FILE = readdirSync('migrations').find((name) => name.endsWith('_case_folding.up.sql'));
const MIGRATION = readFileSync(`migrations/${FILE}`, 'utf8');

let space: Workspace;
let client: pg.Client;
beforeAll(async () => {
  space = await openWorkspace();
  client = new pg.Client({ connectionString: space.database.superuserUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await space.close();
});

/** Every character that PostgreSQL stores: no NUL, no half of a surrogate pair. */
function characters(): readonly string[] {
  const points = Array.from({ length: 0x10ffff }, (_, at) => at + 1);
  return points.filter((point) => point < 0xd800 || point > 0xdfff).map((point) => String.fromCodePoint(point));
}

async function foldedInSql(texts: readonly string[]): Promise<readonly string[]> {
  const sql =
    'select fold_case(text) as folded from json_array_elements_text($1) with ordinality as t (text, at) order by at';
  const { rows } = await client.query<{ folded: string }>(sql, [JSON.stringify(texts)]);
  return rows.map(({ folded }) => folded);
}

describe('fold_case of the database', () => {
  it('is foldCase of the engine for every character', async () => {
    const all = characters();
    const folded = await foldedInSql(all);
    expect(all.filter((each, at) => folded[at] !== foldCase(each))).toEqual([]);
  });

  it('is the same between other letters, in which every branch of the function is taken', async () => {
    const cased = characters().filter((each) => foldCase(each) !== each || each.toUpperCase() !== each);
    const letter = fc.oneof(fc.constantFrom(...cased), fc.constantFrom('a', 'Z', 'ς', 'Σ', 'é', ' ', '雪', '🎉'));
    const texts = fc.sample(fc.array(letter, { maxLength: 6 }), { numRuns: 5000 }).map((letters) => letters.join(''));
    expect(await foldedInSql(texts)).toEqual(texts.map(foldCase));
  });

  it('would be found to differ if it lowered as the database does', async () => {
    const { rows } = await client.query(`select lower('ς' collate "und-x-icu") as lowered`);
    expect(rows).not.toEqual([{ lowered: foldCase('ς') }]);
  });
});

describe('A letter', () => {
  it('is found by each of its spellings, in the columns and in the document', async () => {
    const cased = characters().filter((each) => foldCase(each) !== each);
    const spellings = new Map<string, string[]>();
    for (const each of cased) {
      const key = foldCase(each);
      spellings.set(key, [...(spellings.get(key) ?? [key]), each]);
    }
    const groups = [...spellings.values()];
    for (let at = 0; at < groups.length; at += 30) {
      const tenantId = uuid();
      const people = groups
        .slice(at, at + 30)
        .flat()
        .map((title) => ({ title, id: uuid() }));
      await storeMembers(
        { ...space, tenantId },
        people.map(({ title, id }) => ({
          scimId: id,
          resource: { userName: id, title, emails: [{ value: `${title}@x.test` }], active: true },
          createdAt: '2026-01-01T00:00:00Z',
          updatedAt: '2026-01-01T00:00:00Z',
        })),
      );
      const list = new MemberList(space.work.forTenant(tenantId));
      const search = async (filter: string) => {
        const found = { filter: parseFilter(filter, UserType), from: { offset: 0 }, limit: 1000, hideUnlinked: false };
        return (await list.page(found)).users.map(({ scimId }) => scimId).sort();
      };
      for (let from = 0; from < people.length; from += 15) {
        const asked = people.slice(from, from + 15).map(({ title }) => title);
        const keys = new Set(asked.map(foldCase));
        const same = people
          .filter(({ title }) => keys.has(foldCase(title)))
          .map(({ id }) => id)
          .sort();
        const anyOf = (term: (title: string) => string) => search(asked.map(term).join(' or '));
        expect(await anyOf((title) => `title eq ${JSON.stringify(title)}`)).toEqual(same);
        expect(await anyOf((title) => `emails.value eq ${JSON.stringify(`${title}@x.test`)}`)).toEqual(same);
      }
    }
  }, 900_000);
});

describe('Keys that an older version wrote', () => {
  it('are folded by the migration, the same when it runs again', async () => {
    const [tenant, sisyphus, georgian] = [uuid(), uuid(), uuid()];
    const keys = MIGRATION.slice(
      MIGRATION.indexOf('-- Keys written before'),
      MIGRATION.indexOf('-- The application writes'),
    );
    await client.query('begin');
    try {
      await client.query(
        `insert into members (tenant_id, id, scim_id, user_name, user_name_key, display_name_key, active, resource, version,
           created_at, updated_at)
         values ($1, $2, $2, 's', 's', 'σίσυφος', true, '{}', 1, now(), now()),
                ($1, $3, $3, 'g', $4, 'ᲒᲘ', true, '{}', 1, now(), now())`,
        [tenant, sisyphus, georgian, '\u1c89'],
      );
      await client.query(
        `insert into member_keys select $1, 'emails.value', key, $2 from unnest(array['σίσυφος@x.test', 'plain@x.test']) key`,
        [tenant, sisyphus],
      );
      for (let run = 1; run <= 2; run++) {
        await client.query(keys);
        const of = async (sql: string) =>
          (await client.query({ text: sql, values: [tenant], rowMode: 'array' })).rows.flat();
        expect(await of('select user_name_key from members where tenant_id = $1 order by user_name')).toEqual([
          '\u1c8a',
          's',
        ]);
        expect(await of('select display_name_key from members where tenant_id = $1 order by user_name')).toEqual([
          'გი',
          'σίσυφοσ',
        ]);
        expect(await of('select value_key from member_keys where tenant_id = $1 order by value_key')).toEqual([
          'plain@x.test',
          'σίσυφοσ@x.test',
        ]);
      }
    } finally {
      await client.query('rollback');
    }
  });
});
