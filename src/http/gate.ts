import { NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../config/limits.js';
import { ScimError } from '../scim/index.js';
import { acceptsScim } from './accept.js';
import { DOCS_PATH } from './docs-path.js';
import { refuseEncodedBody } from './json-parser.js';
import { isScimUrl } from './scim-path.js';
import { leaveBodyUnread } from './unread-body.js';

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

function isProbe({ raw: { url = '/' } }: FastifyRequest): boolean {
  const [path = ''] = url.split('?', 1);
  return WATCHED.includes(path);
}

/** @throws NotFoundException for everything that an instance with the role `worker` does not serve */
export function refuseAsWorker(request: FastifyRequest): void {
  if (!isProbe(request)) throw new NotFoundException('This instance works in the background and serves no requests.');
}

/**
 * Closes a connection that is beyond the limit with its first answer.
 * @throws ServiceUnavailableException 503 for everything but a probe
 */
export function refuseBeyondConnections(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('connection', 'close');
  if (!isProbe(request)) throw new ServiceUnavailableException('The server has too many connections; try again.');
}

/** Whether the route is one of the fallback, which answers paths and methods that no other route takes. */
export function isFallback({ config }: { readonly config?: unknown }): boolean {
  return typeof config === 'object' && config !== null && 'isFallback' in config && config.isFallback === true;
}

/**
 * Settles how the router reads the body, by the headers that the router goes by:
 * - The body of a request that the fallback answers is not read, so that a wrong method is told before a wrong body (RFC 9110 §15.5.6).
 * - The content type of a DELETE without content says nothing (§15.5.16).
 * - A SCIM body without a content type is `application/scim+json` (RFC 7644 §3.8).
 */
export function settleContentType(request: FastifyRequest, reply: FastifyReply): void {
  const { method, headers, routeOptions, raw } = request;
  if (isFallback(routeOptions)) {
    leaveBodyUnread(request, reply);
    for (const name of OF_CONTENT) delete headers[name];
  } else if (!hasContent(headers)) {
    if (method === 'DELETE') delete headers['content-type'];
  } else if (!headers['content-type']?.trim() && isScimUrl(raw.url ?? '/'))
    headers['content-type'] = 'application/scim+json';
}
const OF_CONTENT = ['content-type', 'content-length', 'content-encoding', 'transfer-encoding'];

function hasContent(headers: FastifyRequest['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * What is refused before anybody asks who is calling, because it can be told from the header alone.
 * @throws ScimError 406, 414 or 415
 * @throws NotFoundException where no route is, before a body is read
 */
export function refuseByHeader(request: FastifyRequest, reply: FastifyReply): void {
  const { url = '/' } = request.raw;
  if (url.length > LIMITS.urlCharacters.value) {
    throw new ScimError(414, undefined, `The URL is longer than ${LIMITS.urlCharacters.value} characters.`);
  }
  refuseEncodedBody(request);
  if (request.is404) throw new NotFoundException();
  // The router reads no body of these.
  if (request.method === 'GET' || request.method === 'HEAD') leaveBodyUnread(request, reply);
  if (isScimUrl(url) && !acceptsScim(request.headers.accept)) {
    throw new ScimError(406, undefined, 'The answer is application/scim+json; the Accept header does not allow it.');
  }
}
