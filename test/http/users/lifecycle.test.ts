import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IdpName } from '../../../src/domain/idp-profile.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { accountOf, eventTypes, idsIn, person, refusal } from './people.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const INACTIVE = [{ op: 'replace', path: 'active', value: false }];
const ACTIVE = [{ op: 'replace', path: 'active', value: true }];

/** Somebody whom the IdP has switched off but not deleted. */
async function retained(client: ScimClient, more: object = {}): Promise<string> {
  const { id } = await client.create(person('kim', more));
  await client.patch(`/Users/${id}`, INACTIVE);
  return id;
}

describe('A user of an IdP', () => {
  it('is created, found, changed, switched off and on, and deleted', async () => {
    const client = await app.connection();
    expect((await client.find('userName eq "KIM@example.com"')).json.totalResults).toBe(0);
    const created = await client.post('/Users', person('kim', { externalId: 'x-1' }));
    const { id } = created.json;
    const location = `https://scim.example.com/scim/v2/Users/${String(id)}`;
    expect(created).toMatchObject({
      status: 201,
      headers: { location, etag: 'W/"1"' },
      json: { userName: 'kim@example.com', active: true, externalId: 'x-1', meta: { location, version: 'W/"1"' } },
    });
    expect(idsIn(await client.find('userName eq "KIM@example.com"'))).toEqual([id]);
    const patched = await client.patch(`/Users/${String(id)}`, INACTIVE);
    expect(patched).toMatchObject({ status: 200, headers: { etag: 'W/"2"' }, json: { active: false } });
    expect((await client.patch(`/Users/${String(id)}`, ACTIVE)).json.active).toBe(true);
    const put = await client.put(`/Users/${String(id)}`, person('kim', { externalId: 'x-1', title: 'Pilot' }));
    expect(put).toMatchObject({ status: 200, json: { title: 'Pilot', id } });
    expect(await client.get(`/Users/${String(id)}`)).toMatchObject({ status: 200, json: put.json });
    expect((await client.delete(`/Users/${String(id)}`)).status).toBe(204);
    expect(await client.get(`/Users/${String(id)}`)).toMatchObject(refusal(404));
    expect(await eventTypes(client.tenant)).toEqual([
      'member.provisioned',
      'member.deactivated',
      'member.reactivated',
      'member.updated',
      'member.removed',
    ]);
  });

  it('who is active is not created twice: 409 uniqueness (decision “Active members are unique”)', async () => {
    const client = await app.connection('okta');
    await client.create(person('kim', { externalId: 'x-1' }));
    expect(await client.post('/Users', person('Kim', { externalId: 'x-1' }))).toMatchObject(refusal(409, 'uniqueness'));
    expect(await client.post('/Users', person('KIM', { externalId: 'x-2' }))).toMatchObject(refusal(409, 'uniqueness'));
    expect(await client.post('/Users', person('lee', { externalId: 'x-1' }))).toMatchObject(refusal(409, 'uniqueness'));
    expect(await eventTypes(client.tenant)).toEqual(['member.provisioned']);
  });

  it('has a userName that is stored as sent and unique by its PRECIS key (decision “userName comparison”)', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('Straße-\uFF2Bim'));
    expect((await client.get(`/Users/${id}`)).json.userName).toBe('Straße-\uFF2Bim@example.com');
    expect(await client.post('/Users', person('strasse-kim'))).toMatchObject({ status: 201 });
    expect(await client.post('/Users', person('STRAßE-kim'))).toMatchObject(refusal(409, 'uniqueness'));
    expect(idsIn(await client.find('userName eq "straße-KIM@EXAMPLE.com"'))).toEqual([id]);
  });

  it('has an externalId that is case-exact and unique per connection (decision “externalId comparison”)', async () => {
    const client = await app.connection();
    const other = await client.tenant.connect('entra');
    const { id } = await client.create(person('kim', { externalId: 'abc' }));
    await client.create(person('lee', { externalId: 'ABC' }));
    await other.create(person('max', { externalId: 'abc' }));
    expect(await client.post('/Users', person('new', { externalId: 'abc' }))).toMatchObject(refusal(409, 'uniqueness'));
    expect((await client.find('externalId eq "abc"')).json.totalResults).toBe(2);
    expect(await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'externalId', value: 'ABC' }])).toMatchObject(
      refusal(409, 'uniqueness'),
    );
  });
});

describe('POST for somebody inactive (decision “Reactivation”)', () => {
  it('with the same externalId reactivates in place: 201, the same id, the attributes as sent', async () => {
    const client = await app.connection();
    const id = await retained(client, { externalId: 'x-1', title: 'Old' });
    const account = await accountOf(client.tenant, id);
    const answer = await client.post('/Users', person('kim-new', { externalId: 'x-1' }));
    expect(answer).toMatchObject({ status: 201, json: { id, userName: 'kim-new@example.com', active: true } });
    expect(answer.headers.location).toContain(id);
    expect(answer.json).not.toHaveProperty('title');
    expect(await accountOf(client.tenant, id)).toBe(account);
    expect((await eventTypes(client.tenant)).at(-1)).toBe('member.reactivated');
  });

  it.each<[IdpName, number]>([
    ['generic', 409],
    ['entra', 409],
    ['keycloak', 409],
    ['strict', 409],
    ['okta', 201],
    ['okta-custom', 201],
    ['jumpcloud', 201],
    ['onelogin', 201],
  ])('with an equal userName alone is for %s %i', async (idp, status) => {
    const client = await app.connection(idp);
    const id = await retained(client, { externalId: 'x-1' });
    expect(await client.post('/Users', person('KIM', { externalId: 'x-2' }))).toMatchObject(refusal(409, 'uniqueness'));
    for (const more of [{}, { externalId: 'x-1' }].slice(0, status === 201 ? 2 : 1)) {
      const answer = await client.post('/Users', person('KIM', more));
      expect(answer).toMatchObject(
        status === 201 ? { status, json: { id, active: true } } : refusal(409, 'uniqueness'),
      );
      await client.patch(`/Users/${id}`, INACTIVE);
    }
  });

  it('is 409 when the name that comes with it belongs to somebody else', async () => {
    const client = await app.connection('okta');
    await retained(client, { externalId: 'x-1' });
    await client.create(person('lee'));
    expect(await client.post('/Users', person('lee', { externalId: 'x-1' }))).toMatchObject(refusal(409, 'uniqueness'));
  });

  it('never reaches the member of another connection', async () => {
    const client = await app.connection('okta');
    const other = await client.tenant.connect('okta');
    const id = await retained(client, { externalId: 'x-1' });
    expect(await other.post('/Users', person('kim', { externalId: 'x-1' }))).toMatchObject(refusal(409, 'uniqueness'));
    expect((await client.get(`/Users/${id}`)).json.active).toBe(false);
  });
});

describe('DELETE (decision “Removal”)', () => {
  it('by default keeps the member, inactive, while the id is gone for ever and the names are free', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim', { externalId: 'x-1', emails: [{ value: 'kim@work.test' }] }));
    await client.delete(`/Users/${id}`);
    const path = `/Users/${id}`;
    expect(await client.get(path)).toMatchObject(refusal(404));
    expect(await client.put(path, person('kim'))).toMatchObject(refusal(404));
    expect(await client.patch(path, ACTIVE)).toMatchObject(refusal(404));
    expect(await client.delete(path)).toMatchObject(refusal(404));
    for (const filter of ['userName eq "kim@example.com"', 'externalId eq "x-1"', 'emails.value eq "kim@work.test"']) {
      expect((await client.find(filter)).json.totalResults).toBe(0);
    }
    expect((await client.get('/Users')).json.totalResults).toBe(0);
    const [row] = await app.rows('select * from members where tenant_id = $1', [client.tenant.id]);
    expect(row).toMatchObject({ scim_id: null, active: false, user_name: 'kim@example.com', erased_at: null });
    expect(row?.removed_at).not.toBeNull();
  });

  it('with `erase` leaves a tombstone without personal data, and who comes back is a new member', async () => {
    const client = await app.connection('generic', { deletionPolicy: 'erase' });
    const { id } = await client.create(person('kim', { externalId: 'x-1', emails: [{ value: 'kim@work.test' }] }));
    const account = await accountOf(client.tenant, id);
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    const [row] = await app.rows('select m.*, m::text as whole from members m where tenant_id = $1', [
      client.tenant.id,
    ]);
    expect(row).toMatchObject({ id: account, scim_id: null, external_id: null, user_name: '', resource: {} });
    expect(row?.erased_at).not.toBeNull();
    expect(row?.whole).not.toMatch(/kim/i);
    expect(await app.rows('select * from member_keys where member_id = $1', [account])).toEqual([]);
    const again = await client.create(person('kim', { externalId: 'x-1' }));
    expect(await accountOf(client.tenant, again.id)).not.toBe(account);
  });
});

describe('POST for somebody deleted before (decision “Restore”)', () => {
  const cases: [string, object, object, boolean][] = [
    ['an equal externalId', { externalId: 'x-1' }, { externalId: 'x-1' }, true],
    [
      'an equal externalId and another userName',
      { externalId: 'x-1' },
      { externalId: 'x-1', userName: 'n@x.test' },
      true,
    ],
    ['an equal userName where neither had an externalId', {}, { userName: 'KIM@example.com' }, true],
    ['the same userName and another externalId', { externalId: 'x-1' }, { externalId: 'x-2' }, false],
    ['the same userName and an externalId for the first time', {}, { externalId: 'x-1' }, false],
    ['the same userName and no externalId any more', { externalId: 'x-1' }, {}, false],
  ];

  it.each(cases)('with %s', async (_what, before, after, same) => {
    const client = await app.connection('okta');
    const old = await client.create(person('kim', { title: 'Old', ...before }));
    const account = await accountOf(client.tenant, old.id);
    await client.delete(`/Users/${old.id}`);
    const again = await client.create(person('kim', after));
    expect(again.id).not.toBe(old.id);
    expect(again).toMatchObject({ active: true, meta: { version: same ? 'W/"3"' : 'W/"1"' } });
    expect(again).not.toHaveProperty('title');
    expect((await accountOf(client.tenant, again.id)) === account).toBe(same);
    expect(await client.get(`/Users/${old.id}`)).toMatchObject(refusal(404));
    expect(await client.get(`/Users/${again.id}`)).toMatchObject({ status: 200, json: again });
    expect((await eventTypes(client.tenant)).at(-1)).toBe(same ? 'member.reactivated' : 'member.provisioned');
  });

  it('by another connection makes a new member', async () => {
    const client = await app.connection();
    const other = await client.tenant.connect('generic');
    const old = await client.create(person('kim', { externalId: 'x-1' }));
    const account = await accountOf(client.tenant, old.id);
    await client.delete(`/Users/${old.id}`);
    const again = await other.create(person('kim', { externalId: 'x-1' }));
    expect(await accountOf(client.tenant, again.id)).not.toBe(account);
  });

  it('may happen again and again: each time a new id, the same account', async () => {
    const client = await app.connection();
    const ids = new Set<string>();
    const accounts = new Set<string>();
    for (let time = 0; time < 3; time += 1) {
      const { id } = await client.create(person('kim', { externalId: 'x-1' }));
      ids.add(id);
      accounts.add(await accountOf(client.tenant, id));
      await client.delete(`/Users/${id}`);
    }
    expect([ids.size, accounts.size]).toEqual([3, 1]);
  });
});
