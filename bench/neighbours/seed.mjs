// Members by the hundred thousand: one is created over SCIM, and its rows are copied in SQL, whatever columns they have.
import { randomUUID } from 'node:crypto';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** Stands in every value of the first member that differs from member to member. */
const NUMBER = '7310047';
/** Time of UUIDv7 ids of copies: 2026-01-01, so that the order of the list is settled. */
const COPIED_AT = Date.UTC(2026, 0, 1).toString(16).padStart(12, '0');
/** Members that join a group with one request. */
const JOIN = 5000;

export const userNameOf = (number) => `person-${String(number).padStart(NUMBER.length, '0')}@example.com`;
/** SCIM id of a copied member. */
export const idOf = (number) => copyId('7001', number);

function copyId(variant, number) {
  const low = number.toString(16).padStart(12, '0');
  return `${COPIED_AT.slice(0, 8)}-${COPIED_AT.slice(8)}-${variant}-8000-${low}`;
}

/** Makes members 1 to `count`. @param database a pg client that row level security does not hold */
export async function seedUsers(client, database, tenantId, count) {
  const { id: scimId } = await client.json('POST', '/scim/v2/Users', person(NUMBER));
  const { rows } = await database.query('select id from members where tenant_id = $1 and scim_id = $2', [
    tenantId,
    scimId,
  ]);
  const original = { tenantId, scimId, id: rows[0].id };
  for (const table of await tablesAbout(database, original)) await copyRows(database, table, original, count);
  await client.json('DELETE', `/scim/v2/Users/${scimId}`);
  await database.query('vacuum (analyze) members');
  await database.query('vacuum (analyze) member_keys');
  // The first list of a large tenant puts it into the directory of the list order.
  for (let list = 0; list <= count / 20_000; list++)
    await client.json('GET', `/scim/v2/Users?count=1&startIndex=${count}`);
}

function person(number) {
  const userName = `person-${number}@example.com`;
  return {
    schemas: [USER, ENTERPRISE],
    userName,
    externalId: `00u${number}`,
    name: { formatted: `Kim ${number} Family`, givenName: 'Kim', familyName: `Family${number}` },
    displayName: `Kim ${number} Family`,
    title: 'Engineer',
    active: true,
    emails: [
      { value: userName, type: 'work', primary: true },
      { value: `kim-${number}@home.example.com`, type: 'home' },
    ],
    phoneNumbers: [{ value: `+1555${number}`, type: 'work' }],
    addresses: [{ type: 'work', streetAddress: `${number} Main Street`, locality: 'Springfield', country: 'US' }],
    [ENTERPRISE]: { employeeNumber: number, costCenter: 'CC 7', division: 'North', department: 'Tools' },
  };
}

/** The members' table first, then all that hold rows of the member. */
async function tablesAbout(database, { tenantId, id }) {
  const { rows } = await database.query(
    `select c.table_name as name from information_schema.columns c
       join information_schema.tables t on t.table_name = c.table_name and t.table_schema = c.table_schema
       where c.column_name = 'member_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1`,
  );
  const tables = [];
  for (const { name } of rows) {
    const held = await database.query(`select 1 from ${name} where tenant_id = $1 and member_id = $2 limit 1`, [
      tenantId,
      id,
    ]);
    if (held.rowCount > 0) tables.push({ name, column: 'member_id' });
  }
  return [{ name: 'members', column: 'id' }, ...tables];
}

async function copyRows(database, { name, column }, { tenantId, id, scimId }, count) {
  const { rows } = await database.query(
    `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) as list from information_schema.columns
       where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' and is_identity = 'NO'`,
    [name],
  );
  const { list } = rows[0];
  const idSql = (variant) => `${literal(copyId(variant, 0).slice(0, 24))} || lpad(to_hex(n), 12, '0')`;
  await database.query(
    `insert into ${name} (${list})
       select ${list} from (select row_to_json(o)::text as text from ${name} o where o.tenant_id = $1 and o.${column} = $2) original
       cross join generate_series(1, $3::int) n
       cross join lateral json_populate_record(null::${name}, replace(replace(replace(original.text,
         $4::text, ${idSql('7001')}), $5::text, ${idSql('7000')}), '${NUMBER}', lpad(n::text, ${NUMBER.length}, '0'))::json) copy`,
    [tenantId, id, count, scimId, id],
  );
}

/** A group of the copied members 1 to `count`. @returns its id */
export async function seedGroup(client, displayName, count) {
  const { id } = await client.json('POST', '/scim/v2/Groups', {
    schemas: [GROUP],
    displayName: `${displayName} ${randomUUID()}`,
  });
  for (let from = 1; from <= count; from += JOIN) {
    const numbers = Array.from({ length: Math.min(JOIN, count - from + 1) }, (_, place) => from + place);
    const value = numbers.map((number) => ({ value: idOf(number) }));
    const Operations = [{ op: 'add', path: 'members', value }];
    await client.json('PATCH', `/scim/v2/Groups/${id}`, { schemas: [PATCH_OP], Operations });
  }
  return id;
}

function literal(text) {
  return `'${text.replaceAll("'", "''")}'`;
}
