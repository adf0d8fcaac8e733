import { URN } from '../../../src/scim/index.js';
import type { Method, ScimClient } from '../../support/app.js';
import { accountOf, person, unlinkedMember } from '../users/people.js';

/** What lies below a path with `:id`, for the sweep. */
export interface GuardedResource {
  /** Makes one in a tenant and gives the id it has in the path. */
  of(owner: ScimClient): Promise<string>;
  /** Bodies that would change it, by method, or by method and last part of the path where they differ. */
  readonly bodies: Readonly<Partial<Record<Method | `${Method} ${string}`, object>>>;
}

const rename = { schemas: [URN.patchOp], Operations: [{ op: 'replace', path: 'displayName', value: 'Changed' }] };

async function team(owner: ScimClient): Promise<string> {
  const { json } = await owner.post('/Groups', { schemas: [URN.group], displayName: 'Pilots' });
  return String(json.id);
}

async function webhookEndpoint({ tenant }: ScimClient): Promise<string> {
  const { token } = await tenant.app.tenants.createToken({ tenant: tenant.slug, scopes: ['webhooks:write'] });
  const wish = { url: 'https://hooks.example.com/muster' };
  const headers = { 'content-type': 'application/json' };
  const { json } = await tenant.app.call('POST', '/api/v1/webhook-endpoints', wish, { token, headers });
  return String(json.id);
}

async function serviceAccount({ tenant }: ScimClient): Promise<string> {
  const { token } = await tenant.app.tenants.createToken({ tenant: tenant.slug, scopes: ['tenant:admin'] });
  const wish = { name: 'ci', scopes: ['members:read'] };
  const headers = { 'content-type': 'application/json' };
  const { json } = await tenant.app.call('POST', '/api/v1/service-accounts', wish, { token, headers });
  return String(json.id);
}

/** Of a member whom nobody manages, under the policy that asks an admin. */
export async function adoptionReview(owner: ScimClient): Promise<string> {
  const { app, id } = owner.tenant;
  await app.rows(`update tenants set settings = settings || '{"adoptionPolicy":"review"}' where id = $1`, [id]);
  await unlinkedMember(owner.tenant, 'ada');
  const asking = await owner.tenant.connect('okta');
  await asking.post('/Users', person('ada'));
  const [review] = await app.rows('select id from adoption_reviews where tenant_id = $1', [id]);
  return String(review?.id);
}

/** By the path of the collection. A new collection fails the sweep until it is here. */
export const GUARDED_RESOURCES: Readonly<Record<string, GuardedResource>> = {
  '/scim/v2/Users': {
    of: async (owner) => (await owner.create(person('kim'))).id,
    bodies: { PUT: person('changed'), PATCH: rename },
  },
  '/scim/v2/Groups': { of: team, bodies: { PUT: { schemas: [URN.group], displayName: 'Changed' }, PATCH: rename } },
  '/api/v1/members': {
    of: async (owner) => accountOf(owner.tenant, (await owner.create(person('kim'))).id),
    bodies: {
      'POST link': { connectionId: '019bc119-0100-704a-9b48-cbd9c7f7fc0f' },
      'POST deactivate': { override: true },
      'POST reactivate': { override: true },
      'POST erase': { userName: 'kim@example.com' },
      'PUT external-id': { externalId: 'x-1' },
      'PUT break-glass': { breakGlass: true },
    },
  },
  '/api/v1/adoption-reviews': { of: adoptionReview, bodies: { 'POST approve': { version: 'seen' } } },
  '/api/v1/teams': { of: team, bodies: { PUT: { permission: 'can_view' } } },
  '/api/v1/webhook-endpoints': {
    of: webhookEndpoint,
    bodies: { POST: {}, PATCH: { description: 'Changed' } },
  },
  '/api/v1/service-accounts': {
    of: serviceAccount,
    bodies: {
      POST: {},
      PATCH: { name: 'Changed' },
      'POST federated-identities': { issuer: 'https://login.example.com', subject: 'a', audience: 'b' },
    },
  },
  '/api/v1/connections': {
    of: async (owner) => owner.issued.connection.id,
    bodies: { PATCH: { name: 'changed' }, 'POST enable': { token: true } },
  },
};
