import type { FastifyReply, FastifyRequest } from 'fastify';
import { ScimError } from '../scim/index.js';
import { acceptsScim } from './accept.js';
import { refuseEncodedBody } from './json-parser.js';
import { LIMITS } from './limits.js';
import { isScimUrl } from './scim-path.js';

/** On every answer: nothing guesses its type, nothing keeps it, no page shows it in a frame. */
const SAFETY = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

export function commonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(SAFETY);
  reply.header('x-request-id', request.id);
}

/**
 * What is refused before anybody asks who is calling, because it can be told from the header alone.
 * @throws ScimError 406, 414 or 415
 */
export function refuseByHeader(request: FastifyRequest): void {
  const { url = '/' } = request.raw;
  if (url.length > LIMITS.url) {
    throw new ScimError(414, undefined, `The URL is longer than ${LIMITS.url} characters.`);
  }
  refuseEncodedBody(request);
  if (isScimUrl(url) && !acceptsScim(request.headers.accept)) {
    throw new ScimError(406, undefined, 'The answer is application/scim+json; the Accept header does not allow it.');
  }
}
