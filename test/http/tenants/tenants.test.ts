import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { DEFAULT_SETTINGS } from '../../../src/domain/tenant.js';
import { type Method, startTestApp, type TestApp } from '../../support/app.js';
import { itemsIn, problem } from '../management/admin.js';
import { listRoutes } from '../routes/route-list.js';
import { eventsOf, Operator, PLATFORM } from './platform.js';

let app: TestApp;
let operator: Operator;
beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_PLATFORM_TOKEN: PLATFORM } });
  operator = new Operator(app);
});
afterAll(() => app.close());

const platformRoutes = (of: TestApp) =>
  listRoutes(of.http)
    .filter(({ access }) => access.kind === 'platform')
    .map(({ method, path }) => [method as Method, path.replace(':id', uuid())] as const);

describe('The routes of the platform', () => {
  it('are closed to whoever has not the platform token, whatever other token they have', async () => {
    const client = await app.connection();
    const scopes = ['tenant:admin', 'platform:admin'];
    const { token } = await app.tenants.createToken({ tenant: client.tenant.slug, scopes });
    const routes = platformRoutes(app);
    expect(routes.length).toBeGreaterThan(8);
    for (const [method, path] of routes) {
      for (const wrong of [undefined, token, client.issued.token, `${PLATFORM}x`, PLATFORM.slice(1), 'x']) {
        const { status, headers } = await app.call(method, path, undefined, { ...(wrong && { token: wrong }) });
        expect({ method, path, wrong, status }).toEqual({ method, path, wrong, status: 401 });
        expect(headers['www-authenticate']).toMatch(/^Bearer/);
      }
    }
  });

  it('are closed to everybody while there is no platform token', async () => {
    const closed = await startTestApp();
    for (const [method, path] of platformRoutes(closed)) {
      const answer = await closed.call(method, path, undefined, { token: PLATFORM });
      expect(answer).toMatchObject(problem(403));
      expect(answer.text).toContain('MUSTER_PLATFORM_TOKEN is not set');
    }
    await closed.close();
  });

  it('are the only ones that the platform token opens', async () => {
    for (const path of ['/api/v1/tenant', '/api/v1/connections', '/scim/v2/Users']) {
      expect((await app.call('GET', path, undefined, { token: PLATFORM })).status).toBe(401);
    }
  });

  it('answer 404 to an id that nobody has, and to what is no id', async () => {
    for (const [method, path] of platformRoutes(app).filter(([, path]) => path !== '/api/v1/tenants')) {
      for (const asked of [path, path.replace(/tenants\/[^/]+/, 'tenants/x')]) {
        const query = method === 'DELETE' ? '?confirmation=x' : '';
        const body = { POST: { slug: 'nobody' }, PATCH: {} }[String(method)];
        const fitting = path.endsWith('admin-token') ? {} : body;
        const headers = fitting && { 'content-type': 'application/json' };
        const answer = await app.call(method, `${asked}${query}`, fitting, {
          token: PLATFORM,
          ...(headers && { headers }),
        });
        expect({ method, path: asked, ...answer }).toMatchObject({ method, path: asked, ...problem(404) });
      }
    }
  });
});

describe('A tenant', () => {
  it('is made with its name and the settings that are not as by default', async () => {
    const settings = { adoptionPolicy: 'review', adminEmails: ['it@acme.example'], ssoRequired: true };
    const made = await operator.post(
      '/tenants',
      { slug: 'acme', name: 'Acme Rockets', settings },
      { 'x-request-id': 'r-1' },
    );
    expect(made).toMatchObject({
      status: 201,
      json: {
        slug: 'acme',
        name: 'Acme Rockets',
        status: 'active',
        suspendedAt: null,
        settings: { ...DEFAULT_SETTINGS, ...settings },
      },
    });
    const id = String(made.json.id);
    expect((await operator.get(`/tenants/${id}`)).json).toEqual(made.json);
    expect(await eventsOf(app, id)).toMatchObject([
      {
        type: 'tenant.created',
        actor_type: 'operator',
        request_id: 'r-1',
        queued: true,
        data: { after: { slug: 'acme', name: 'Acme Rockets', settings } },
      },
    ]);
  });

  it('has a slug that no other has', async () => {
    await operator.tenant('only');
    expect(await operator.post('/tenants', { slug: 'only' })).toMatchObject(problem(409));
  });

  it.each<[string, object, string]>([
    ['no slug', {}, 'slug'],
    ['a slug with capitals', { slug: 'Acme' }, 'slug'],
    ['a slug with a dot', { slug: 'a.b' }, 'slug'],
    ['an empty name', { slug: 'x1', name: '' }, 'name'],
    ['a name of several lines', { slug: 'x1', name: 'a\nb' }, 'name'],
    ['a setting nobody knows', { slug: 'x1', settings: { colour: 'red' } }, 'settings.colour'],
    ['a setting that is null', { slug: 'x1', settings: { notifications: null } }, 'settings.notifications'],
    ['a policy nobody knows', { slug: 'x1', settings: { deletionPolicy: 'shred' } }, 'settings.deletionPolicy'],
    ['a number as text', { slug: 'x1', settings: { digestAbove: '7' } }, 'settings.digestAbove'],
    ['an address that is none', { slug: 'x1', settings: { adminEmails: ['nobody'] } }, 'settings.adminEmails'],
    ['too many addresses', { slug: 'x1', settings: { adminEmails: many(21) } }, 'settings.adminEmails'],
    ['a protocol nobody knows', { slug: 'x1', settings: { sso: { protocol: 'ldap' } } }, 'settings.sso.protocol'],
    ['an issuer over http', { slug: 'x1', settings: { sso: oidc('http://a.example') } }, 'settings.sso.issuer'],
    ['an issuer with a query', { slug: 'x1', settings: { sso: oidc('https://a.example?x') } }, 'settings.sso.issuer'],
    [
      'an issuer with a password',
      { slug: 'x1', settings: { sso: oidc('https://a:b@c.example') } },
      'settings.sso.issuer',
    ],
    [
      'metadata beside an issuer',
      { slug: 'x1', settings: { sso: { ...oidc('https://a.example'), metadataUrl: 'https://b.example' } } },
      'settings.sso.metadataUrl',
    ],
    ['SAML without metadata', { slug: 'x1', settings: { sso: { protocol: 'saml' } } }, 'settings.sso.metadataUrl'],
    ['a status', { slug: 'x1', status: 'suspended' }, 'status'],
  ])('is not made with %s', async (_what, wish, field) => {
    const answer = await operator.post('/tenants', wish);
    expect(answer).toMatchObject(problem(422));
    expect((answer.json.errors as { field: string }[]).map((each) => each.field)).toContain(field);
    expect(await app.rows("select from tenants where slug = 'x1'")).toEqual([]);
  });

  it('is in the list, page by page', async () => {
    const seen: unknown[] = [];
    let next: unknown = '';
    do {
      const { json } = await operator.get(`/tenants?limit=1${next === '' ? '' : `&after=${String(next)}`}`);
      seen.push(...(json.items as { id: string }[]).map(({ id }) => id));
      next = json.next;
    } while (next !== null);
    const all = await app.rows('select id from tenants order by id');
    expect(seen).toEqual(all.map(({ id }) => id));
    expect(itemsIn(await operator.get('/tenants?limit=1000'))).toHaveLength(all.length);
  });

  it('is changed with the settings before and after in the log, and nothing is told where nothing changes', async () => {
    const id = await operator.tenant('changing');
    const sso = { protocol: 'saml', metadataUrl: 'https://idp.example.com/metadata?tenant=1' };
    const wish = { name: 'Changed', settings: { sso, deletionPolicy: 'erase', notifications: false } };
    for (const _again of [1, 2]) {
      const answer = await operator.call('PATCH', `/tenants/${id}`, wish);
      expect(answer).toMatchObject({
        status: 200,
        json: { name: 'Changed', settings: { sso, deletionPolicy: 'erase' } },
      });
    }
    const told = await eventsOf(app, id);
    expect(told).toHaveLength(3);
    const ofType = (type: string) => told.find((event) => event.type === type);
    expect(ofType('tenant.renamed')).toMatchObject({
      type: 'tenant.renamed',
      data: { changed: ['name'], before: { name: 'changing' }, after: { name: 'Changed' } },
    });
    expect(ofType('tenant.settings_changed')).toMatchObject({
      type: 'tenant.settings_changed',
      data: { before: { sso: null, deletionPolicy: 'deactivate' }, after: { sso, deletionPolicy: 'erase' } },
    });
    await operator.call('PATCH', `/tenants/${id}`, { settings: { sso: null } });
    expect((await operator.get(`/tenants/${id}`)).json).toMatchObject({ settings: { sso: null } });
  });

  it('gets its first admin from the platform, who then looks after it', async () => {
    const id = await operator.tenant('first');
    const token = await operator.adminToken(id);
    expect((await app.call('GET', '/api/v1/tenant', undefined, { token })).json).toMatchObject({ id, slug: 'first' });
    const wish = { expires: '367d' };
    expect(await operator.post(`/tenants/${id}/admin-token`, wish)).toMatchObject(problem(422));
  });
});

describe('A suspended tenant', () => {
  it('has no token that is good until it is resumed', async () => {
    const client = await app.connection();
    const { id } = client.tenant;
    const statuses = async () => {
      app.clock.advance(1000);
      return (await client.get('/Users')).status;
    };
    expect(await statuses()).toBe(200);
    const suspended = await operator.post(`/tenants/${id}/suspend`);
    expect(suspended).toMatchObject({ status: 200, json: { status: 'suspended', suspendedAt: expect.any(String) } });
    expect(await statuses()).toBe(401);
    await operator.post(`/tenants/${id}/suspend`);
    expect((await operator.post(`/tenants/${id}/resume`)).json).toMatchObject({ status: 'active', suspendedAt: null });
    expect(await statuses()).toBe(200);
    const told = (await eventsOf(app, id, 'tenant.%')).map(({ type }) => type);
    expect(told).toEqual(['tenant.created', 'tenant.suspended', 'tenant.resumed']);
  });
});

function oidc(issuer: string) {
  return { protocol: 'oidc', issuer };
}

function many(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `admin-${index}@acme.example`);
}
