import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { withClient } from '../../../src/persistence/database-roles.js';
import { MemberList } from '../../../src/persistence/member-list.js';
import { evaluate, type Filter, type JsonObject, printFilter, userNameKey } from '../../../src/scim/index.js';
import { filterArbitrary } from '../../support/filter-arbitrary.js';
import { storeMembers } from '../../support/stored-members.js';
import { idArbitrary, SCIM_URL, userArbitrary } from '../../support/user-arbitrary.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

let space: Workspace;
let users: readonly JsonObject[];

beforeAll(async () => {
  space = await openWorkspace();
  users = rowsWithDistinctNames();
  await storeMembers(
    space,
    users.map((user) => {
      const { id, meta, groups: _, ...resource } = user;
      const { created, lastModified } = meta as { created: string; lastModified: string };
      return { scimId: id as string, resource, createdAt: created, updatedAt: lastModified };
    }),
  );
  await storeTeams(space);
});
afterAll(() => space.close());

const TEAMS = ['Sales', 'sales', 'ΣΊΣΥΦΟΣ', 'a%'].map((display, at) => ({
  value: `01890a5d-ac96-774b-bcce-b30209${String(at).padStart(6, '0')}`,
  display,
}));

/** Every fifth user is in no group, the others in one to three. */
function groupsOf(at: number): readonly JsonObject[] {
  return TEAMS.slice(at % 3, (at % 3) + (at % 5)).map(({ value, display }) => ({
    value,
    $ref: `${SCIM_URL}/Groups/${value}`,
    display,
    type: 'direct',
  }));
}

/** The teams, and who is in them: an account has the id of its resource here. */
async function storeTeams({ database, tenantId }: Workspace): Promise<void> {
  const memberships = users.flatMap(({ id, groups = [] }) =>
    (groups as readonly JsonObject[]).map(({ value }) => ({ team_id: value, member_id: id })),
  );
  await withClient(database.superuserUrl, async (client) => {
    await client.query(
      `insert into teams (tenant_id, id, display_name, display_name_key, name_slot, version, created_at, updated_at)
       select $1, value, display, value::text, value, 1, now(), now() from json_to_recordset($2) as r (value uuid, display text)`,
      [tenantId, JSON.stringify(TEAMS)],
    );
    await client.query(
      `insert into team_memberships (tenant_id, team_id, member_id, permission, added_at)
       select $1, team_id, member_id, 'can_view', now() from json_to_recordset($2) as r (team_id uuid, member_id uuid)`,
      [tenantId, JSON.stringify(memberships)],
    );
  });
}

function rowsWithDistinctNames(): readonly JsonObject[] {
  const names = new Set<string>();
  const ids = new Set(fc.sample(idArbitrary, 20));
  return fc.sample(userArbitrary, { numRuns: 80, seed: 7644 }).flatMap((user) => {
    const key = userNameKey(user.userName as string);
    if (names.has(key)) return [];
    names.add(key);
    const [known] = ids;
    ids.delete(known ?? '');
    const id = known ?? uuid();
    const meta = { ...(user.meta as JsonObject), location: `${SCIM_URL}/Users/${id}`, version: 'W/"1"' };
    const groups = groupsOf(names.size);
    return [{ ...user, id, meta, ...(groups.length > 0 && { groups }) }];
  });
}

async function found(filter: Filter): Promise<readonly string[]> {
  const list = new MemberList(space.work.forTenant(space.tenantId));
  const page = await list.page({ filter, from: { offset: 0 }, limit: 1000, hideUnlinked: false, scimUrl: SCIM_URL });
  expect(page.total).toBe(page.users.length);
  return page.users.map(({ scimId }) => scimId).sort();
}

describe('A filter in SQL', () => {
  it('finds the same users as the evaluation in memory, whatever the filter', async () => {
    await fc.assert(
      fc.asyncProperty(filterArbitrary, async (filter) => {
        const expected = users.filter((user) => evaluate(filter, user)).map(({ id }) => id as string);
        expect({ filter: printFilter(filter), found: await found(filter) }).toEqual({
          filter: printFilter(filter),
          found: expected.sort(),
        });
      }),
      { numRuns: 400 },
    );
  });
});
