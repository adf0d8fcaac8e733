import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminEvents, adminOf, group, itemsIn, problem, type Someone, someone } from './admin.js';

let app: TestApp;
let client: ScimClient;
let admin: Admin;
let mara: Someone;
let kim: Someone;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  client = await app.connection();
  admin = await adminOf(client.tenant);
  [mara, kim] = [await someone(client, 'mara'), await someone(client, 'kim')];
});

const members = async (team: string) => itemsIn(await admin.get(`/teams/${team}/members`));
const direct = (permission: string) => ({ via: 'direct', permission });
const via = (groupId: string, groupName: string, permission: string) => ({
  via: 'group',
  groupId,
  groupName,
  permission,
});

describe('A group linked to a team', () => {
  it('makes its members members of the team, who say why they are', async () => {
    const [team, pilots] = [await group(client, 'Product', [kim]), await group(client, 'Pilots', [mara, kim])];
    const answer = await admin.link(team, pilots, 'can_view');
    expect(answer).toMatchObject({
      status: 201,
      json: { groupId: pilots, groupName: 'Pilots', permission: 'can_view' },
    });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(await members(team)).toEqual([
      {
        ...{ id: mara.id, scimId: mara.scimId, userName: 'mara@example.com', active: true },
        permission: 'can_view',
        provenance: [via(pilots, 'Pilots', 'can_view')],
      },
      {
        ...{ id: kim.id, scimId: kim.scimId, userName: 'kim@example.com', active: true },
        permission: 'can_edit',
        provenance: [direct('can_edit'), via(pilots, 'Pilots', 'can_view')],
      },
    ]);
  });

  it('copies nobody: the Group of the team on the wire has only its own members', async () => {
    const [team, pilots] = [await group(client, 'Product', [kim]), await group(client, 'Pilots', [mara])];
    await admin.link(team, pilots, 'can_edit');
    const { json } = await client.get(`/Groups/${team}`);
    expect((json.members as { value: string }[]).map(({ value }) => value)).toEqual([kim.scimId]);
  });

  it('gives the highest of several permissions, and leaving one group keeps what another gives', async () => {
    const team = await group(client, 'Product');
    const [viewers, editors] = [await group(client, 'Viewers', [mara]), await group(client, 'Editors', [mara])];
    await admin.link(team, viewers, 'can_view');
    await admin.link(team, editors, 'can_edit');
    expect(await members(team)).toMatchObject([
      {
        permission: 'can_edit',
        provenance: [via(editors, 'Editors', 'can_edit'), via(viewers, 'Viewers', 'can_view')],
      },
    ]);
    await client.patch(`/Groups/${editors}`, [{ op: 'remove', path: `members[value eq "${mara.scimId}"]` }]);
    expect(await members(team)).toMatchObject([
      { permission: 'can_view', provenance: [via(viewers, 'Viewers', 'can_view')] },
    ]);
    await client.patch(`/Groups/${viewers}`, [{ op: 'remove', path: `members[value eq "${mara.scimId}"]` }]);
    expect(await members(team)).toEqual([]);
  });

  it('loses them when it is unlinked, but for what they have by themselves', async () => {
    const [team, pilots] = [await group(client, 'Product', [kim]), await group(client, 'Pilots', [mara, kim])];
    await admin.link(team, pilots, 'can_view');
    expect((await admin.delete(`/teams/${team}/links/${pilots}`)).status).toBe(204);
    expect(await members(team)).toMatchObject([{ id: kim.id, provenance: [direct('can_edit')] }]);
    expect(await admin.delete(`/teams/${team}/links/${pilots}`)).toMatchObject(problem(404));
  });

  it('reaches one level and no further, also in a circle', async () => {
    const [outer, middle] = [await group(client, 'Outer'), await group(client, 'Middle')];
    const inner = await group(client, 'Inner', [mara]);
    await admin.link(outer, middle, 'can_edit');
    await admin.link(middle, inner, 'can_edit');
    await admin.link(inner, outer, 'can_edit');
    expect(await members(middle)).toHaveLength(1);
    expect(await members(outer)).toEqual([]);
  });

  it('is listed with its permission', async () => {
    const [team, pilots] = [await group(client, 'Product'), await group(client, 'Pilots')];
    expect(await admin.get(`/teams/${team}/links`)).toMatchObject({ status: 200, json: { items: [], next: null } });
    await admin.link(team, pilots, 'can_view');
    expect(itemsIn(await admin.get(`/teams/${team}/links`))).toEqual([
      { groupId: pilots, groupName: 'Pilots', permission: 'can_view' },
    ]);
  });
});

describe('The story of a link', () => {
  it('is told in events with the permission before and after, and repeating a wish writes nothing', async () => {
    const [team, pilots] = [await group(client, 'Product'), await group(client, 'Pilots', [mara, kim])];
    const statuses: number[] = [];
    for (const permission of ['can_view', 'can_view', 'can_edit', 'can_edit']) {
      statuses.push((await admin.link(team, pilots, permission)).status);
    }
    statuses.push((await admin.delete(`/teams/${team}/links/${pilots}`)).status);
    expect(statuses).toEqual([201, 200, 200, 200, 204]);
    const told = { subject_type: 'team', subject_id: team, actor_type: 'service_account', queued: true };
    const view = { permission: 'can_view' };
    const edit = { permission: 'can_edit' };
    expect(await adminEvents(client.tenant)).toMatchObject([
      { ...told, type: 'team.link_created', data: { groupId: pilots, changed: ['permission'], after: view } },
      { ...told, type: 'team.link_changed', data: { groupId: pilots, before: view, after: edit } },
      { ...told, type: 'team.link_removed', data: { groupId: pilots, before: edit } },
    ]);
  });

  it('ends with the team or the group, and what is wished at the same time comes to one link', async () => {
    const [team, pilots] = [await group(client, 'Product'), await group(client, 'Pilots', [mara])];
    const answers = await Promise.all(
      ['can_view', 'can_edit', 'can_view', 'can_edit'].map((permission) => admin.link(team, pilots, permission)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 201 || status === 200)).toBe(true);
    const types = (await adminEvents(client.tenant)).map(({ type }) => type);
    expect(types.filter((type) => type === 'team.link_created')).toHaveLength(1);
    await client.delete(`/Groups/${pilots}`);
    expect(itemsIn(await admin.get(`/teams/${team}/links`))).toEqual([]);
    expect(await members(team)).toEqual([]);
  });
});

describe('What cannot be linked', () => {
  it.each<[string, (team: string) => [string, string], number]>([
    ['an unknown team', (team) => [uuid(), team], 404],
    ['an unknown group', (team) => [team, uuid()], 404],
    ['a team that is no id', (team) => ['x', team], 404],
    ['a group that is no id', (team) => [team, '%00'], 404],
    ['a team to itself', (team) => [team, team], 422],
    ['a team to itself in other letters', (team) => [team, team.toUpperCase()], 422],
  ])('%s', async (_what, ids, status) => {
    const answer = await admin.link(...ids(await group(client, 'Product')), 'can_view');
    expect(answer).toMatchObject(problem(status));
    expect(await adminEvents(client.tenant)).toEqual([]);
  });

  it('is anything of another tenant, which is answered like what nobody has', async () => {
    const [team, stranger] = [await group(client, 'Product'), await app.connection()];
    const theirs = await group(stranger, 'Theirs');
    const nowhere = uuid();
    for (const [foreign, absent] of [
      [await admin.link(team, theirs, 'can_view'), await admin.link(team, nowhere, 'can_view')],
      [await admin.link(theirs, team, 'can_view'), await admin.link(nowhere, team, 'can_view')],
      [await admin.get(`/teams/${theirs}/members`), await admin.get(`/teams/${nowhere}/members`)],
      [await admin.get(`/teams/${theirs}/links`), await admin.get(`/teams/x/links`)],
    ]) {
      expect(foreign).toMatchObject(problem(404));
      expect(foreign?.text).toBe(absent?.text);
    }
    expect(
      await app.rows('select * from team_links where tenant_id in ($1, $2)', [client.tenant.id, stranger.tenant.id]),
    ).toEqual([]);
  });
});
