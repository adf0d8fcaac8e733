import { NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../config/limits.js';
import { ScimError } from '../scim/index.js';
import { acceptsScim } from './accept.js';
import { DOCS_PATH } from './docs-path.js';
import { refuseEncodedBody } from './json-parser.js';
import { isScimUrl } from './scim-path.js';

/** On every answer: nothing guesses its type, nothing keeps it, no page shows it in a frame. */
const SAFETY = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** The documentation page loads its own scripts and styles and talks to this server, to nobody else. */
const PAGE_SAFETY = {
  ...SAFETY,
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
};

export function commonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(request.url.startsWith(`/${DOCS_PATH}`) ? PAGE_SAFETY : SAFETY);
  reply.header('x-request-id', request.id);
}

/** What an instance answers that serves no requests: those who watch over it. */
const WATCHED = ['/livez', '/readyz', '/metrics'];

/** @throws NotFoundException for everything that an instance with the role `worker` does not serve */
export function refuseAsWorker(request: FastifyRequest): void {
  const [path = ''] = (request.raw.url ?? '').split('?', 1);
  if (!WATCHED.includes(path))
    throw new NotFoundException('This instance works in the background and serves no requests.');
}

/**
 * What is refused before anybody asks who is calling, because it can be told from the header alone.
 * @throws ScimError 406, 414 or 415
 */
export function refuseByHeader(request: FastifyRequest): void {
  const { url = '/' } = request.raw;
  if (url.length > LIMITS.urlCharacters.value) {
    throw new ScimError(414, undefined, `The URL is longer than ${LIMITS.urlCharacters.value} characters.`);
  }
  refuseEncodedBody(request);
  if (isScimUrl(url) && !acceptsScim(request.headers.accept)) {
    throw new ScimError(406, undefined, 'The answer is application/scim+json; the Accept header does not allow it.');
  }
}
