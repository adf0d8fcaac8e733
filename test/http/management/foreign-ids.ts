import { isDeepStrictEqual } from 'node:util';
import { v7 as uuid } from 'uuid';
import { Relay } from '../../../src/events/relay.js';
import type { Answer, Method, TestApp } from '../../support/app.js';
import { sealAll } from '../../support/relays.js';
import { logOf } from '../provisioning-log/log-reader.js';
import { adoptionReview } from '../routes/guarded-resources.js';
import { type ListedRoute, listRoutes } from '../routes/route-list.js';
import { type Admin, adminOf, group, someone } from './admin.js';

/** What stands in a path, by the collection before it. A new collection fails here until it is named. */
export interface Ids {
  readonly teams: string;
  readonly links: string;
  readonly grants: string;
  readonly members: string;
  readonly 'adoption-reviews': string;
  readonly connections: string;
  readonly 'webhook-endpoints': string;
  readonly deliveries: string;
  readonly log: string;
  readonly 'service-accounts': string;
  readonly 'federated-identities': string;
  readonly secrets: string;
  readonly tokens: string;
}

const IDENTITY = { issuer: 'https://login.example.com', subject: 'pipeline', audience: 'muster' };

/** What a route that wants a body is sent. */
const BODIES: Readonly<Record<string, object>> = {
  'POST /api/v1/adoption-reviews/:id/approve': { version: 'seen' },
  'PUT /api/v1/teams/:id/links/:groupId': { permission: 'can_view' },
  'POST /api/v1/members/:id/link': { connectionId: '019bc119-0100-704a-9b48-cbd9c7f7fc0f' },
  'POST /api/v1/members/:id/erase': { userName: 'kim@example.com' },
  'PUT /api/v1/members/:id/external-id': { externalId: 'x-1' },
  'PUT /api/v1/members/:id/break-glass': { breakGlass: false },
  'PATCH /api/v1/connections/:id': { name: 'changed' },
  'PATCH /api/v1/service-accounts/:id': { name: 'changed' },
  'POST /api/v1/service-accounts/:id/federated-identities': IDENTITY,
  'PATCH /api/v1/webhook-endpoints/:id': { description: 'Changed' },
  'POST /api/v1/webhook-endpoints/:id/rotate-secret': { overlapHours: 1 },
  'POST /api/v1/webhook-endpoints/:id/replay': { fromSeq: 1 },
};

/** A tenant that has one of everything, for admins of other tenants to ask for. */
export interface Stranger {
  readonly admin: Admin;
  readonly ids: Ids;
}

/** The routes of the management API with an id in their path. */
export function routesWithIds({ http }: TestApp): readonly ListedRoute[] {
  return listRoutes(http).filter(
    ({ path, access }) => path.startsWith('/api/v1/') && path.includes('/:') && access.kind === 'scope',
  );
}

export async function strangerIn(app: TestApp): Promise<Stranger> {
  const client = await app.connection();
  const member = await someone(client, 'kim');
  const [team, pilots] = [await group(client, 'Theirs', [member]), await group(client, 'Pilots', [member])];
  const admin = await adminOf(client.tenant);
  await admin.link(team, pilots, 'can_view');
  await admin.put(`/teams/${team}/grants/audit`);
  const hook = await admin.call('POST', '/webhook-endpoints', { url: 'https://hooks.example.com/theirs' });
  const ids = { teams: team, links: pilots, grants: 'audit', members: member.id };
  const [connections, endpoint] = [client.issued.connection.id, String(hook.json.id)];
  const deliveries = await deliveryTo(endpoint, admin);
  const reviews = await adoptionReview(client);
  return {
    admin,
    ids: {
      ...ids,
      ...{ connections, 'webhook-endpoints': endpoint, deliveries, 'adoption-reviews': reviews },
      log: String((await logOf(admin, client))[0]?.id),
      ...(await accountsOf(admin)),
    },
  };
}

async function deliveryTo(endpoint: string, owner: Admin): Promise<string> {
  await owner.call('POST', `/webhook-endpoints/${endpoint}/test`);
  await sealAll(owner.tenant.app.http.get(Relay));
  const { json } = await owner.get(`/webhook-endpoints/${endpoint}/deliveries`);
  return String((json.items as { readonly id: string }[])[0]?.id);
}

async function accountsOf(owner: Admin) {
  const made = async (path: string, body: object) => String((await owner.call('POST', path, body)).json.id);
  const account = await made('/service-accounts', { name: 'theirs', scopes: ['members:read'] });
  return {
    'service-accounts': account,
    'federated-identities': await made(`/service-accounts/${account}/federated-identities`, IDENTITY),
    secrets: await made(`/service-accounts/${account}/secrets`, {}),
    tokens: await made(`/service-accounts/${account}/tokens`, {}),
  };
}

const filled = (path: string, ids: Ids) =>
  path.replace(/\/([\w-]+)\/:\w+/g, (_, collection: string) => {
    const id = ids[collection as keyof Ids];
    if (id === undefined) throw new Error(`${collection} has to be added to Ids.`);
    return `/${collection}/${id}`;
  });

export function ask(who: Admin, { method, path }: ListedRoute, ids: Ids): Promise<Answer> {
  const headers = { 'x-request-id': 'same' };
  return who.call(method as Method, filled(path, ids).replace('/api/v1', ''), BODIES[`${method} ${path}`], headers);
}

const idsOfNobody = (): Ids => ({
  teams: uuid(),
  links: uuid(),
  grants: uuid(),
  members: uuid(),
  'adoption-reviews': uuid(),
  connections: uuid(),
  'webhook-endpoints': uuid(),
  deliveries: uuid(),
  log: uuid(),
  'service-accounts': uuid(),
  'federated-identities': uuid(),
  secrets: uuid(),
  tokens: uuid(),
});

const seen = ({ status, headers: { date: _, ...headers }, text }: Answer) => ({ status, headers, text });
export interface Leak {
  readonly route: ListedRoute;
  readonly foreign: ReturnType<typeof seen>;
  readonly nobody: ReturnType<typeof seen>;
}

/** Asks for another tenant's ids, and finds the answers that are not those to ids that nobody has, byte by byte. */
export async function leaks(who: Admin, routes: readonly ListedRoute[], theirs: Ids): Promise<readonly Leak[]> {
  const found: Leak[] = [];
  const ofNobody = { ...idsOfNobody(), grants: 'audit' };
  for (const route of routes) {
    const foreign = seen(await ask(who, route, theirs));
    const nobody = seen(await ask(who, route, ofNobody));
    if (foreign.status !== 404 || !isDeepStrictEqual(foreign, nobody)) found.push({ route, foreign, nobody });
  }
  return found;
}
