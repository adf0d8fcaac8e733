import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { startTestApp, type TestApp } from '../../support/app.js';
import { listRoutes, routeTable } from './route-list.js';

const GOLDEN = new URL('../../golden/routes.txt', import.meta.url);

@Controller('forgotten')
class ForgottenController {
  @Get()
  tell(): string {
    return 'what nobody should hear';
  }
}

describe('The routes', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('are those in test/golden/routes.txt, each with who may call it (npm run golden rewrites it)', async () => {
    const table = routeTable(listRoutes(app.http));
    if (process.env.MUSTER_GOLDEN === 'write') await writeFile(GOLDEN, table);
    expect(table).toBe(await readFile(GOLDEN, 'utf8'));
  });

  it('all declare their access, and only the documentation page stands outside the guard', () => {
    const routes = listRoutes(app.http);
    expect(routes.filter(({ access }) => access.kind === 'refused')).toEqual([]);
    const outside = routes.filter(({ access }) => access.kind === 'unguarded').map(({ path }) => path);
    expect(outside.filter((path) => !path.startsWith('/docs'))).toEqual([]);
  });

  it('that write need a scope that writes', () => {
    const writing = listRoutes(app.http).filter(({ method, path }) => method !== 'GET' && !path.endsWith('/.search'));
    const scopes = writing.flatMap(({ access }) => (access.kind === 'scope' ? [access.scope] : []));
    expect(scopes.length).toBeGreaterThan(3);
    expect(scopes.filter((scope) => !/:write$|:admin$/.test(scope))).toEqual([]);
  });
});

describe('A route whose access was forgotten', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ controllers: [ForgottenController] });
  });
  afterAll(() => app.close());

  it('is refused to everybody', async () => {
    const { issued } = await app.connection();
    const { token } = await app.tenants.createToken({
      tenant: issued.tenant,
      scopes: ['tenant:admin', 'platform:admin'],
      connection: issued.connection.id,
    });
    for (const headers of [{}, { authorization: `Bearer ${token}` }]) {
      const answer = await app.http.inject({ url: '/forgotten', headers });
      expect(answer.statusCode).toBe(403);
      expect(answer.body).not.toContain('nobody should hear');
    }
  });

  it('shows in the list', () => {
    expect(routeTable(listRoutes(app.http))).toMatch(/^GET +\/forgotten +refused$/m);
  });
});
