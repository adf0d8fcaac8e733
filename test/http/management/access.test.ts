import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminEvents, adminOf, group, itemsIn, problem, type Someone, someone } from './admin.js';

let app: TestApp;
let client: ScimClient;
let admin: Admin;
let mara: Someone;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  client = await app.connection();
  admin = await adminOf(client.tenant);
  mara = await someone(client, 'mara');
});

const accessOf = ({ id }: Someone) => admin.get(`/members/${id}/access`);

describe('The access of a member', () => {
  it('lists every team with the effective permission and why, and each grant with the teams it comes from', async () => {
    const [alpha, beta] = [await group(client, 'Alpha', [mara]), await group(client, 'Beta')];
    await admin.link(beta, alpha, 'can_view');
    await admin.put(`/teams/${alpha}/grants/reports:read`);
    await admin.put(`/teams/${beta}/grants/reports:read`);
    await admin.put(`/teams/${beta}/grants/audit`);
    const from = (...teams: [string, string][]) => teams.map(([teamId, teamName]) => ({ teamId, teamName }));
    expect(await accessOf(mara)).toMatchObject({
      status: 200,
      json: {
        memberId: mara.id,
        userName: 'mara@example.com',
        active: true,
        teams: [
          {
            teamId: alpha,
            teamName: 'Alpha',
            permission: 'can_edit',
            provenance: [{ via: 'direct', permission: 'can_edit' }],
          },
          {
            teamId: beta,
            teamName: 'Beta',
            permission: 'can_view',
            provenance: [{ via: 'group', groupId: alpha, groupName: 'Alpha', permission: 'can_view' }],
          },
        ],
        grants: [
          { name: 'audit', from: from([beta, 'Beta']) },
          { name: 'reports:read', from: from([alpha, 'Alpha'], [beta, 'Beta']) },
        ],
      },
    });
  });

  it('is nothing while the member is inactive, although the membership stays', async () => {
    const team = await group(client, 'Alpha', [mara]);
    await admin.put(`/teams/${team}/grants/audit`);
    await client.patch(`/Users/${mara.scimId}`, [{ op: 'replace', path: 'active', value: false }]);
    expect((await accessOf(mara)).json).toMatchObject({ active: false, teams: [], grants: [] });
    expect(itemsIn(await admin.get(`/teams/${team}/members`))).toMatchObject([{ id: mara.id, active: false }]);
    await client.patch(`/Users/${mara.scimId}`, [{ op: 'replace', path: 'active', value: true }]);
    expect((await accessOf(mara)).json).toMatchObject({
      active: true,
      teams: [{ teamId: team }],
      grants: [{ name: 'audit' }],
    });
  });

  it('is empty for somebody in no team', async () => {
    expect((await accessOf(mara)).json).toMatchObject({ active: true, teams: [], grants: [] });
  });

  it('is asked by the account, and of another tenant answered like nobody’s', async () => {
    const stranger = await app.connection();
    const theirs = await someone(stranger, 'kim');
    const absent = await accessOf({ id: uuid(), scimId: '' });
    expect(absent).toMatchObject(problem(404));
    for (const id of [theirs.id, mara.scimId, 'x', '%00']) {
      expect((await accessOf({ id, scimId: '' })).text).toBe(absent.text);
    }
  });

  it('of a member erased over SCIM is gone', async () => {
    const eraser = await app.connection('generic', { deletionPolicy: 'erase' });
    const kim = await someone(eraser, 'kim');
    await eraser.delete(`/Users/${kim.scimId}`);
    expect(await (await adminOf(eraser.tenant)).get(`/members/${kim.id}/access`)).toMatchObject(problem(404));
  });
});

describe('A grant of a team', () => {
  it('is there from one PUT to one DELETE, told by two events', async () => {
    const team = await group(client, 'Alpha');
    const path = `/teams/${team}/grants/reports:read`;
    expect(await admin.get(path)).toMatchObject(problem(404));
    expect(await admin.put(path)).toMatchObject({ status: 201, json: { name: 'reports:read' } });
    expect(await admin.put(path)).toMatchObject({ status: 200, json: { name: 'reports:read' } });
    expect(await admin.get(path)).toMatchObject({ status: 200, json: { name: 'reports:read' } });
    expect((await admin.delete(path)).status).toBe(204);
    expect(await admin.delete(path)).toMatchObject(problem(404));
    const told = { subject_type: 'team', subject_id: team, queued: true };
    expect(await adminEvents(client.tenant)).toMatchObject([
      { ...told, type: 'team.grant_added', data: { changed: ['grants'], after: { grants: ['reports:read'] } } },
      { ...told, type: 'team.grant_removed', data: { changed: ['grants'], before: { grants: ['reports:read'] } } },
    ]);
  });

  it('is listed by name, page by page', async () => {
    const team = await group(client, 'Alpha');
    for (const name of ['c', 'a', 'b:2', 'b:10']) await admin.put(`/teams/${team}/grants/${name}`);
    const first = await admin.get(`/teams/${team}/grants?limit=3`);
    expect(first.json).toEqual({ items: [{ name: 'a' }, { name: 'b:10' }, { name: 'b:2' }], next: 'b:2' });
    expect((await admin.get(`/teams/${team}/grants?limit=3&after=${first.json.next}`)).json).toEqual({
      items: [{ name: 'c' }],
      next: null,
    });
  });

  it.each(['UPPER', ':a', 'a'.repeat(65), 'a%00', 'a%20b', '%F0%9F%99%82', "a'--", '..%2F'])(
    'is never called %s',
    async (name) => {
      const team = await group(client, 'Alpha');
      const path = `/teams/${team}/grants/${name}`;
      const answer = await admin.put(path);
      expect(answer).toMatchObject(problem(422));
      expect(answer.json.errors).toEqual([{ field: 'name', detail: expect.any(String) }]);
      expect(await admin.get(path)).toMatchObject(problem(404));
      expect(await admin.delete(path)).toMatchObject(problem(404));
      expect(await adminEvents(client.tenant)).toEqual([]);
    },
  );

  it('belongs to a team of the tenant', async () => {
    const theirs = await group(await app.connection(), 'Theirs');
    for (const ask of ['get', 'put', 'delete'] as const) {
      const absent = await admin[ask](`/teams/${uuid()}/grants/audit`);
      expect(absent).toMatchObject(problem(404));
      expect((await admin[ask](`/teams/${theirs}/grants/audit`)).text).toBe(absent.text);
    }
    expect(await admin.get(`/teams/${theirs}/grants`)).toMatchObject(problem(404));
  });

  it('ends with its team', async () => {
    const team = await group(client, 'Alpha', [mara]);
    await admin.put(`/teams/${team}/grants/audit`);
    await client.delete(`/Groups/${team}`);
    expect((await accessOf(mara)).json).toMatchObject({ teams: [], grants: [] });
  });
});
