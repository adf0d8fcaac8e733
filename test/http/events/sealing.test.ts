import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Relay } from '../../../src/events/relay.js';
import { URN } from '../../../src/scim/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { sealAll } from '../../support/relays.js';
import { person } from '../users/people.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const told = (tenantId: string, subjectType: string) =>
  app.rows(
    `select e.type, e.subject_version as version from seals s
     join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
     where s.tenant_id = $1 and e.subject_type = $2 order by s.seq`,
    [tenantId, subjectType],
  );

describe('Events of one subject', () => {
  it('carry the version that the member has after the change, and are sealed in that order', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim'));
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    await client.delete(`/Users/${id}`);
    await sealAll(app.http.get(Relay));
    expect(await told(client.tenant.id, 'member')).toEqual([
      { type: 'member.provisioned', version: 1 },
      { type: 'member.deactivated', version: 2 },
      { type: 'member.removed', version: 3 },
    ]);
  });

  it('do the same for teams, whoever joins or leaves', async () => {
    const client = await app.connection();
    const { id: kim } = await client.create(person('kim'));
    const group = { schemas: [URN.group], displayName: 'Crew', members: [{ value: kim }] };
    const id = String((await client.post('/Groups', group)).json.id);
    await client.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'Crews' }]);
    await client.patch(`/Groups/${id}`, [{ op: 'remove', path: `members[value eq "${kim}"]` }]);
    await client.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: kim }] }]);
    await client.delete(`/Users/${kim}`);
    await client.delete(`/Groups/${id}`);
    await sealAll(app.http.get(Relay));
    expect(await told(client.tenant.id, 'team')).toEqual([
      { type: 'team.created', version: 1 },
      { type: 'team.membership_changed', version: 1 },
      { type: 'team.renamed', version: 2 },
      { type: 'team.membership_changed', version: 3 },
      { type: 'team.membership_changed', version: 4 },
      { type: 'team.membership_changed', version: 5 },
      { type: 'team.removed', version: 6 },
    ]);
  });
});

describe('An instance with the role worker', () => {
  it('answers those who watch over it, and nobody else', async () => {
    const worker = await startTestApp({ env: { MUSTER_ROLE: 'worker' } });
    for (const path of ['/livez', '/readyz', '/metrics']) expect((await worker.call('GET', path)).status).toBe(200);
    const metrics = (await worker.call('GET', '/metrics')).text;
    expect(metrics).toMatch(/muster_events_sealed_total[\s\S]*muster_sealing_lag_seconds[\s\S]*muster_outbox_events/);
    for (const path of ['/scim/v2/Users', '/api/v1/audit', '/']) {
      expect((await worker.call('GET', path)).status).toBe(404);
    }
    await worker.close();
  });
});
