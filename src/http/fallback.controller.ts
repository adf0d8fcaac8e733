import { All, applyDecorators, Delete, Options, Patch, Post, Put, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import { ScimError } from '../scim/index.js';
import { notBuilt } from './features.js';
import type { MusterRequest } from './request.js';
import { Authenticated, ScimController } from './route.js';
import { RouteTable } from './route-table.js';
import { SCIM_PATH } from './scim-path.js';
import { ScimReply } from './scim-reply.js';

/** Marks the routes of the fallback for the router's hooks. Their bodies are not read, so nothing about a body is refused before them. */
const FALLBACK = { isFallback: true } as const;

const Refuses = () => applyDecorators(RouteConfig(FALLBACK), Authenticated());

/**
 * Whatever no other SCIM route takes. It is a route and not a not-found handler so that the guard comes first: without a
 * token nobody learns which paths exist.
 */
@ApiExcludeController()
@ScimController()
export class FallbackController {
  constructor(private readonly routes: RouteTable) {}

  @All('*')
  @Refuses()
  anywhere(@Req() request: MusterRequest): ScimReply {
    return this.refuse(request);
  }

  /** The root has a GET, so its other methods are listed one by one. */
  @Post()
  @Refuses()
  post(@Req() request: MusterRequest): ScimReply {
    return this.refuse(request);
  }

  @Put()
  @Refuses()
  put(@Req() request: MusterRequest): ScimReply {
    return this.refuse(request);
  }

  @Patch()
  @Refuses()
  patch(@Req() request: MusterRequest): ScimReply {
    return this.refuse(request);
  }

  @Delete()
  @Refuses()
  delete(@Req() request: MusterRequest): ScimReply {
    return this.refuse(request);
  }

  @Options()
  @Refuses()
  options(@Req() request: MusterRequest): ScimReply {
    return this.refuse(request);
  }

  private refuse(request: MusterRequest): ScimReply {
    const path = `/${pathOf(request.url)}`;
    const missing = notBuilt(path.slice(SCIM_PATH.length + 1));
    if (missing) throw new ScimError(501, undefined, missing);
    const methods = this.routes.methodsOf(path);
    if (methods.length === 0) throw new ScimError(404, undefined, 'There is no such endpoint.');
    const allow = { allow: methods.join(', ') };
    if (request.method === 'OPTIONS') return new ScimReply(204, undefined, allow);
    const detail = `${request.method} is not allowed here; allowed are ${allow.allow}.`;
    return new ScimReply(405, new ScimError(405, undefined, detail).toBody(), allow);
  }
}

/** Without the query and without empty segments, because the router overlooks those too. */
function pathOf(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
}
