import { STATUS_CODES } from 'node:http';
import { HttpStatus } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../config/limits.js';
import { ScimError } from '../scim/index.js';
import type { Failure } from './failure.js';
import { oauthBody } from './oauth-body.js';
import { isScimUrl } from './scim-path.js';
import { TOKEN_PATH } from './token-path.js';
import { leaveBodyUnread } from './unread-body.js';

/**
 * Writes a failure: a SCIM error under the SCIM path (RFC 7644 §3.12), an OAuth error at the token endpoint (RFC 6749 §5.2),
 * problem details elsewhere (RFC 9457). Every 429 is sent a moment later, so that a client that does not wait cannot keep
 * the server busy with refusals.
 */
export function sendFailure(failure: Failure, request: FastifyRequest, reply: FastifyReply): void {
  if (failure.status === HttpStatus.TOO_MANY_REQUESTS) setTimeout(write, heldMs(), failure, request, reply);
  else write(failure, request, reply);
}

function write(failure: Failure, request: FastifyRequest, reply: FastifyReply): void {
  const [contentType, body] = bodyOf(failure, request);
  leaveBodyUnread(request, reply);
  // The wait that a route states is more exact than the one that goes with a status.
  const wait = reply.getHeader('retry-after');
  reply
    .code(failure.status)
    .headers({ ...failure.headers, ...(wait !== undefined && { 'retry-after': wait }), 'content-type': contentType })
    .send(JSON.stringify(body));
}

/** Not the same for all, so that what was refused together does not come back together. */
function heldMs(): number {
  return LIMITS.refusalHoldMs.value * (0.5 + Math.random() / 2);
}

function bodyOf(failure: Failure, request: FastifyRequest): [contentType: string, body: object] {
  if (isScimUrl(request.raw.url ?? '/')) return [SCIM_ERROR, scimBody(failure)];
  if (request.routeOptions.url === `/${TOKEN_PATH}`) return [OAUTH_ERROR, oauthBody(failure)];
  return [PROBLEM, problemBody(failure)];
}

const SCIM_ERROR = 'application/scim+json; charset=utf-8';
const OAUTH_ERROR = 'application/json; charset=utf-8';
const PROBLEM = 'application/problem+json; charset=utf-8';

export function scimBody({ status, scimType, detail }: Failure): object {
  return new ScimError(status, scimType, detail).toBody();
}

function problemBody({ status, detail, errors, more }: Failure): object {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail, ...(errors && { errors }), ...more };
}
