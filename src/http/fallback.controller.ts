import { All, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ScimError } from '../scim/index.js';
import { notBuilt } from './features.js';
import type { MusterRequest } from './request.js';
import { Authenticated, ScimController } from './route.js';
import { RouteTable } from './route-table.js';
import { SCIM_PATH } from './scim-path.js';
import { ScimReply } from './scim-reply.js';

/**
 * Whatever no other SCIM route takes. It is a route and not a not-found handler so that the guard comes first: without a
 * token nobody learns which paths exist.
 */
@ApiExcludeController()
@ScimController()
export class FallbackController {
  constructor(private readonly routes: RouteTable) {}

  @All(['', '*'])
  @Authenticated()
  refuse(@Req() request: MusterRequest): ScimReply {
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
