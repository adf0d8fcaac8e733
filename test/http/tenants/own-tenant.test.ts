import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestTenant } from '../../support/app.js';
import { type Admin, adminOf, problem } from '../management/admin.js';
import { person } from '../users/people.js';
import { eventsOf } from './platform.js';

let app: TestApp;
let tenant: TestTenant;
let admin: Admin;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await app.tenant();
  admin = await adminOf(tenant);
});
afterAll(() => app.close());

const patch = (body: object, who = admin) => who.call('PATCH', '/tenant', body);

describe('The own tenant', () => {
  it('is read with tenant:read and changed with tenant:admin, by nobody with less', async () => {
    const reader = await adminOf(tenant, ['tenant:read']);
    expect((await reader.get('/tenant')).json).toMatchObject({ id: tenant.id, slug: tenant.slug, status: 'active' });
    expect(await patch({ name: 'Mine' }, reader)).toMatchObject(problem(403));
    const stranger = await adminOf(tenant, ['members:write', 'teams:write']);
    expect(await stranger.get('/tenant')).toMatchObject(problem(403));
    expect(await patch({ name: 'Mine' })).toMatchObject({ status: 200, json: { name: 'Mine' } });
  });

  it('is another one for each token', async () => {
    const other = await adminOf(await app.tenant());
    await patch({ name: 'Theirs' }, other);
    expect((await other.get('/tenant')).json).toMatchObject({ name: 'Theirs' });
    expect((await admin.get('/tenant')).json).toMatchObject({ name: 'Mine' });
  });

  it('has settings that hold for the next request of its identity providers', async () => {
    const client = await tenant.connect('okta');
    expect((await client.post('/Users', person('ada', { userName: 'ada' }))).status).toBe(201);
    await patch({ settings: { userNameMustBeEmail: true } });
    app.clock.advance(1000);
    expect((await client.post('/Users', person('bob', { userName: 'bob' }))).status).toBe(400);
    await patch({ settings: { userNameMustBeEmail: false } });
    app.clock.advance(1000);
    expect((await client.post('/Users', person('bob', { userName: 'bob' }))).status).toBe(201);
  });

  it('tells who changed which setting from what to what', async () => {
    await patch({ settings: { defaultTeamPermission: 'can_view', adminEmails: ['it@acme.example'] } });
    const told = await eventsOf(app, tenant.id, 'tenant.settings_changed');
    expect(told.at(-1)).toMatchObject({
      actor_type: 'service_account',
      queued: true,
      data: {
        changed: ['defaultTeamPermission', 'adminEmails'],
        before: { defaultTeamPermission: 'can_edit', adminEmails: [] },
        after: { defaultTeamPermission: 'can_view', adminEmails: ['it@acme.example'] },
      },
    });
  });

  it.each<[string, object]>([
    ['its slug', { slug: 'other' }],
    ['its status', { status: 'suspended' }],
    ['settings that are no object', { settings: 7 }],
    ['settings that are null', { settings: null }],
  ])('cannot change %s', async (_what, body) => {
    expect(await patch(body)).toMatchObject(problem(422));
  });
});
