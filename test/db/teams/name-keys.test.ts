import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { rekeyTeamNames } from '../../../src/persistence/team-name-keys.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

let space: Workspace;
let superuser: pg.Client;
beforeAll(async () => {
  space = await openWorkspace();
  superuser = new pg.Client({ connectionString: space.database.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await space.close();
});

/** A team as an older version wrote it: its key is the name in lower case. */
async function older(displayName: string, tenantId = space.tenantId): Promise<string> {
  const id = uuid();
  await superuser.query(
    `insert into teams (tenant_id, id, display_name, display_name_key, name_slot, version, created_at, updated_at)
      values ($1, $2, $3, $4, '00000000-0000-0000-0000-000000000000', 7, now(), now())`,
    [tenantId, id, displayName, displayName.toLowerCase()],
  );
  return id;
}

async function stored(id: string) {
  const { rows } = await superuser.query(
    `select display_name, display_name_key, name_key_rule, version, name_slot = id as shares from teams where id = $1`,
    [id],
  );
  return rows[0];
}

describe('Keys of team names that an older version made', () => {
  it('are made anew for every tenant, once, and change nothing else', async () => {
    const doubled = await older(' Team  \uff21 ');
    const plain = await older('Riders');
    const elsewhere = await older('Te\u0301am', uuid());
    expect(await rekeyTeamNames(space.work, () => false)).toBe(3);
    expect(await stored(doubled)).toEqual({
      display_name: ' Team  \uff21 ',
      display_name_key: 'team a',
      name_key_rule: 1,
      version: 7,
      shares: false,
    });
    expect(await stored(plain)).toMatchObject({ display_name_key: 'riders', name_key_rule: 1 });
    expect(await stored(elsewhere)).toMatchObject({ display_name_key: 't\u00e9am' });
    expect(await rekeyTeamNames(space.work, () => false)).toBe(0);
  });

  it('leave teams alone that now have the name of another one', async () => {
    const first = await older('Divers');
    const twins = [await older('Divers '), await older('Divers  '), await older('Divers\u00a0')];
    expect(await rekeyTeamNames(space.work, () => false)).toBe(4);
    const shares = await Promise.all([first, ...twins].map(async (id) => (await stored(id)).shares));
    expect(shares.filter((each) => !each)).toHaveLength(1);
    for (const id of [first, ...twins])
      expect(await stored(id)).toMatchObject({ display_name_key: 'divers', version: 7 });
  });

  it('are left for the next start when the process stops', async () => {
    const id = await older('Last  one');
    expect(await rekeyTeamNames(space.work, () => true)).toBe(0);
    expect(await stored(id)).toMatchObject({ display_name_key: 'last  one', name_key_rule: 0 });
    expect(await rekeyTeamNames(space.work, () => false)).toBe(1);
  });
});
