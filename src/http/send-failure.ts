import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ScimError } from '../scim/index.js';
import type { Failure } from './failure.js';
import { isScimUrl } from './scim-path.js';

/** Writes a failure: a SCIM error under the SCIM path (RFC 7644 §3.12), problem details elsewhere (RFC 9457). */
export function sendFailure(failure: Failure, request: FastifyRequest, reply: FastifyReply): void {
  const scim = isScimUrl(request.raw.url ?? '/');
  // The server closes the connection of a body it did not read to the end, and a client still writing would see a reset
  // instead of this answer; without the header Node reads on and throws away.
  if (failure.status === 413) reply.removeHeader('connection');
  reply
    .code(failure.status)
    .headers({ ...failure.headers, 'content-type': scim ? SCIM_ERROR : PROBLEM })
    .send(JSON.stringify(scim ? scimBody(failure) : problemBody(failure)));
}

const SCIM_ERROR = 'application/scim+json; charset=utf-8';
const PROBLEM = 'application/problem+json; charset=utf-8';

export function scimBody({ status, scimType, detail }: Failure): object {
  return new ScimError(status, scimType, detail).toBody();
}

function problemBody({ status, detail, errors, more }: Failure): object {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail, ...(errors && { errors }), ...more };
}
