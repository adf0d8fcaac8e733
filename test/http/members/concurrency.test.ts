import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, startTestApp, type TestApp } from '../../support/app.js';
import { adminOf, someone } from '../management/admin.js';
import { memberEvents, person, unlinkedMember } from '../users/people.js';
import { act, openReviews, setExternalId } from './room.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Versions of the events of a tenant's members, which the outbox sealed or will seal in this order. */
async function versions(tenantId: string): Promise<readonly number[]> {
  const rows = await app.rows(
    `select subject_version from events where tenant_id = $1 and subject_type = 'member' and subject_version is not null
     order by subject_version`,
    [tenantId],
  );
  return rows.map(({ subject_version }) => Number(subject_version));
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('An admin and an IdP at the same moment', () => {
  it('change one member in one order of versions, and nothing of either is lost', async () => {
    const client = await app.connection();
    const admin = await adminOf(client.tenant);
    const kim = await someone(client, 'kim');
    const answers: Promise<Answer>[] = [];
    for (let round = 0; round < 12; round++) {
      answers.push(
        client.patch(`/Users/${kim.scimId}`, [{ op: 'add', path: 'phoneNumbers', value: [{ value: String(round) }] }]),
        setExternalId(admin, kim.id, `x-${round}`),
      );
    }
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const { json } = await client.get(`/Users/${kim.scimId}`);
    const numbers = (json.phoneNumbers as { value: string }[]).map(({ value }) => Number(value)).sort((a, b) => a - b);
    expect(numbers).toEqual(upTo(12).map((number) => number - 1));
    expect(json.externalId).toMatch(/^x-\d+$/);
    expect(json.meta).toMatchObject({ version: 'W/"25"' });
    expect(await versions(client.tenant.id)).toEqual(upTo(25));
    // Each change of the externalId began from what the one before it had made of it.
    const told = (await memberEvents(client.tenant)).filter(({ type }) => type === 'member.external_id_changed');
    const from = told.map(({ data }) => (data.before as { externalId?: string }).externalId);
    const to = told.map(({ data }) => (data.after as { externalId?: string }).externalId);
    expect(new Set([...from, json.externalId])).toEqual(new Set([undefined, ...to]));
  });

  it('who deactivates and who PATCHes with If-Match: whoever comes second is told', async () => {
    const client = await app.connection();
    const admin = await adminOf(client.tenant);
    const kim = await someone(client, 'kim');
    const ifMatch = { 'if-match': 'W/"1"' };
    const [patched, deactivated] = await Promise.all([
      client.patch(`/Users/${kim.scimId}`, [{ op: 'replace', path: 'title', value: 'x' }], ifMatch),
      act(admin, kim.id, 'deactivate', { override: true }),
    ]);
    expect(deactivated.status).toBe(200);
    expect([200, 412]).toContain(patched.status);
    const { json } = await client.get(`/Users/${kim.scimId}`);
    expect(json.active).toBe(false);
    expect(json.title === 'x').toBe(patched.status === 200);
  });

  it('link somebody once: an admin to one connection, an IdP by POST, another by PATCH', async () => {
    const client = await app.connection();
    const other = await client.tenant.connect('okta');
    const admin = await adminOf(client.tenant);
    for (let round = 0; round < 8; round++) {
      const { id, scimId } = await unlinkedMember(client.tenant, `kim-${round}`);
      await Promise.all([
        act(admin, id, 'link', { connectionId: client.issued.connection.id }),
        other.post('/Users', person(`kim-${round}`)),
        client.patch(`/Users/${scimId}`, [{ op: 'replace', path: 'title', value: 'x' }]),
      ]);
      const told = (await memberEvents(client.tenant)).filter(({ subject_id }) => subject_id === id);
      expect(told.filter(({ type }) => type === 'member.linked')).toHaveLength(1);
    }
  });

  it('ask for a review many times at once: one entry, one event', async () => {
    const client = await app.connection('generic', { adoptionPolicy: 'review' });
    const admin = await adminOf(client.tenant);
    const kim = await unlinkedMember(client.tenant, 'kim');
    const title = [{ op: 'replace', path: 'title', value: 'x' }];
    const answers = await Promise.all(
      upTo(20).map((n) => (n % 2 ? client.post('/Users', person('kim')) : client.patch(`/Users/${kim.scimId}`, title))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403, 409]));
    expect(await openReviews(admin)).toHaveLength(1);
    expect(await memberEvents(client.tenant)).toHaveLength(1);
  });

  it('erase and change: the change comes first, or finds nobody', async () => {
    const client = await app.connection();
    const admin = await adminOf(client.tenant);
    for (let round = 0; round < 8; round++) {
      const kim = await someone(client, `kim-${round}`);
      const [erased, patched] = await Promise.all([
        act(admin, kim.id, 'erase', { userName: `kim-${round}@example.com` }),
        client.patch(`/Users/${kim.scimId}`, [{ op: 'replace', path: 'title', value: 'x' }]),
      ]);
      expect(erased.status).toBe(204);
      expect([200, 404]).toContain(patched.status);
      const [row] = await app.rows('select resource::text, user_name from members where id = $1', [kim.id]);
      expect(row).toEqual({ resource: '{}', user_name: '' });
    }
  });
});
