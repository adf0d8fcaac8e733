import type { FastifyRequest } from 'fastify';
import type { Caller } from '../domain/caller.js';

/** A request as the routes of Muster see it: `id` is the request id, `caller` is set by the guard and by nothing else, `bodySize` by the parser. */
export interface MusterRequest extends FastifyRequest {
  caller?: Caller;
  /** Bytes of the body as it was sent. */
  bodySize?: number;
}
