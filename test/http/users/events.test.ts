import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { URN } from '../../../src/scim/index.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { accountOf, memberEvents, person, type StoredEvent } from './people.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const lastEvent = async (client: ScimClient): Promise<StoredEvent> => {
  const last = (await memberEvents(client.tenant)).at(-1);
  if (!last) throw new Error('There is no event.');
  return last;
};

describe('Every change of a user is one event', () => {
  it('that names the account, the actor, the request, and waits in the outbox', async () => {
    const client = await app.connection();
    const { json } = await client.call('POST', '/Users', person('kim'), { 'x-request-id': 'r-1' });
    const account = await accountOf(client.tenant, String(json.id));
    await client.patch(`/Users/${String(json.id)}`, [{ op: 'replace', path: 'title', value: 'x' }], {
      'x-request-id': 'r-2',
    });
    await client.delete(`/Users/${String(json.id)}`, { 'x-request-id': 'r-3' });
    const { connection, tokenId } = client.issued;
    const [owner] = await app.rows('select service_account_id from access_tokens where id = $1', [tokenId]);
    const common = {
      subject_id: account,
      actor_type: 'service_account',
      actor_id: owner?.service_account_id,
      connection_id: connection.id,
      token_id: tokenId,
      queued: true,
    };
    expect(await memberEvents(client.tenant)).toMatchObject([
      { ...common, type: 'member.provisioned', request_id: 'r-1' },
      { ...common, type: 'member.updated', request_id: 'r-2' },
      { ...common, type: 'member.removed', request_id: 'r-3' },
    ]);
  });

  it('that carries the request id of the answer where the client gave none', async () => {
    const client = await app.connection();
    const answer = await client.post('/Users', person('kim'));
    expect((await lastEvent(client)).request_id).toBe(answer.headers['x-request-id']);
  });

  it('that holds the whole resource when somebody is provisioned', async () => {
    const client = await app.connection();
    const user = person('kim', { externalId: 'x-1', name: { givenName: 'Kim' } });
    const { id } = await client.create(user);
    expect((await lastEvent(client)).data).toEqual({ scimId: id, after: { ...user, active: true } });
  });

  it('that holds what changed, before and after, and no more', async () => {
    const client = await app.connection();
    const { id } = await client.create(
      person('kim', { title: 'Cadet', nickName: 'K', emails: [{ value: 'a@x.test' }] }),
    );
    await client.patch(`/Users/${id}`, [
      { op: 'replace', path: 'title', value: 'Pilot' },
      { op: 'remove', path: 'nickName' },
      { op: 'add', path: 'emails', value: [{ value: 'b@x.test' }] },
      { op: 'add', path: `${URN.enterpriseUser}:department`, value: 'Air' },
      { op: 'replace', path: 'active', value: true },
    ]);
    const department = `${URN.enterpriseUser}:department`;
    const { type, data } = await lastEvent(client);
    expect({ type, ...data, changed: [...(data.changed as string[])].sort() }).toEqual({
      type: 'member.updated',
      scimId: id,
      changed: ['emails', 'nickName', 'title', department].sort(),
      before: { title: 'Cadet', nickName: 'K', emails: [{ value: 'a@x.test' }] },
      after: { title: 'Pilot', emails: [{ value: 'a@x.test' }, { value: 'b@x.test' }], [department]: 'Air' },
    });
  });

  it.each([
    [false, true, 'member.deactivated'],
    [true, false, 'member.reactivated'],
  ])('that is named for the switch of `active` even when more changes with it', async (to, from, type) => {
    const client = await app.connection();
    const { id } = await client.create(person('kim', { active: from }));
    await client.put(`/Users/${id}`, person('kim', { active: to, title: 'Pilot' }));
    expect(await lastEvent(client)).toMatchObject({
      type,
      data: { changed: expect.arrayContaining(['active', 'title']), before: { active: from }, after: { active: to } },
    });
  });

  it('that says who comes back is restored, with both SCIM ids findable in the history', async () => {
    const client = await app.connection();
    const old = await client.create(person('kim', { externalId: 'x-1' }));
    await client.delete(`/Users/${old.id}`);
    const again = await client.create(person('kim', { externalId: 'x-1' }));
    const events = await memberEvents(client.tenant);
    expect(events.map(({ type, data }) => [type, data.scimId, data.reason])).toEqual([
      ['member.provisioned', old.id, undefined],
      ['member.removed', old.id, undefined],
      ['member.reactivated', again.id, 'restored'],
    ]);
  });

  it('that holds nothing of the person when the tenant erases', async () => {
    const client = await app.connection('generic', { deletionPolicy: 'erase' });
    const { id } = await client.create(person('kim'));
    await client.delete(`/Users/${id}`);
    expect(await lastEvent(client)).toMatchObject({ type: 'member.removed', data: { scimId: id, reason: 'erased' } });
    expect(JSON.stringify((await lastEvent(client)).data)).not.toMatch(/kim/);
  });
});

describe('What changes nothing is no event, no version, no lastModified (RFC 7644 §3.5.2.1)', () => {
  const nothing: [string, object[]][] = [
    ['the value that is there', [{ op: 'replace', path: 'title', value: 'Pilot' }]],
    ['active: true for the active', [{ op: 'replace', path: 'active', value: 'True' }]],
    ['an element that is there', [{ op: 'add', path: 'emails', value: [{ value: 'a@x.test', type: 'work' }] }]],
    ['removing what is not there', [{ op: 'remove', path: 'nickName' }]],
    [
      'there and back',
      [
        { op: 'replace', path: 'title', value: 'x' },
        { op: 'replace', path: 'title', value: 'Pilot' },
      ],
    ],
    ['read-only attributes alone', [{ op: 'replace', value: { id: 'x', groups: [], meta: { version: 'x' } } }]],
    ['a password', [{ op: 'replace', path: 'password', value: 'Tr0ub4dor&3' }]],
  ];
  const kim = person('kim', { title: 'Pilot', emails: [{ value: 'a@x.test', type: 'work' }] });

  it.each(nothing)('PATCH with %s', async (_what, operations) => {
    const client = await app.connection();
    const { id, meta } = await client.create(kim);
    app.clock.advance(1000);
    const answer = await client.patch(`/Users/${id}`, operations);
    expect(answer).toMatchObject({ status: 200, headers: { etag: 'W/"1"' }, json: { title: 'Pilot', meta } });
    expect((await client.get(`/Users/${id}`)).json.meta).toEqual(meta);
    expect(await memberEvents(client.tenant)).toHaveLength(1);
  });

  it('PUT of what was read, elements in another order', async () => {
    const client = await app.connection();
    const phones = [
      { value: '1', type: 'work' },
      { type: 'home', value: '2' },
    ];
    const { id, meta } = await client.create({ ...kim, phoneNumbers: phones });
    app.clock.advance(1000);
    const { json } = await client.get(`/Users/${id}`);
    const answer = await client.put(`/Users/${id}`, { ...json, phoneNumbers: [...phones].reverse() });
    expect(answer).toMatchObject({ status: 200, json: { meta } });
    expect(await memberEvents(client.tenant)).toHaveLength(1);
  });

  it('and a request that is refused', async () => {
    const client = await app.connection();
    const { id, meta } = await client.create(kim);
    const half = [
      { op: 'replace', path: 'title', value: 'x' },
      { op: 'replace', path: 'active', value: 'perhaps' },
    ];
    expect((await client.patch(`/Users/${id}`, half)).status).toBe(400);
    expect((await client.put(`/Users/${id}`, { ...kim, userName: '' })).status).toBe(400);
    expect((await client.delete(`/Users/${id}`, { 'if-match': 'W/"7"' })).status).toBe(412);
    expect((await client.get(`/Users/${id}`)).json).toMatchObject({ title: 'Pilot', meta });
    expect(await memberEvents(client.tenant)).toHaveLength(1);
  });
});

it('The outbox has every event, of members and of the tenant itself, and nothing else', async () => {
  const client = await app.connection();
  await client.create(person('kim'));
  const loose = await app.rows(
    `select from events e full join outbox o on o.tenant_id = e.tenant_id and o.event_id = e.id
     where e.id is null or o.event_id is null`,
  );
  expect(loose).toEqual([]);
});
