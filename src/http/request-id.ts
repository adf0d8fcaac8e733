import type { IncomingMessage } from 'node:http';
import { newId } from '../config/new-id.js';

const SAFE = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's X-Request-Id when it is harmless in a header and a log line, otherwise a new UUIDv7. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SAFE.test(given) ? given : newId();
}
