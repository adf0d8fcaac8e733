import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantSettings } from '../../../src/domain/tenant.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { accountOf, idsIn, memberEvents, person, refusal, unlinkedMember } from './people.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const start = (settings: Partial<TenantSettings> = {}) => app.connection('entra', settings);
const connectionOf = async (id: string) =>
  (await app.rows('select connection_id from members where id = $1', [id]))[0]?.connection_id;

describe('POST for an unlinked member with the same userName (decision “Adoption of unlinked members”)', () => {
  it('by default links: the same account and id, 201, one event', async () => {
    const client = await start();
    const known = await unlinkedMember(client.tenant, 'kim');
    const answer = await client.post('/Users', person('KIM', { externalId: 'x-1' }));
    expect(answer).toMatchObject({ status: 201, json: { id: known.scimId, userName: 'KIM@example.com' } });
    expect(await accountOf(client.tenant, known.scimId)).toBe(known.id);
    expect(await connectionOf(known.id)).toBe(client.issued.connection.id);
    expect(await memberEvents(client.tenant)).toMatchObject([{ type: 'member.linked', subject_id: known.id }]);
    expect(await client.post('/Users', person('kim'))).toMatchObject(refusal(409, 'uniqueness'));
  });

  it('links who is inactive too, and the IdP decides whether that lasts', async () => {
    const client = await start();
    const [one, two] = [
      await unlinkedMember(client.tenant, 'one', { active: false }),
      await unlinkedMember(client.tenant, 'two', { active: false }),
    ];
    expect((await client.create(person('one'))).active).toBe(true);
    expect((await client.create(person('two', { active: false }))).active).toBe(false);
    expect(await memberEvents(client.tenant)).toMatchObject([
      { type: 'member.linked', subject_id: one.id, data: { after: { active: true } } },
      { type: 'member.linked', subject_id: two.id },
    ]);
  });

  it('with `conflict` is 409 uniqueness, and nothing happens', async () => {
    const client = await start({ adoptionPolicy: 'conflict' });
    const known = await unlinkedMember(client.tenant, 'kim');
    expect(await client.post('/Users', person('kim'))).toMatchObject(refusal(409, 'uniqueness'));
    expect(await connectionOf(known.id)).toBeNull();
    expect(await app.rows('select * from adoption_reviews where tenant_id = $1', [client.tenant.id])).toEqual([]);
    expect(await memberEvents(client.tenant)).toEqual([]);
  });

  it('with `review` is 409 and asks an admin, once per connection', async () => {
    const client = await start({ adoptionPolicy: 'review' });
    const other = await client.tenant.connect('okta');
    const known = await unlinkedMember(client.tenant, 'kim');
    for (const asking of [client, client, other]) {
      const answer = await asking.post('/Users', person('Kim', { externalId: 'x-1' }));
      expect(answer).toMatchObject(refusal(409, 'uniqueness'));
      expect(answer.json.detail).toMatch(/approval of an admin/);
    }
    const asked = await app.rows('select * from adoption_reviews where tenant_id = $1 order by id', [client.tenant.id]);
    const request = { member_id: known.id, user_name: 'Kim@example.com', external_id: 'x-1', decision: null };
    expect(asked).toMatchObject([
      { ...request, connection_id: client.issued.connection.id },
      { ...request, connection_id: other.issued.connection.id },
    ]);
    expect(await connectionOf(known.id)).toBeNull();
  });

  it.each(['link', 'conflict', 'review'] as const)('never adopts a break-glass member (%s): 409', async (policy) => {
    const client = await start({ adoptionPolicy: policy });
    const known = await unlinkedMember(client.tenant, 'kim', { breakGlass: true, active: false });
    expect(await client.post('/Users', person('kim'))).toMatchObject(refusal(409, 'uniqueness'));
    expect(await connectionOf(known.id)).toBeNull();
    expect(await app.rows('select * from adoption_reviews where tenant_id = $1', [client.tenant.id])).toEqual([]);
  });
});

describe('Who unlinked members are to an IdP (decision “Visibility of unlinked members”)', () => {
  const filters = ['userName eq "kim@example.com"', 'userName sw "k"', 'active eq true'];

  it('by default: seen in lists, filters and gets', async () => {
    const client = await start();
    const { scimId } = await unlinkedMember(client.tenant, 'kim');
    expect((await client.get(`/Users/${scimId}`)).json).toMatchObject({ id: scimId, userName: 'kim@example.com' });
    expect(idsIn(await client.get('/Users'))).toEqual([scimId]);
    for (const filter of filters) expect(idsIn(await client.find(filter))).toEqual([scimId]);
    expect(idsIn(await client.get('/Users?sortBy=userName&cursor='))).toEqual([scimId]);
  });

  it('with `hidden`: nowhere, and no method knows the id', async () => {
    const client = await start({ unlinkedVisibility: 'hidden' });
    const { id, scimId } = await unlinkedMember(client.tenant, 'kim');
    const path = `/Users/${scimId}`;
    expect(await client.get(path)).toMatchObject(refusal(404));
    expect(await client.put(path, person('kim'))).toMatchObject(refusal(404));
    expect(await client.patch(path, [{ op: 'replace', path: 'title', value: 'x' }])).toMatchObject(refusal(404));
    expect(await client.delete(path)).toMatchObject(refusal(404));
    for (const query of ['/Users', '/Users?count=0', '/Users?sortBy=userName&cursor=']) {
      expect((await client.get(query)).json.totalResults).toBe(0);
    }
    for (const filter of filters) expect((await client.find(filter)).json.totalResults).toBe(0);
    expect(await connectionOf(id)).toBeNull();
    const linked = await client.create(person('kim'));
    expect(linked.id).toBe(scimId);
    expect(idsIn(await client.get('/Users'))).toEqual([scimId]);
  });

  it('uniqueness sees them as well, hidden or not', async () => {
    for (const unlinkedVisibility of ['visible', 'hidden'] as const) {
      const client = await start({ unlinkedVisibility });
      await unlinkedMember(client.tenant, 'kim');
      const { id } = await client.create(person('lee'));
      expect(await client.put(`/Users/${id}`, person('kim'))).toMatchObject(refusal(409, 'uniqueness'));
    }
  });

  it.each<[string, (client: ScimClient, path: string) => Promise<object>]>([
    ['PUT', (client, path) => client.put(path, person('kim'))],
    ['PATCH', (client, path) => client.patch(path, [{ op: 'replace', path: 'title', value: 'Pilot' }])],
    [
      'a PATCH that changes nothing',
      (client, path) => client.patch(path, [{ op: 'replace', path: 'active', value: true }]),
    ],
  ])('%s of one links it, with one event', async (_what, change) => {
    const client = await start();
    const { id, scimId } = await unlinkedMember(client.tenant, 'kim');
    expect(await change(client, `/Users/${scimId}`)).toMatchObject({ status: 200, json: { id: scimId, active: true } });
    expect(await connectionOf(id)).toBe(client.issued.connection.id);
    await change(client, `/Users/${scimId}`);
    expect(await memberEvents(client.tenant)).toMatchObject([{ type: 'member.linked', subject_id: id }]);
  });

  it('DELETE of one removes it, and the same IdP can bring the same account back', async () => {
    const client = await start();
    const { id, scimId } = await unlinkedMember(client.tenant, 'kim');
    expect((await client.delete(`/Users/${scimId}`)).status).toBe(204);
    expect(await client.get(`/Users/${scimId}`)).toMatchObject(refusal(404));
    const again = await client.create(person('kim'));
    expect(again.id).not.toBe(scimId);
    expect(await accountOf(client.tenant, again.id)).toBe(id);
    expect(await memberEvents(client.tenant)).toMatchObject([
      { type: 'member.removed' },
      { type: 'member.reactivated' },
    ]);
  });
});

describe('What a connection may not touch', () => {
  const changes: [string, (client: ScimClient, path: string) => Promise<object>][] = [
    ['PUT', (client, path) => client.put(path, person('kim', { title: 'Taken' }))],
    ['PATCH', (client, path) => client.patch(path, [{ op: 'replace', path: 'active', value: false }])],
    [
      'a PATCH that changes nothing',
      (client, path) => client.patch(path, [{ op: 'replace', path: 'active', value: true }]),
    ],
    ['DELETE', (client, path) => client.delete(path)],
  ];

  it.each(changes)("another connection's member: %s is 403, reading is allowed", async (_what, change) => {
    const client = await start();
    const other = await client.tenant.connect('okta');
    const { id } = await client.create(person('kim'));
    expect(await change(other, `/Users/${id}`)).toMatchObject(refusal(403));
    expect(await other.get(`/Users/${id}`)).toMatchObject({ status: 200, headers: { etag: 'W/"1"' } });
    expect((await memberEvents(client.tenant)).length).toBe(1);
  });

  it.each(changes)('a break-glass member: %s is 403', async (_what, change) => {
    const client = await start();
    const { id, scimId } = await unlinkedMember(client.tenant, 'kim', { breakGlass: true });
    expect(await change(client, `/Users/${scimId}`)).toMatchObject(refusal(403));
    const [row] = await app.rows('select active, version, connection_id from members where id = $1', [id]);
    expect(row).toEqual({ active: true, version: 1, connection_id: null });
    expect(await memberEvents(client.tenant)).toEqual([]);
  });
});
