import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import type { ListedRoute } from '../routes/route-list.js';
import { type Admin, adminOf } from './admin.js';
import { ask, leaks, routesWithIds, type Stranger, strangerIn } from './foreign-ids.js';

let app: TestApp;
let admin: Admin;
let routes: readonly ListedRoute[];
let theirs: Stranger;
beforeAll(async () => {
  app = await startTestApp();
  admin = await adminOf(await app.tenant());
  routes = routesWithIds(app);
  theirs = await strangerIn(app);
});
afterAll(() => app.close());

const state = () =>
  app.rows(`select (select json_agg(l) from team_links l) as links, (select json_agg(g) from team_grants g) as grants,
    (select count(*) from events) as events`);

describe("Another tenant's ids in the management API", () => {
  it('are answered like ids that nobody has, byte by byte, and nothing is touched', async () => {
    expect(routes.length).toBeGreaterThan(8);
    const before = await state();
    expect(await leaks(admin, routes, theirs.ids)).toEqual([]);
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
