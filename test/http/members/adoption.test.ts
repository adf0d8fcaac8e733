import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantSettings } from '../../../src/domain/tenant.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminOf, problem } from '../management/admin.js';
import { accountOf, eventTypes, memberEvents, person, refusal, unlinkedMember } from '../users/people.js';
import { act, lastEvent, openReviews } from './room.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function start(adoptionPolicy: TenantSettings['adoptionPolicy'] = 'review') {
  const client = await app.connection('entra', { adoptionPolicy });
  const admin = await adminOf(client.tenant);
  const kim = await unlinkedMember(client.tenant, 'kim');
  return { client, admin, kim };
}

const DAY_MS = 24 * 3_600_000;
const decide = (admin: Admin, review: unknown, decision: 'approve' | 'reject') => {
  const { id, version } = review as { readonly id: string; readonly version: string | null };
  const body = decision === 'approve' ? { version: version ?? 'none' } : undefined;
  return admin.call('POST', `/adoption-reviews/${id}/${decision}`, body);
};
const stateOf = async (id: string) =>
  (await app.rows('select active, version, connection_id, resource from members where id = $1', [id]))[0];

const pilot = [{ op: 'replace', path: 'title', value: 'Pilot' }];
const changes: [string, (client: ScimClient, path: string) => Promise<Answer>][] = [
  ['PUT', (client, path) => client.put(path, person('kim', { externalId: 'x-1', title: 'Pilot' }))],
  ['PATCH', (client, path) => client.patch(path, pilot)],
  [
    'a PATCH that changes nothing',
    (client, path) => client.patch(path, [{ op: 'replace', path: 'active', value: true }]),
  ],
];

describe('An unlinked member that an IdP writes to', () => {
  it.each(changes)('under `conflict`: %s is 403 until an admin links it', async (_what, change) => {
    const { client, admin, kim } = await start('conflict');
    const before = await stateOf(kim.id);
    const answer = await change(client, `/Users/${kim.scimId}`);
    expect(answer).toMatchObject({
      ...refusal(403),
      json: { detail: expect.stringMatching(/an admin has to link it/) },
    });
    expect(await stateOf(kim.id)).toEqual(before);
    expect(await eventTypes(client.tenant)).toEqual([]);
    await act(admin, kim.id, 'link', { connectionId: client.issued.connection.id });
    expect((await change(client, `/Users/${kim.scimId}`)).status).toBe(200);
  });

  it.each(changes)(
    'under `review`: %s is 403 and asks an admin; approved, it is as it was sent',
    async (_what, change) => {
      const { client, admin, kim } = await start();
      const before = await stateOf(kim.id);
      for (let again = 0; again < 2; again++) {
        const answer = await change(client, `/Users/${kim.scimId}`);
        expect(answer).toMatchObject({
          ...refusal(403),
          json: { detail: expect.stringMatching(/approval of an admin/) },
        });
      }
      expect(await stateOf(kim.id)).toEqual(before);
      const reviews = await openReviews(admin);
      expect(reviews).toMatchObject([{ member: { id: kim.id }, userName: 'kim@example.com' }]);
      expect(await eventTypes(client.tenant)).toEqual(['member.adoption_requested']);
      expect(await decide(admin, reviews[0], 'approve')).toMatchObject({ status: 200, json: { status: 'approved' } });
      const now = (await client.get(`/Users/${kim.scimId}`)).json;
      const repeated = await change(client, `/Users/${kim.scimId}`);
      expect(repeated).toMatchObject({ status: 200, json: { meta: now.meta as object } });
    },
  );

  it.each(['conflict', 'review'] as const)('under `%s`: DELETE is 403 and asks nobody', async (policy) => {
    const { client, admin, kim } = await start(policy);
    expect(await client.delete(`/Users/${kim.scimId}`)).toMatchObject(refusal(403));
    expect(await openReviews(admin)).toEqual([]);
    expect(await stateOf(kim.id)).toMatchObject({ active: true, version: 1 });
  });

  it('asks nobody with a body that is wrong', async () => {
    const { client, admin, kim } = await start();
    expect(await client.put(`/Users/${kim.scimId}`, { schemas: person('x').schemas })).toMatchObject(refusal(400));
    expect(await openReviews(admin)).toEqual([]);
  });

  it('is never asked for when it is a break-glass member', async () => {
    const { client, admin } = await start();
    const eve = await unlinkedMember(client.tenant, 'eve', { breakGlass: true });
    for (const [, change] of changes) expect(await change(client, `/Users/${eve.scimId}`)).toMatchObject(refusal(403));
    expect(await openReviews(admin)).toEqual([]);
  });
});

describe('The adoption of a person, from the first POST on', () => {
  it('waits for an admin, happens by the approval, and the IdP finds it done', async () => {
    const { client, admin, kim } = await start();
    const pushed = person('KIM', { externalId: 'x-1', title: 'Pilot' });
    expect(await client.post('/Users', pushed)).toMatchObject({
      ...refusal(409, 'uniqueness'),
      json: { detail: expect.stringMatching(/approval of an admin/) },
    });
    const [review] = await openReviews(admin);
    const at = app.clock.now().toISOString();
    expect(review).toEqual({
      id: expect.any(String),
      status: 'open',
      member: { id: kim.id, scimId: kim.scimId, userName: 'kim@example.com', active: true },
      connection: { id: client.issued.connection.id, name: client.issued.connection.name },
      userName: 'KIM@example.com',
      externalId: 'x-1',
      requestedAt: at,
      lastRequestedAt: at,
      expiresAt: new Date(Date.parse(at) + 30 * DAY_MS).toISOString(),
      decidedAt: null,
      version: expect.any(String),
    });
    expect((await admin.get(`/adoption-reviews/${review?.id}`)).json).toMatchObject({
      attributes: { userName: 'KIM@example.com', title: 'Pilot', active: true },
    });
    expect(await lastEvent(client.tenant)).toMatchObject({
      type: 'member.adoption_requested',
      subject_id: kim.id,
      connection_id: client.issued.connection.id,
      queued: true,
      data: { scimId: kim.scimId, connectionId: client.issued.connection.id, reviewId: review?.id },
    });

    expect(await decide(admin, review, 'approve')).toMatchObject({
      status: 200,
      json: { status: 'approved', decidedAt: at, attributes: null, expiresAt: null },
    });
    expect((await admin.get(`/members/${kim.id}`)).json).toMatchObject({
      userName: 'KIM@example.com',
      externalId: 'x-1',
      connection: { id: client.issued.connection.id },
      linkedSince: at,
      attributes: { title: 'Pilot' },
    });
    expect(await lastEvent(client.tenant)).toMatchObject({
      type: 'member.linked',
      subject_id: kim.id,
      connection_id: null,
      data: { reason: 'approved', after: { connectionId: client.issued.connection.id, title: 'Pilot' } },
    });

    const repeated = await client.post('/Users', pushed);
    expect(repeated).toMatchObject({ status: 201, json: { id: kim.scimId, title: 'Pilot' } });
    expect(await client.post('/Users', pushed)).toMatchObject(refusal(409, 'uniqueness'));
    expect((await client.patch(`/Users/${kim.scimId}`, pilot)).status).toBe(200);
    expect(await eventTypes(client.tenant)).toEqual(['member.adoption_requested', 'member.linked']);
    expect([await openReviews(admin), (await openReviews(admin, 'approved')).length]).toEqual([[], 1]);
  });

  it('takes what was pushed last', async () => {
    const { client, admin, kim } = await start();
    await client.post('/Users', person('kim', { externalId: 'x-1' }));
    app.clock.advance(60_000);
    await client.post('/Users', person('kim', { externalId: 'x-2' }));
    const reviews = await openReviews(admin);
    expect(reviews).toMatchObject([{ externalId: 'x-2', lastRequestedAt: app.clock.now().toISOString() }]);
    await decide(admin, reviews[0], 'approve');
    expect((await client.get(`/Users/${kim.scimId}`)).json.externalId).toBe('x-2');
    expect(await eventTypes(client.tenant)).toEqual(['member.adoption_requested', 'member.linked']);
  });

  it('of a deactivation: the IdP may have ended the access meanwhile, and that counts', async () => {
    const { client, admin, kim } = await start();
    await client.patch(`/Users/${kim.scimId}`, [{ op: 'replace', path: 'active', value: false }]);
    expect((await stateOf(kim.id))?.active).toBe(true);
    await decide(admin, (await openReviews(admin))[0], 'approve');
    expect(await stateOf(kim.id)).toMatchObject({ active: false, version: 2 });
  });

  it('is refused for good by a rejection, which the IdP is told, until an admin links by hand', async () => {
    const { client, admin, kim } = await start();
    await client.post('/Users', person('kim', { externalId: 'x-1' }));
    const [review] = await openReviews(admin);
    expect(await decide(admin, review, 'reject')).toMatchObject({
      status: 200,
      json: { status: 'rejected', attributes: null },
    });
    expect(await lastEvent(client.tenant)).toMatchObject({
      type: 'member.adoption_rejected',
      subject_id: kim.id,
      data: { connectionId: client.issued.connection.id, reviewId: review?.id },
    });
    app.clock.advance(100 * DAY_MS);
    const rejected = { detail: expect.stringMatching(/rejected by an admin/) };
    expect(await client.post('/Users', person('kim'))).toMatchObject({ ...refusal(409, 'uniqueness'), json: rejected });
    expect(await client.patch(`/Users/${kim.scimId}`, pilot)).toMatchObject({ ...refusal(403), json: rejected });
    expect(await openReviews(admin)).toEqual([]);
    expect(await decide(admin, review, 'approve')).toMatchObject(problem(409));
    expect(await stateOf(kim.id)).toMatchObject({ connection_id: null, version: 1 });
    // Another connection was not meant.
    const other = await client.tenant.connect('okta');
    expect((await other.post('/Users', person('kim'))).json.detail).toMatch(/approval/);
    await act(admin, kim.id, 'link', { connectionId: client.issued.connection.id });
    expect((await client.post('/Users', person('kim'))).status).toBe(201);
    expect(await openReviews(admin)).toEqual([]);
    await act(admin, kim.id, 'unlink');
    expect((await client.post('/Users', person('kim'))).json.detail).toMatch(/approval/);
  });

  it('expires when nobody asks any more, and opens again with the next request', async () => {
    const { client, admin, kim } = await start();
    await client.post('/Users', person('kim'));
    app.clock.advance(29 * DAY_MS);
    await client.post('/Users', person('kim'));
    app.clock.advance(29 * DAY_MS);
    expect(await openReviews(admin)).toHaveLength(1);
    app.clock.advance(2 * DAY_MS);
    const [expired] = await openReviews(admin, 'expired');
    expect(await openReviews(admin)).toEqual([]);
    for (const decision of ['approve', 'reject'] as const) {
      expect(await decide(admin, expired, decision)).toMatchObject(problem(409));
    }
    await client.post('/Users', person('kim'));
    const [again] = await openReviews(admin);
    expect(again).toMatchObject({ member: { id: kim.id }, requestedAt: app.clock.now().toISOString() });
    expect(again?.id).not.toBe(expired?.id);
    expect((await decide(admin, again, 'approve')).status).toBe(200);
    expect(await eventTypes(client.tenant)).toEqual([
      'member.adoption_requested',
      'member.adoption_requested',
      'member.linked',
    ]);
  });

  it('is decided once: approved for one connection it is void for the others', async () => {
    const { client, admin } = await start();
    const other = await client.tenant.connect('okta');
    await client.post('/Users', person('kim'));
    await other.post('/Users', person('kim'));
    const [ours, theirs] = await openReviews(admin);
    const both = await Promise.all([decide(admin, ours, 'approve'), decide(admin, theirs, 'approve')]);
    expect(both.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    expect((await openReviews(admin)).length).toBe(0);
    expect((await eventTypes(client.tenant)).filter((type) => type === 'member.linked')).toHaveLength(1);
  });

  it('is 409 when the externalId is taken meanwhile', async () => {
    const { client, admin, kim } = await start();
    await client.post('/Users', person('kim', { externalId: 'x-1' }));
    await client.create(person('lee', { externalId: 'x-1' }));
    const [review] = await openReviews(admin);
    expect(await decide(admin, review, 'approve')).toMatchObject(problem(409));
    expect(await stateOf(kim.id)).toMatchObject({ connection_id: null, version: 1 });
    expect(await openReviews(admin)).toHaveLength(1);
  });

  it('is over when the member is erased: nothing of the request is left', async () => {
    const { client, admin, kim } = await start();
    await client.post('/Users', person('kim'));
    const [review] = await openReviews(admin);
    await act(admin, kim.id, 'erase', { userName: 'kim@example.com' });
    expect(await decide(admin, review, 'approve')).toMatchObject(problem(404));
    expect(await app.rows('select * from adoption_reviews where tenant_id = $1', [client.tenant.id])).toEqual([]);
    const told = (await memberEvents(client.tenant)).map(({ data }) => JSON.stringify(data)).join();
    expect(told).not.toMatch(/kim@/i);
  });

  it('is over when the member is removed over SCIM, erased by policy or not', async () => {
    for (const deletionPolicy of ['deactivate', 'erase'] as const) {
      const client = await app.connection('entra', { deletionPolicy });
      const { id: scimId } = await client.create(person('kim'));
      await app.rows(
        `insert into adoption_reviews (tenant_id, id, member_id, connection_id, user_name, requested_at, last_requested_at)
         values ($1, gen_random_uuid(), $2, $3, 'kim', now(), now())`,
        [client.tenant.id, await accountOf(client.tenant, scimId), client.issued.connection.id],
      );
      expect((await client.delete(`/Users/${scimId}`)).status).toBe(204);
      expect(await app.rows('select * from adoption_reviews where tenant_id = $1', [client.tenant.id])).toEqual([]);
    }
  });
});

describe('An approval', () => {
  it('is of the version that the admin has seen: what the identity provider sent in between is not adopted', async () => {
    const { client, admin, kim } = await start();
    await client.post('/Users', person('kim', { title: 'Pilot' }));
    const [seen] = await openReviews(admin);
    await client.post('/Users', person('kim', { title: 'Director' }));
    const refused = await decide(admin, seen, 'approve');
    expect(refused).toMatchObject(problem(409));
    expect(refused.json.detail).toContain('sent something else');
    expect(await stateOf(kim.id)).toMatchObject({ connection_id: null });
    const [now] = await openReviews(admin);
    expect(now?.version).not.toBe(seen?.version);
    expect(await decide(admin, now, 'approve')).toMatchObject({
      status: 200,
      json: { status: 'approved', version: null },
    });
    expect(await stateOf(kim.id)).toMatchObject({ resource: { title: 'Director' } });
  });

  it('is still good when the identity provider has repeated the same request', async () => {
    const { client, admin } = await start();
    await client.post('/Users', person('kim', { title: 'Pilot' }));
    const [seen] = await openReviews(admin);
    app.clock.advance(60_000);
    await client.post('/Users', person('kim', { title: 'Pilot' }));
    expect(await decide(admin, seen, 'approve')).toMatchObject({ status: 200 });
  });

  it('without a version is refused', async () => {
    const { client, admin } = await start();
    await client.post('/Users', person('kim'));
    const [review] = await openReviews(admin);
    const answer = await admin.call('POST', `/adoption-reviews/${review?.id}/approve`, {});
    expect(answer).toMatchObject({
      ...problem(422),
      json: { errors: expect.arrayContaining([expect.objectContaining({ field: 'version' })]) },
    });
  });
});

describe('The queue of reviews', () => {
  it('is read page by page in the order of the requests', async () => {
    const { client, admin } = await start();
    for (const name of ['ada', 'bob', 'cyd']) {
      app.clock.advance(1);
      await unlinkedMember(client.tenant, name);
      await client.post('/Users', person(name));
    }
    const seen: unknown[] = [];
    for (let next: unknown = ''; next !== null; ) {
      const { json } = await admin.get(`/adoption-reviews?limit=2${next === '' ? '' : `&after=${next}`}`);
      seen.push(...(json.items as { userName: string }[]).map(({ userName }) => userName));
      next = json.next;
    }
    expect(seen).toEqual(['ada@example.com', 'bob@example.com', 'cyd@example.com']);
  });

  it.each([
    ['status=done', 'status'],
    ['limit=0', 'limit'],
    ['after=x', 'after'],
  ])('asked for with %s is 422', async (query, field) => {
    const { admin } = await start();
    const answer = await admin.get(`/adoption-reviews?${query}`);
    expect(answer).toMatchObject({ ...problem(422), json: { errors: [{ field }] } });
  });

  it('is decided by an admin only: neither by a reader nor by the IdP that asks', async () => {
    const { client, admin } = await start();
    await client.post('/Users', person('kim'));
    const [review] = await openReviews(admin);
    const reader = await adminOf(client.tenant, ['members:read', 'members:write', 'tenant:read']);
    expect(await openReviews(reader)).toHaveLength(1);
    for (const decision of ['approve', 'reject'] as const) {
      expect(await decide(reader, review, decision)).toMatchObject(problem(403));
      const path = `/api/v1/adoption-reviews/${review?.id}/${decision}`;
      const asking = await app.call('POST', path, undefined, { token: client.issued.token });
      expect(asking.status).toBe(403);
    }
    expect(await openReviews(admin)).toHaveLength(1);
  });
});
