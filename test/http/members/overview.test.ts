import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminOf, group, itemsIn, problem, type Someone, someone } from '../management/admin.js';
import { accountOf, person, unlinkedMember } from '../users/people.js';

let app: TestApp;
let client: ScimClient;
let admin: Admin;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  client = await app.connection('entra');
  admin = await adminOf(client.tenant);
});

const idsOf = async (query: string) => itemsIn(await admin.get(`/members${query}`)).map(({ id }) => id);

async function whole(name: string, more: object): Promise<Someone> {
  app.clock.advance(1);
  const { id: scimId } = await client.create(person(name, more));
  return { scimId, id: await accountOf(client.tenant, scimId) };
}

describe('A member, as an admin sees it', () => {
  it('comes with who manages it and since when, its attributes, and what it may do and why', async () => {
    const mara = await whole('mara', { externalId: 'x-1', emails: [{ value: 'm@b.example' }], title: 'Pilot' });
    const team = await group(client, 'Pilots', [mara]);
    await admin.put(`/teams/${team}/grants/reports:read`);
    const answer = await admin.get(`/members/${mara.id}`);
    const at = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.json).toEqual({
      id: mara.id,
      scimId: mara.scimId,
      userName: 'mara@example.com',
      displayName: 'mara Doe',
      email: 'm@b.example',
      externalId: 'x-1',
      active: true,
      breakGlass: false,
      connection: { id: client.issued.connection.id, name: client.issued.connection.name, idp: 'entra' },
      linkedSince: at,
      version: 1,
      createdAt: at,
      updatedAt: at,
      removedAt: null,
      attributes: expect.objectContaining({ userName: 'mara@example.com', title: 'Pilot' }),
      access: {
        teams: [expect.objectContaining({ teamId: team, permission: 'can_edit' })],
        grants: [{ name: 'reports:read', from: [{ teamId: team, teamName: 'Pilots' }] }],
      },
    });
    expect(answer.json.linkedSince).toBe(answer.json.createdAt);
  });

  it('shows the primary address before the first', async () => {
    const emails = [
      { value: 'one@b.example', type: 'home' },
      { value: 'two@b.example', type: 'work', primary: true },
    ];
    const { id } = await whole('mara', { emails });
    expect((await admin.get(`/members/${id}`)).json.email).toBe('two@b.example');
  });

  it('is linked since its adoption, not since its beginning', async () => {
    const known = await unlinkedMember(client.tenant, 'kim');
    expect((await admin.get(`/members/${known.id}`)).json).toMatchObject({ connection: null, linkedSince: null });
    app.clock.advance(5_000);
    await client.create(person('kim'));
    const linkedSince = app.clock.now().toISOString();
    await client.patch(`/Users/${known.scimId}`, [{ op: 'replace', path: 'title', value: 'x' }]);
    app.clock.advance(5_000);
    expect((await admin.get(`/members/${known.id}`)).json).toMatchObject({ linkedSince, connection: { idp: 'entra' } });
  });

  it('who was removed is still there, and who was erased is not', async () => {
    const mara = await someone(client, 'mara');
    await client.delete(`/Users/${mara.scimId}`);
    const { json } = await admin.get(`/members/${mara.id}`);
    expect(json).toMatchObject({ scimId: null, active: false, removedAt: expect.any(String) });
    const absent = await admin.get(`/members/${uuid()}`);
    await admin.call('POST', `/members/${mara.id}/erase`, { userName: 'mara@example.com' });
    expect((await admin.get(`/members/${mara.id}`)).text).toBe(absent.text);
    expect(absent).toMatchObject(problem(404));
  });
});

describe('The list of members', () => {
  it('is in the order of creation, page by page, without those who were removed', async () => {
    const people: Someone[] = [];
    for (const name of ['ada', 'bob', 'cyd', 'dan']) people.push(await someone(client, name));
    await client.delete(`/Users/${people[1]?.scimId}`);
    const left = [people[0]?.id, people[2]?.id, people[3]?.id];
    for (const limit of [1, 2, 3, 1000]) {
      const seen: unknown[] = [];
      for (let next: unknown = ''; next !== null; ) {
        const { json } = await admin.get(`/members?limit=${limit}${next === '' ? '' : `&after=${next}`}`);
        seen.push(...(json.items as { id: string }[]).map(({ id }) => id));
        next = json.next;
      }
      expect(seen).toEqual(left);
    }
    expect(await idsOf('?removed=true')).toEqual([people[1]?.id]);
  });

  it('finds who begins so: by userName, displayName or any address, in any case', async () => {
    const one = await whole('Mara', { displayName: 'Zoë Lind', emails: [{ value: 'x@one.example' }] });
    const two = await whole('tom', { displayName: 'Mara Berg', emails: [{ value: 'y@two.example' }] });
    const three = await whole('udo', {
      displayName: 'Ute',
      emails: [{ value: 'MARA@three.example' }, { value: 'u@x.example', type: 'home' }],
    });
    await whole('vera', { displayName: 'Not Mara', emails: [{ value: 'v@mara.example' }] });
    const found: [string, readonly string[]][] = [
      ['mAr', [one.id, two.id, three.id]],
      ['mara@', [one.id, three.id]],
      ['mara b', [two.id]],
      ['ZOË', [one.id]],
      ['u', [three.id]],
      ['y@two.example', [two.id]],
      ['y@two.example.com', []],
      ['%', []],
      ['_ara', []],
      ["' or true --", []],
      ['\u{10FFFF}', []],
    ];
    for (const [text, ids] of found) {
      const search = encodeURIComponent(text);
      expect({ text, ids: await idsOf(`?search=${search}`) }).toEqual({ text, ids });
      expect(await idsOf(`?search=${search}&limit=1`)).toEqual(ids.slice(0, 1));
    }
    expect(await idsOf(`?search=mara&after=${one.id}`)).toEqual([two.id, three.id]);
  });

  it('finds a new name and no longer the old one, after a PATCH as after a PUT', async () => {
    const { id, scimId } = await whole('kim', { displayName: 'Before' });
    await client.patch(`/Users/${scimId}`, [{ op: 'replace', path: 'displayName', value: 'Between' }]);
    expect([await idsOf('?search=before'), await idsOf('?search=between')]).toEqual([[], [id]]);
    await client.put(`/Users/${scimId}`, person('lee', { displayName: 'x'.repeat(5000) }));
    expect([await idsOf('?search=between'), await idsOf(`?search=${'X'.repeat(256)}`)]).toEqual([[], [id]]);
  });

  it('is narrowed by connection, link, activity and removal, and by several of them', async () => {
    const other = await client.tenant.connect('okta');
    const one = await someone(client, 'ada');
    const two = await someone(other, 'abe');
    app.clock.advance(1);
    const three = await unlinkedMember(client.tenant, 'amy');
    const four = await unlinkedMember(client.tenant, 'ann', { active: false });
    const five = await someone(client, 'art');
    await client.patch(`/Users/${five.scimId}`, [{ op: 'replace', path: 'active', value: false }]);
    const six = await someone(client, 'ash');
    await client.delete(`/Users/${six.scimId}`);
    const ours = client.issued.connection.id;
    const expected: [string, readonly Someone[]][] = [
      [`connection=${ours}`, [one, five]],
      [`connection=${other.issued.connection.id}`, [two]],
      [`connection=${uuid()}`, []],
      ['linked=true', [one, two, five]],
      ['linked=false', [three, four]],
      ['active=false', [four, five]],
      ['active=true&linked=false', [three]],
      [`active=false&connection=${ours}`, [five]],
      ['removed=true', [six]],
      [`removed=true&connection=${ours}`, [six]],
      ['search=a&linked=false', [three, four]],
      ['search=a&active=false', [four, five]],
      ['search=a&removed=true', [six]],
      [`search=a&connection=${ours}`, [one, five]],
      [`linked=false&connection=${ours}`, []],
    ];
    for (const [query, people] of expected) {
      const ids = new Set(people.map(({ id }) => id));
      expect({ query, ids: new Set(await idsOf(`?${query}`)) }).toEqual({ query, ids });
    }
  });

  it.each([
    ['search=', 'search'],
    [`search=${'a'.repeat(257)}`, 'search'],
    ['search=%00', 'search'],
    ['search=a&search=b', 'search'],
    ['connection=x', 'connection'],
    ['linked=maybe', 'linked'],
    ['linked=', 'linked'],
    ['active=1', 'active'],
    ['removed=', 'removed'],
    ['limit=0', 'limit'],
    ['after=x', 'after'],
    ['title=x', 'title'],
  ])('asked for with %s is 422', async (query, field) => {
    const answer = await admin.get(`/members?${query}`);
    expect(answer).toMatchObject(problem(422));
    expect((answer.json.errors as { field: string }[]).map((each) => each.field)).toContain(field);
  });

  it('shows nobody of another tenant, whatever is searched for', async () => {
    const stranger = await app.connection();
    const kim = await someone(stranger, 'kim');
    for (const query of ['', '?search=kim', '?linked=true', `?connection=${stranger.issued.connection.id}`]) {
      expect(await idsOf(query)).toEqual([]);
    }
    const theirs = await adminOf(stranger.tenant);
    expect(itemsIn(await theirs.get('/members?search=kim'))).toMatchObject([{ id: kim.id }]);
  });
});
