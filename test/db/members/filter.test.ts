import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { MemberList } from '../../../src/persistence/member-list.js';
import { evaluate, type Filter, type JsonObject, printFilter, userNameKey } from '../../../src/scim/index.js';
import { filterArbitrary } from '../../support/filter-arbitrary.js';
import { storeMembers } from '../../support/stored-members.js';
import { idArbitrary, userArbitrary } from '../../support/user-arbitrary.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

let space: Workspace;
let users: readonly JsonObject[];

beforeAll(async () => {
  space = await openWorkspace();
  users = rowsWithDistinctNames();
  await storeMembers(
    space,
    users.map((user) => {
      const { id, meta, ...resource } = user;
      const { created, lastModified } = meta as { created: string; lastModified: string };
      return { scimId: id as string, resource, createdAt: created, updatedAt: lastModified };
    }),
  );
});
afterAll(() => space.close());

function rowsWithDistinctNames(): readonly JsonObject[] {
  const names = new Set<string>();
  const ids = new Set(fc.sample(idArbitrary, 20));
  return fc.sample(userArbitrary, { numRuns: 80, seed: 7644 }).flatMap((user) => {
    const key = userNameKey(user.userName as string);
    if (names.has(key)) return [];
    names.add(key);
    const [known] = ids;
    ids.delete(known ?? '');
    const meta = { ...(user.meta as JsonObject), version: 'W/"1"' };
    return [{ ...user, id: known ?? uuid(), meta }];
  });
}

async function found(filter: Filter): Promise<readonly string[]> {
  const list = new MemberList(space.work.forTenant(space.tenantId));
  const page = await list.page({ filter, from: { offset: 0 }, limit: 1000, hideUnlinked: false });
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
