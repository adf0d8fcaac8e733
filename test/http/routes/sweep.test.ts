import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { mintToken } from '../../../src/auth/token.js';
import { grants, SCOPES } from '../../../src/domain/service-account.js';
import { type Answer, type Method, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { person } from '../users/people.js';
import { GUARDED_RESOURCES, type GuardedResource } from './guarded-resources.js';
import { type ListedRoute, listRoutes } from './route-list.js';

let app: TestApp;
let client: ScimClient;
let guarded: readonly ListedRoute[];
let expired: string;
let revoked: string;
beforeAll(async () => {
  app = await startTestApp();
  client = await app.connection();
  guarded = listRoutes(app.http).filter(({ access }) => access.kind === 'scope' || access.kind === 'authenticated');
  expired = await tokenOf(['tenant:admin'], '30m');
  app.clock.advance(30 * 60_000);
  const issued = await app.tenants.createToken({ tenant: client.tenant.slug, scopes: ['tenant:admin'] });
  await app.tenants.revokeToken(client.tenant.slug, issued.tokenId);
  revoked = issued.token;
});
afterAll(() => app.close());

async function tokenOf(scopes: readonly string[], expires?: string): Promise<string> {
  return (await app.tenants.createToken({ tenant: client.tenant.slug, scopes, expires })).token;
}

/** A route that takes every method is asked with each of the usual ones. */
const methodsOf = ({ method }: ListedRoute): Method[] =>
  method === 'ALL' ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] : [method as Method];

/** The first parameter is the id in question; the others never decide before it does. */
function filled(path: string, id = uuid()): string {
  return (
    path
      .replace(/:\w+/, id)
      .replace(/:name$/, 'reports:read')
      .replace(/:\w+$/, uuid())
      .replace(/\*$/, '/Nowhere')
      // A stream has no end to wait for.
      .replace(/\/stream$/, '/stream?after=nowhere')
  );
}

async function ask(route: ListedRoute, token: string | undefined, path = filled(route.path)): Promise<Answer[]> {
  const send = (method: Method) =>
    app.call(method, path, ['GET', 'DELETE'].includes(method) ? undefined : {}, token === undefined ? {} : { token });
  return Promise.all(methodsOf(route).map(send));
}

/** What each guarded route answered that is not as it should be; so that one failure shows all of them. */
async function strays(token: string | undefined, isRight: (answer: Answer, route: ListedRoute) => boolean) {
  const found = await Promise.all(
    guarded.map(async (route) => {
      const wrong = (await ask(route, token)).filter((answer) => !isRight(answer, route));
      return wrong.map(({ status }) => `${route.method} ${route.path} ${status}`);
    }),
  );
  return found.flat();
}

const is401 = ({ status, headers, json }: Answer) =>
  status === 401 && String(json.status) === '401' && /^Bearer realm=/.test(headers['www-authenticate'] ?? '');

describe('Every guarded route', () => {
  it('is there to be asked', () => {
    expect(guarded.length).toBeGreaterThan(6);
  });

  it.each<[string, () => string | undefined]>([
    ['no token', () => undefined],
    ['garbage', () => 'garbage'],
    ['a token nobody was given', () => mintToken()],
    ['an expired token', () => expired],
    ['a revoked token', () => revoked],
  ])('answers 401 to %s', async (_what, token) => {
    expect(await strays(token(), is401)).toEqual([]);
  });

  it('answers 403 to every scope that does not grant its own, all of them together', async () => {
    for (const wanted of new Set(guarded.flatMap(({ access }) => (access.kind === 'scope' ? [access.scope] : [])))) {
      const others = SCOPES.filter((scope) => !grants([scope], wanted));
      const token = await tokenOf(others);
      const open = await strays(token, ({ status }, { access }) =>
        access.kind === 'scope' && access.scope === wanted ? status === 403 : true,
      );
      expect({ wanted, open }).toEqual({ wanted, open: [] });
    }
  });

  it('lets the right scope in, as a control', async () => {
    const token = await tokenOf(['tenant:admin']);
    const shut = await strays(token, ({ status }) => status !== 401 && status !== 403);
    expect(shut).toEqual([]);
  });
});

describe("Another tenant's ids", () => {
  const collectionOf = (path: string) => path.slice(0, path.indexOf('/:'));

  it('are as unknown as ids that nobody has: the same answer, byte by byte, and nothing is touched', async () => {
    const withId = guarded.filter(({ path }) => path.includes('/:'));
    expect(withId.length).toBeGreaterThan(3);
    const token = await tokenOf(['tenant:admin']);
    for (const route of withId) {
      const collection = collectionOf(route.path);
      const resource = GUARDED_RESOURCES[collection];
      if (!resource) throw new Error(`${collection} has to be added to GUARDED_RESOURCES.`);
      const stranger = await app.connection();
      const [id, nobody] = [await resource.of(stranger), uuid()];
      const before = await everythingOf(stranger);
      const [method, path] = [route.method as Method, filled(route.path, id)];
      const send = (given: string) =>
        app.call(method, path.replace(id, given), bodyFor(resource, method, path), {
          token,
          headers: { 'x-request-id': 'same' },
        });
      const [foreign, absent] = [await send(id), await send(nobody)];
      expect({ path, status: foreign.status }).toEqual({ path, status: 404 });
      expect(withoutTime(foreign, id)).toEqual(withoutTime(absent, nobody));
      expect(await everythingOf(stranger)).toEqual(before);
    }
  });

  it('are found by their own tenant, as a control', async () => {
    const reads = guarded.filter(({ method, path }) => method === 'GET' && path.split('/:').length === 2);
    const collections = new Set(reads.map(({ path }) => collectionOf(path)));
    expect([...collections].sort()).toEqual(Object.keys(GUARDED_RESOURCES).sort());
    for (const { path } of reads) {
      const owner = await app.connection();
      const { token } = await app.tenants.createToken({ tenant: owner.tenant.slug, scopes: ['tenant:admin'] });
      const id = await GUARDED_RESOURCES[collectionOf(path)]?.of(owner);
      const { status } = await app.call('GET', filled(path, id), undefined, { token });
      expect({ path, status }).toEqual({ path, status: 200 });
    }
  });

  it('are in no list and no filter', async () => {
    const stranger = await app.connection();
    const { id } = await stranger.create(person('kim', { externalId: 'x-1' }));
    for (const filter of [`id eq "${id}"`, 'userName eq "kim@example.com"', 'externalId eq "x-1"', 'userName pr']) {
      expect((await client.find(filter)).json.totalResults).toBe(0);
      expect((await stranger.find(filter)).json.totalResults).toBe(1);
    }
    expect((await client.get('/Users')).json.totalResults).toBe(0);
  });
});

function bodyFor({ bodies }: GuardedResource, method: Method, path: string): object | undefined {
  return bodies[`${method} ${path.split('/').at(-1)}`] ?? bodies[method];
}

/** All rows of a tenant, but for what is written at any time: the last use of tokens, and the provisioning log. */
async function everythingOf({ tenant }: ScimClient): Promise<unknown> {
  const tables = await app.rows(
    `select table_name from information_schema.columns
     where table_schema = 'public' and column_name = 'tenant_id' and table_name <> 'access_tokens'
       and table_name not like 'provisioning%' order by 1`,
  );
  const rowsOf = (table: string) =>
    app.rows(`select t::text as row from ${table} t where tenant_id = $1 order by 1`, [tenant.id]);
  return Promise.all(tables.map(({ table_name }) => rowsOf(String(table_name))));
}

/** Everything a client can see but the time, with the id that was asked for left open. */
function withoutTime({ status, headers: { date: _, ...headers }, text }: Answer, id: string): object {
  return { status, headers, text: text.replaceAll(id, 'ID') };
}
