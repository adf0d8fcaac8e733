import {
  Delete,
  ForbiddenException,
  Get,
  Global,
  Module,
  Param,
  Patch,
  Post,
  Put,
  Query,
  UnauthorizedException,
} from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { pino } from 'pino';
import { JudgedGuard } from '../../src/auth/judged.guard.js';
import { RequestJudge } from '../../src/auth/request-judge.js';
import { type RouteRule, RouteRules } from '../../src/auth/route-rules.js';
import { loadConfig } from '../../src/config/config.js';
import { configModule } from '../../src/config/config.module.js';
import { createApp } from '../../src/configure-app.js';
import type { Caller } from '../../src/domain/caller.js';
import { DomainException } from '../../src/domain/domain-error.js';
import { IDP_PROFILES } from '../../src/domain/idp-profile.js';
import { DEFAULT_SETTINGS } from '../../src/domain/tenant.js';
import { httpModule } from '../../src/http/http.module.js';
import type { MusterRequest } from '../../src/http/request.js';
import { RequiresScope, ScimBody, ScimController } from '../../src/http/route.js';
import { Call, type ScimCall } from '../../src/http/scim-call.js';
import { ScimReply } from '../../src/http/scim-reply.js';
import type { JsonObject } from '../../src/scim/index.js';

const caller: Caller = {
  tenantId: '019aa000-0000-7000-8000-000000000001',
  tenantSlug: 'acme',
  serviceAccountId: '019aa000-0000-7000-8000-000000000002',
  tokenId: '019aa000-0000-7000-8000-000000000003',
  scopes: ['members:write'],
  settings: DEFAULT_SETTINGS,
  limits: {},
  connection: { id: '019aa000-0000-7000-8000-000000000004', profile: IDP_PROFILES.generic, unknownMembers: 'refuse' },
};

/** Stands where the real judge stands: "Bearer good" may write members, everybody else nothing. */
class ProbeJudge implements Pick<RequestJudge, 'judge'> {
  judge(request: MusterRequest, _reply: FastifyReply, { access }: RouteRule): true {
    if (access.kind === 'public') return true;
    if (request.headers.authorization !== 'Bearer good') throw new UnauthorizedException('This needs an access token.');
    if (access.kind === 'scope' && access.scope !== 'members:write')
      throw new ForbiddenException('The scope is missing.');
    request.caller = caller;
    return true;
  }
}

/** Named like the real one, because the OpenAPI document finds its texts by that name. */
@ScimController('Users')
class UsersController {
  @Get(':id')
  @RequiresScope('members:write')
  read(@Param('id') id: string): ScimReply {
    if (id === 'absent') throw new DomainException({ kind: 'notFound', resource: 'User', id });
    if (id === 'taken') throw new DomainException({ kind: 'conflict', attribute: 'userName' });
    if (id === 'stale') throw new DomainException({ kind: 'staleVersion' });
    if (id === 'down') throw new DomainException({ kind: 'unavailable' });
    if (id === 'bug') throw new Error('secret detail of the inside');
    if (id === 'same') return ScimReply.notModified('W/"1"');
    return ScimReply.ok(`{"id":${JSON.stringify(id)}}`, { etag: 'W/"1"' });
  }

  @Get()
  @RequiresScope('members:write')
  list(@Query() query: Record<string, string>): ScimReply {
    return ScimReply.ok({ query });
  }

  @Post()
  @RequiresScope('members:write')
  create(@Call() call: ScimCall, @ScimBody() body: JsonObject): ScimReply {
    const { requestId, connection } = call;
    return ScimReply.created({ body, requestId, connection }, { etag: 'W/"1"', location: 'https://example.com/1' });
  }

  @Post('.search')
  @RequiresScope('members:write')
  search(@ScimBody() body: JsonObject): ScimReply {
    return ScimReply.ok(body);
  }

  @Put(':id')
  @RequiresScope('members:write')
  replace(@ScimBody() body: JsonObject): ScimReply {
    return ScimReply.ok(body);
  }

  @Patch(':id')
  @RequiresScope('teams:write')
  patch(): ScimReply {
    return ScimReply.noContent();
  }

  @Delete(':id')
  @RequiresScope('members:write')
  remove(): ScimReply {
    return ScimReply.noContent();
  }
}

export interface ProbeOptions {
  /** Where log lines go; nowhere when absent. */
  readonly lines?: string[];
  readonly databaseAnswers?: () => Promise<unknown>;
  readonly env?: Record<string, string>;
}

/** The real parsers, hooks, filter and discovery around one controller that does nothing but answer. */
export async function probeApp({ lines, databaseAnswers, env }: ProbeOptions = {}): Promise<NestFastifyApplication> {
  const config = loadConfig({ MUSTER_PUBLIC_URL: 'https://scim.example.com', ...env });

  @Global()
  @Module({
    imports: [DiscoveryModule, configModule(config), httpModule(databaseAnswers ?? (() => Promise.resolve()))],
    controllers: [UsersController],
    providers: [
      RouteRules,
      { provide: RequestJudge, useClass: ProbeJudge },
      { provide: APP_GUARD, useClass: JudgedGuard },
    ],
  })
  class ProbeModule {}

  const logger = pino({ enabled: lines !== undefined }, { write: (line: string) => lines?.push(line) });
  const app = await createApp(ProbeModule, config, logger);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
