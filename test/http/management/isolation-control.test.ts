import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Statement, TenantStatement, Values } from '../../../src/persistence/statement.js';
import { TenantSession, UnitOfWork } from '../../../src/persistence/unit-of-work.js';
import { startTestApp, type TestApp, TestTenant } from '../../support/app.js';
import { Admin, adminOf } from './admin.js';
import { leaks, routesWithIds, type Stranger, strangerIn } from './foreign-ids.js';

/** What makes a statement stay in its tenant, in its own words. */
const TENANT_CONDITION = /\b(\w+\.)?tenant_id = \$\d+::uuid/g;

function bare(statement: Statement): TenantStatement {
  return { ...statement, kind: 'tenant', text: statement.text.replace(TENANT_CONDITION, 'true') };
}

/** Every statement without the condition on its tenant; the tenant is bound all the same, for row level security. */
class Unfiltered extends UnitOfWork {
  override forTenant(tenantId: string): TenantSession {
    const session = super.forTenant(tenantId);
    const through =
      (inner: TenantSession) =>
      <R extends object>(statement: Statement, parts: readonly Values[]) =>
        inner.run<R>(bare(statement), ...parts);
    return new TenantSession(tenantId, through(session), (work) =>
      session.transaction((inner) => work(through(inner))),
    );
  }
}

let app: TestApp;
let unfiltered: TestApp;
let admin: Admin;
let theirs: Stranger;
beforeAll(async () => {
  app = await startTestApp();
  unfiltered = await startTestApp({ beside: app, work: Unfiltered });
  admin = await adminOf(await app.tenant());
  theirs = await strangerIn(app);
});
afterAll(async () => {
  await unfiltered.close();
  await app.close();
});

/** In this database alone. */
const endRowLevelSecurity = () =>
  app.rows(`do $$ declare name regclass; begin
    for name in select oid from pg_class where relrowsecurity loop
      execute format('alter table %s disable row level security', name);
    end loop; end $$`);

/** The same admin at another instance. */
const at = (instance: TestApp) => new Admin(new TestTenant(instance, admin.tenant.id, admin.tenant.slug), admin.token);
const sweep = (instance: TestApp, routes = routesWithIds(instance)) => leaks(at(instance), routes, theirs.ids);

describe("The sweep of another tenant's ids", () => {
  it('finds nothing without the conditions on the tenant, by row level security alone', async () => {
    expect(await sweep(unfiltered)).toEqual([]);
  });

  it('finds nothing without row level security, by the conditions alone', async () => {
    await endRowLevelSecurity();
    expect(await sweep(app)).toEqual([]);
  });

  it('finds a leak in every route that reads when both are gone', async () => {
    const reading = routesWithIds(app).filter(({ method }) => method === 'GET');
    const found = await sweep(unfiltered, reading);
    expect(reading.length).toBeGreaterThan(8);
    const answers = found.map(({ route: { path }, foreign: { status } }) => ({ path, status }));
    expect(answers).toEqual(reading.map(({ path }) => ({ path, status: 200 })));
  });
});
