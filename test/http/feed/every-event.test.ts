import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthFailures } from '../../../src/auth/auth-failures.js';
import { EVENT_TYPES } from '../../../src/events/catalogue/catalogue.js';
import { cloudEvent } from '../../../src/events/cloud-event.js';
import { SealsRepository } from '../../../src/persistence/seals.repository.js';
import { URN } from '../../../src/scim/index.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { changeSettings } from '../../support/change-settings.js';
import { eventFaults } from '../../support/event-schemas.js';
import { group, someone } from '../management/admin.js';
import { PLATFORM } from '../tenants/platform.js';
import { person, unlinkedMember } from '../users/people.js';
import {
  type Ask,
  changeAccounts,
  changeConnections,
  changeMembers,
  rejectAdoption,
  removeTenant,
} from './admin-flows.js';
import { FeedReader, seal, type TravellingEvent } from './reader.js';

let app: TestApp;
let events: TravellingEvent[];
beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_PLATFORM_TOKEN: PLATFORM } });
  const client = await app.connection('okta');
  await changePeople(client);
  await changeTeams(client);
  const erasing = await app.connection('generic', { deletionPolicy: 'erase' });
  const { id } = await erasing.create(person('ann'));
  await erasing.delete(`/Users/${id}`);
  const { tenant } = client;
  const admin = await app.tenants.createToken({ tenant: tenant.slug, scopes: ['tenant:admin'] });
  const ask = askAs(admin.token);
  await changeAccess(ask, client);
  await seal(app);
  await changeWebhooks(ask);
  await changeAccounts(app, ask);
  await changeConnections(ask, client);
  await changeMembers(ask, client);
  await rejectAdoption(app);
  await removeTenant(app);
  await ask('GET', '/audit?type=member.updated');
  await ask('GET', '/audit/export');
  await changeSettings(app, tenant.id, { notifications: true });
  await app.tenants.revokeToken(tenant.slug, client.issued.tokenId);
  app.clock.advance(60_000);
  await client.get('/Users');
  await app.http.get(AuthFailures).flush();
  await seal(app);
  events = [...(await (await FeedReader.of(client)).all()), ...(await sealedElsewhere(tenant.id))];
});
afterAll(() => app.close());

/** Of the other tenants, one of which nobody can ask any more: as they would travel. */
async function sealedElsewhere(tenantId: string): Promise<TravellingEvent[]> {
  const others = await app.rows('select distinct tenant_id as id from seals where tenant_id <> $1', [tenantId]);
  const pages = others.map(({ id }) => new SealsRepository(app.work.forTenant(String(id))).page(0, 1000));
  return (await Promise.all(pages)).flat().map((sealed) => cloudEvent(sealed) as unknown as TravellingEvent);
}

const askAs =
  (token: string): Ask =>
  async (method, path, body) => {
    const headers = body && { 'content-type': 'application/json' };
    const { status, json, text } = await app.call(method, `/api/v1${path}`, body, {
      token,
      ...(headers && { headers }),
    });
    if (status >= 300) throw new Error(`${method} ${path} ${text}`);
    return json;
  };

async function changePeople(client: ScimClient): Promise<void> {
  const kim = await client.create(person('kim', { externalId: 'x-1', name: { givenName: 'Kim' } }));
  const set = (path: string, value: unknown) => client.patch(`/Users/${kim.id}`, [{ op: 'replace', path, value }]);
  await set('title', 'Cook');
  await set('active', false);
  await set('active', true);
  await client.delete(`/Users/${kim.id}`);
  await client.create(person('kim', { externalId: 'x-1' }));
  await unlinkedMember(client.tenant, 'lee');
  await client.create(person('lee', { title: 'Pilot' }));
}

async function changeTeams(client: ScimClient): Promise<void> {
  const { scimId } = await someone(client, 'mo');
  const { json } = await client.post('/Groups', {
    schemas: [URN.group],
    displayName: 'Crew',
    members: [{ value: scimId }],
  });
  const path = `/Groups/${String(json.id)}`;
  await client.patch(path, [{ op: 'replace', path: 'displayName', value: 'Crews' }]);
  await client.put(path, {
    schemas: [URN.group],
    displayName: 'Crews',
    externalId: 'g-1',
    members: [{ value: scimId }],
  });
  await client.patch(path, [{ op: 'remove', path: `members[value eq "${scimId}"]` }]);
  const members = [{ value: '01a20352-4462-7086-a810-28ce40c40999' }];
  await client.post('/Groups', { schemas: [URN.group], displayName: 'Skippers', members });
  await client.delete(path);
}

async function changeAccess(ask: Ask, client: ScimClient): Promise<void> {
  const [team, pilots] = [await group(client, 'Product', []), await group(client, 'Pilots', [])];
  await ask('PUT', `/teams/${team}/links/${pilots}`, { permission: 'can_view' });
  await ask('PUT', `/teams/${team}/links/${pilots}`, { permission: 'can_edit' });
  await ask('DELETE', `/teams/${team}/links/${pilots}`);
  await ask('PUT', `/teams/${team}/grants/reports:read`);
  await ask('DELETE', `/teams/${team}/grants/reports:read`);
}

async function changeWebhooks(ask: Ask): Promise<void> {
  const { id } = await ask('POST', '/webhook-endpoints', {
    url: 'https://hooks.example.com/',
    eventTypes: ['member.*'],
  });
  const path = `/webhook-endpoints/${String(id)}`;
  await ask('PATCH', path, { description: 'Warehouse' });
  await ask('POST', `${path}/rotate-secret`, {});
  await ask('POST', `${path}/test`);
  await ask('POST', `${path}/replay`, { fromSeq: 1 });
  await ask('PATCH', path, { status: 'disabled' });
  await ask('PATCH', path, { status: 'enabled' });
  await ask('DELETE', path);
}

describe('The events that requests leave behind', () => {
  it('are of every type in the catalogue', () => {
    const told = new Set(events.map(({ type }) => type.replace('muster.', '')));
    expect([...told].sort()).toEqual([...EVENT_TYPES].sort());
  });

  it('are what the catalogue says of their types, and nothing else', () => {
    expect(events.length).toBeGreaterThan(30);
    expect(events.flatMap(eventFaults)).toEqual([]);
  });
});
