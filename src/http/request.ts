import type { FastifyRequest } from 'fastify';
import type { Caller } from '../domain/caller.js';
import type { TokenFault } from '../domain/domain-event.js';
import type { Tolerance } from '../scim/index.js';
import type { BodyIntake } from './body-intake.js';
import type { Failure } from './failure.js';

/** Whose token was known and refused, and why. */
export interface RefusedCaller {
  readonly tenantId: string;
  /** Null for a token that is bound to no connection. */
  readonly connectionId: string | null;
  readonly reason: TokenFault | 'scope' | 'rate_limit';
}

/**
 * A request as the routes of Muster see it: `id` is the request id, `caller` is set by the judgement of its route and by nothing else.
 * The last four are for whoever writes down what came of the request.
 */
export interface MusterRequest extends FastifyRequest {
  caller?: Caller;
  /** The access rule under which it was let in; the guard compares it with the rule of the handler. */
  admittedUnder?: object;
  /** Takes so many units more from the rate limits of the caller. */
  charge?: (units: number) => void;
  /** Its body, from the moment it is let in until the request is answered. */
  intake?: BodyIntake;
  /** Set where a known caller is refused before the body is read. */
  refusedCaller?: RefusedCaller;
  /** What it was refused with; set where the answer is written. */
  failure?: Failure;
  /** Members of a group that no user has and that were left out. */
  skippedMembers?: readonly string[];
  /** What was tolerated in it. */
  tolerances?: ReadonlySet<Tolerance>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A document that everybody may read; the route has no controller. */
    isPublicDocument?: true;
  }
}
