import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, ForbiddenException, Get, Module, Req } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { AuthModule } from '../../../src/auth/auth.module.js';
import { JudgedGuard } from '../../../src/auth/judged.guard.js';
import { RouteRules } from '../../../src/auth/route-rules.js';
import { mintToken } from '../../../src/auth/token.js';
import { loadConfig } from '../../../src/config/config.js';
import { configModule } from '../../../src/config/config.module.js';
import { createApp } from '../../../src/configure-app.js';
import { httpModule } from '../../../src/http/http.module.js';
import type { MusterRequest } from '../../../src/http/request.js';
import { Authenticated, Public, RequiresScope, ScimController } from '../../../src/http/route.js';
import { ScimReply } from '../../../src/http/scim-reply.js';
import { persistenceModule } from '../../../src/persistence/persistence.module.js';
import { Settling } from '../../../src/persistence/settling.js';
import { systemStatement } from '../../../src/persistence/statement.js';
import type { IssuedToken } from '../../../src/tenants/issued-token.js';
import { TenantsService } from '../../../src/tenants/tenants.service.js';
import { FixedClock } from '../../support/fixed-clock.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

@ScimController('Probe')
class ScimProbe {
  @Get('read')
  @RequiresScope('members:read')
  read(@Req() { caller }: MusterRequest): ScimReply {
    return ScimReply.ok({ tenant: caller?.tenantSlug, idp: caller?.connection?.profile.name ?? null });
  }

  @Get('teams')
  @RequiresScope('teams:write')
  teams(): ScimReply {
    return ScimReply.ok({});
  }

  @Get('anyone')
  @Authenticated()
  anyone(): ScimReply {
    return ScimReply.ok({});
  }

  @Get('open')
  @Public()
  open(): ScimReply {
    return ScimReply.ok({});
  }

  @Get('forgotten')
  forgotten(): ScimReply {
    return ScimReply.ok({});
  }
}

@Controller('api/v1/probe')
class ManagementProbe {
  @Get()
  @RequiresScope('members:read')
  read(@Req() { caller }: MusterRequest): object {
    return { connection: caller?.connection?.id ?? null };
  }
}

const clock = new FixedClock();
let space: Workspace;
let tenants: TenantsService;
let app: NestFastifyApplication;
let issued: IssuedToken;

async function start(env: Record<string, string>): Promise<NestFastifyApplication> {
  const settling = new Settling(
    space.work,
    () => clock.now().getTime(),
    () => undefined,
  );

  @Module({
    imports: [
      configModule(loadConfig(env), clock),
      persistenceModule(space.work, settling),
      httpModule(() => Promise.resolve()),
      AuthModule,
    ],
    controllers: [ScimProbe, ManagementProbe],
  })
  class GuardedModule {}

  const started = await createApp(GuardedModule, loadConfig(env), pino({ enabled: false }));
  await started.init();
  await started.getHttpAdapter().getInstance().ready();
  return started;
}

beforeAll(async () => {
  space = await openWorkspace();
  tenants = new TenantsService(space.work, clock);
  await tenants.createTenant('acme');
  app = await start({ MUSTER_RATE_LIMIT: 'off' });
});
afterAll(async () => {
  await app.close();
  await space.close();
});

let names = 0;
beforeEach(async () => {
  names += 1;
  issued = await tenants.createConnection({ tenant: 'acme', idp: 'okta', name: `c-${names}` });
});

const get = (url: string, authorization?: string, from = app) =>
  from.inject({ method: 'GET', url, headers: authorization === undefined ? {} : { authorization } });
const read = (token: string, from = app) => get('/scim/v2/Probe/read', `Bearer ${token}`, from);
const change = (text: string, values = {}) =>
  space.work.system.run(systemStatement(`test.${text.slice(0, 50)}`, text), values);

describe('A good token', () => {
  it.each(['Bearer', 'bearer', 'BEARER'])('is let in behind the scheme %s', async (scheme) => {
    const answer = await get('/scim/v2/Probe/read', `${scheme} ${issued.token}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ tenant: 'acme', idp: 'okta' });
  });

  it('is let in at once the second time', async () => {
    await read(issued.token);
    expect((await read(issued.token)).statusCode).toBe(200);
  });

  it('has its use remembered when the server stops', async () => {
    const another = await start({ MUSTER_RATE_LIMIT: 'off' });
    await read(issued.token, another);
    await another.close();
    const used = (await tenants.listTokens('acme')).find(({ id }) => id === issued.tokenId);
    expect(used?.lastUsedAt).toBe(clock.now().toISOString());
  });
});

describe('401', () => {
  const cases: [string, () => string | undefined, RegExp][] = [
    ['no token', () => undefined, /An access token is needed/],
    ['another scheme', () => `Basic ${issued.token}`, /not valid/],
    ['no scheme', () => issued.token, /not valid/],
    ['an empty token', () => 'Bearer ', /not valid/],
    ['two tokens', () => `Bearer ${issued.token} ${issued.token}`, /not valid/],
    ['garbage', () => 'Bearer garbage', /not valid/],
    [
      'a wrong checksum',
      () => `Bearer ${issued.token.slice(0, -1)}${issued.token.endsWith('x') ? 'y' : 'x'}`,
      /not valid/,
    ],
    ['a token nobody was given', () => `Bearer ${mintToken()}`, /not valid/],
  ];

  it.each(cases)('for %s, in the words of SCIM', async (_what, authorization, detail) => {
    const answer = await get('/scim/v2/Probe/read', authorization());
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
    expect(answer.headers['content-type']).toMatch(/^application\/scim\+json/);
    expect(answer.json()).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '401',
      detail: expect.stringMatching(detail),
    });
  });

  it.each<[string, () => Promise<unknown>, RegExp, () => Promise<unknown>]>([
    ['a revoked token', () => tenants.revokeToken('acme', issued.tokenId), /has been revoked/, async () => undefined],
    ['an expired token', async () => clock.advance(365 * 86_400_000), /has expired/, async () => undefined],
    [
      'a suspended tenant',
      () => change(`update tenants set status = 'suspended'`),
      /tenant of this access token is suspended/,
      () => change(`update tenants set status = 'active'`),
    ],
    [
      'a disabled connection',
      () => change(`update connections set status = 'disabled' where id = $id`, { id: issued.connection.id }),
      /connection of this access token is disabled/,
      async () => undefined,
    ],
  ])('for %s, within a second of its last good use', async (_what, end, detail, mend) => {
    expect((await read(issued.token)).statusCode).toBe(200);
    await end();
    clock.advance(1000);
    const answer = await read(issued.token);
    await mend();
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toMatch(detail);
  });

  it('and not for a token one millisecond before its end', async () => {
    clock.advance(365 * 86_400_000 - 1);
    expect((await read(issued.token)).statusCode).toBe(200);
    clock.advance(1);
    expect((await read(issued.token)).statusCode).toBe(401);
  });
});

describe('403', () => {
  it('for a scope the token has not, and names it', async () => {
    const { token } = await tenants.createToken({ tenant: 'acme', scopes: ['teams:read'], connection: `c-${names}` });
    const answer = await get('/scim/v2/Probe/teams', `Bearer ${token}`);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ status: '403', detail: 'The access token lacks the scope teams:write.' });
    expect(answer.headers['www-authenticate']).toContain('insufficient_scope');
    expect((await get('/scim/v2/Probe/anyone', `Bearer ${token}`)).statusCode).toBe(200);
  });

  it('for a SCIM route and a token of no connection, however the path is spelt', async () => {
    await change('update access_tokens set connection_id = null where id = $id', { id: issued.tokenId });
    for (const path of [
      '/scim/v2/Probe/read',
      '/scim/v2/Probe/anyone',
      '//scim//v2/Probe/read',
      '/%73cim/v2/Probe/read',
    ]) {
      const answer = await get(path, `Bearer ${issued.token}`);
      expect(answer.statusCode).toBe(403);
      expect(answer.json().detail).toMatch(/bound to no connection/);
    }
    expect((await get('/api/v1/probe', `Bearer ${issued.token}`)).json()).toEqual({ connection: null });
  });

  it('for a route that states no access, to everybody', async () => {
    expect((await get('/scim/v2/Probe/forgotten', `Bearer ${issued.token}`)).statusCode).toBe(403);
    expect((await get('/scim/v2/Probe/forgotten')).statusCode).toBe(403);
  });
});

describe('The guard before a handler', () => {
  const activate = (admittedUnder: object | undefined) => {
    const context = new ExecutionContextHost([{ admittedUnder }], ScimProbe, ScimProbe.prototype.read);
    return new JudgedGuard(app.get(RouteRules)).canActivate(context);
  };
  const ruleOf = (handler: () => unknown) => app.get(RouteRules).of(ScimProbe, handler);

  it('lets no request pass that the hook of the route has not admitted, and none admitted for another route', () => {
    expect(() => activate(undefined)).toThrow(ForbiddenException);
    expect(() => activate(ruleOf(ScimProbe.prototype.open))).toThrow(ForbiddenException);
    expect(activate(ruleOf(ScimProbe.prototype.read as () => unknown))).toBe(true);
  });

  it('is fed by the router: a route that no controller declares is refused', () => {
    const rules = app.get(RouteRules);
    expect(rules.ofRoute('GET', '/scim/v2/Probe/read').access).toEqual({ kind: 'scope', scope: 'members:read' });
    expect(rules.ofRoute('HEAD', '/scim/v2/Probe/open').access).toEqual({ kind: 'public' });
    expect(rules.ofRoute('POST', '/scim/v2/Probe/open').access).toEqual({ kind: 'refused' });
    expect(rules.ofRoute('GET', '/scim/v2/Probe/elsewhere').access).toEqual({ kind: 'refused' });
  });
});

describe('A public route', () => {
  it.each([undefined, 'Bearer garbage'])('asks for no token and looks at none (%s)', async (authorization) => {
    expect((await get('/scim/v2/Probe/open', authorization)).statusCode).toBe(200);
  });
});

describe('With the rate limit on', () => {
  let limited: NestFastifyApplication;
  beforeAll(async () => {
    limited = await start({});
  });
  afterAll(() => limited.close());

  const statuses = async (count: number, send: () => Promise<{ statusCode: number }>) => {
    const answers: number[] = [];
    for (let sent = 0; sent < count; sent += 1) answers.push((await send()).statusCode);
    return answers;
  };

  it('the 101st request of a connection at one moment is 429 with Retry-After, in the words of SCIM', async () => {
    expect(new Set(await statuses(100, () => read(issued.token, limited)))).toEqual(new Set([200]));
    const answer = await read(issued.token, limited);
    expect(answer.statusCode).toBe(429);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '429' });
    clock.advance(1000);
    expect((await read(issued.token, limited)).statusCode).toBe(200);
  });

  it('another connection and other routes go on', async () => {
    await statuses(101, () => read(issued.token, limited));
    const other = await tenants.createConnection({ tenant: 'acme', idp: 'entra', name: `other-${names}` });
    expect((await read(other.token, limited)).statusCode).toBe(200);
    expect((await get('/api/v1/probe', `Bearer ${issued.token}`, limited)).statusCode).toBe(200);
  });

  it('who guesses tokens is slowed down, and the right token is let in all the same', async () => {
    const guesses = await statuses(101, () => read(mintToken(), limited));
    expect(guesses.indexOf(429)).toBe(100);
    expect((await read(issued.token, limited)).statusCode).toBe(200);
  });

  it('and with it off nobody is slowed down', async () => {
    expect(new Set(await statuses(101, () => read(issued.token)))).toEqual(new Set([200]));
    expect(new Set(await statuses(101, () => get('/scim/v2/Probe/read', 'Bearer garbage')))).toEqual(new Set([401]));
  });
});
