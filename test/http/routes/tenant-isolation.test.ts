import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { compileMemberQuery } from '../../../src/persistence/member-list.js';
import { FIND, FIND_FOR_CHANGE, FIND_STORED } from '../../../src/persistence/member-statements.js';
import { inOrder, type Statement, tenantStatement, type Values } from '../../../src/persistence/statement.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { person } from '../users/people.js';

/** What makes a statement stay in its tenant, in its own words. */
const TENANT_CONDITION = /\b\w+\.tenant_id = \$\d+::uuid and /g;

let app: TestApp;
let appRole: pg.Client;
let superuser: pg.Client;
let mine: string;
let theirs: { readonly tenantId: string; readonly scimId: string };
beforeAll(async () => {
  app = await startTestApp();
  appRole = new pg.Client({ connectionString: app.database.appUrl });
  superuser = new pg.Client({ connectionString: app.database.superuserUrl });
  await Promise.all([appRole.connect(), superuser.connect()]);
  mine = (await app.tenant()).id;
  const stranger = await app.connection();
  theirs = { tenantId: stranger.tenant.id, scimId: (await stranger.create(person('kim'))).id };
});
afterAll(async () => {
  await Promise.all([appRole.end(), superuser.end()]);
  await app.close();
});

async function found(client: pg.Client, statement: Statement, tenant: string, values: Values): Promise<number> {
  const { rows } = await client.query(statement.text, inOrder(statement, [values], tenant));
  return rows.filter(({ scim_id }) => scim_id === theirs.scimId).length;
}

const list = compileMemberQuery({ from: { after: undefined }, limit: 10, hideUnlinked: true });
const byId = () => ({ scimId: theirs.scimId, hideUnlinked: false });
const statements: [string, Statement, () => Values][] = [
  ['the hot read', FIND_STORED, byId],
  ['the read before a change', FIND, byId],
  ['the read that locks', FIND_FOR_CHANGE, byId],
  ['the list', tenantStatement(undefined, list.text), () => list.values],
];

describe.each(statements)('Two walls stand between tenants: %s', (_what, statement, values) => {
  const bare = { ...statement, text: statement.text.replace(TENANT_CONDITION, '') };

  it('finds the row for its own tenant, so that not finding it says something', async () => {
    expect(bare.text).not.toBe(statement.text);
    expect(await found(appRole, statement, theirs.tenantId, values())).toBe(1);
  });

  it('finds nothing of another tenant with both walls', async () => {
    expect(await found(appRole, statement, mine, values())).toBe(0);
  });

  it('finds nothing without row level security, by the condition alone', async () => {
    expect(await found(superuser, statement, mine, values())).toBe(0);
  });

  it('finds nothing without the condition, by row level security alone', async () => {
    expect(await found(appRole, bare, mine, values())).toBe(0);
  });

  it('finds the row when both are gone', async () => {
    expect(await found(superuser, bare, mine, values())).toBe(1);
  });
});
