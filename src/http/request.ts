import type { FastifyRequest } from 'fastify';
import type { Caller } from '../domain/caller.js';
import type { TokenFault } from '../domain/domain-event.js';
import type { Tolerance } from '../scim/index.js';
import type { Failure } from './failure.js';

/** Whose token the guard knew and turned away, and why. */
export interface RefusedCaller {
  readonly tenantId: string;
  /** Null for a token that is bound to no connection. */
  readonly connectionId: string | null;
  readonly reason: TokenFault | 'scope' | 'rate_limit';
}

/**
 * A request as the routes of Muster see it: `id` is the request id, `caller` is set by the guard and by nothing else, `bodySize` by
 * the parser. The last four are for whoever writes down what came of the request.
 */
export interface MusterRequest extends FastifyRequest {
  caller?: Caller;
  /** Bytes of the body as it was sent. */
  bodySize?: number;
  /** Set by the guard, when it was the guard that refused. */
  refusedCaller?: RefusedCaller;
  /** What it was refused with; set where the answer is written. */
  failure?: Failure;
  /** Members of a group that no user has and that were left out. */
  skippedMembers?: readonly string[];
  /** What was tolerated in it. */
  tolerances?: ReadonlySet<Tolerance>;
}
