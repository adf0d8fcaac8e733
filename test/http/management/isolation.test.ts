import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { Relay } from '../../../src/events/relay.js';
import { type Answer, type Method, startTestApp, type TestApp } from '../../support/app.js';
import { sealAll } from '../../support/relays.js';
import { logOf } from '../provisioning-log/log-reader.js';
import { adoptionReview } from '../routes/guarded-resources.js';
import { type ListedRoute, listRoutes } from '../routes/route-list.js';
import { type Admin, adminOf, group, someone } from './admin.js';

/** What stands in a path, by the collection before it. A new collection fails here until it is named. */
interface Ids {
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

let app: TestApp;
let admin: Admin;
let routes: readonly ListedRoute[];
let theirs: { readonly admin: Admin; readonly ids: Ids };
beforeAll(async () => {
  app = await startTestApp();
  admin = await adminOf(await app.tenant());
  routes = listRoutes(app.http).filter(
    ({ path, access }) => path.startsWith('/api/v1/') && path.includes('/:') && access.kind === 'scope',
  );
  const client = await app.connection();
  const member = await someone(client, 'kim');
  const [team, pilots] = [await group(client, 'Theirs', [member]), await group(client, 'Pilots', [member])];
  const stranger = await adminOf(client.tenant);
  await stranger.link(team, pilots, 'can_view');
  await stranger.put(`/teams/${team}/grants/audit`);
  const hook = await stranger.call('POST', '/webhook-endpoints', { url: 'https://hooks.example.com/theirs' });
  const ids = { teams: team, links: pilots, grants: 'audit', members: member.id };
  const [connections, endpoint] = [client.issued.connection.id, String(hook.json.id)];
  const deliveries = await deliveryTo(endpoint, stranger);
  const reviews = await adoptionReview(client);
  theirs = {
    admin: stranger,
    ids: {
      ...ids,
      ...{ connections, 'webhook-endpoints': endpoint, deliveries, 'adoption-reviews': reviews },
      log: String((await logOf(stranger, client))[0]?.id),
      ...(await accountsOf(stranger)),
    },
  };
});
afterAll(() => app.close());

async function deliveryTo(endpoint: string, owner: Admin): Promise<string> {
  await owner.call('POST', `/webhook-endpoints/${endpoint}/test`);
  await sealAll(app.http.get(Relay));
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

function ask(who: Admin, { method, path }: ListedRoute, ids: Ids): Promise<Answer> {
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
const state = () =>
  app.rows(`select (select json_agg(l) from team_links l) as links, (select json_agg(g) from team_grants g) as grants,
    (select count(*) from events) as events`);

describe("Another tenant's ids in the management API", () => {
  it('are answered like ids that nobody has, byte by byte, and nothing is touched', async () => {
    expect(routes.length).toBeGreaterThan(8);
    const before = await state();
    const nobody = { ...idsOfNobody(), grants: 'audit' };
    for (const route of routes) {
      const foreign = await ask(admin, route, theirs.ids);
      expect({ route, ...seen(foreign) }).toEqual({ route, ...seen(await ask(admin, route, nobody)), status: 404 });
    }
    expect(await state()).toEqual(before);
  });

  it('are good for their own tenant, as a control', async () => {
    const endsIt = ({ method, path }: ListedRoute) =>
      method === 'DELETE' || path.endsWith('/erase') ? 100 - path.length : 0;
    for (const route of [...routes].sort((one, other) => endsIt(one) - endsIt(other))) {
      const { status } = await ask(theirs.admin, route, theirs.ids);
      // What one route did may stand in the way of another, but what is asked for is there.
      const good = status < 300 || status === 409 || (status === 422 && route.path.endsWith('/link'));
      expect({ route, status, good }).toEqual({ route, status, good: true });
    }
  });

  it('are in no list', async () => {
    expect((await admin.get('/teams')).json).toEqual({ items: [], next: null });
    expect((await theirs.admin.get('/teams')).json.items).toHaveLength(2);
  });
});
