import { ForbiddenException, UnauthorizedException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Clock } from '../config/clock.js';
import type { Caller } from '../domain/caller.js';
import type { TokenFault } from '../domain/domain-event.js';
import { grants } from '../domain/service-account.js';
import { Problem } from '../http/problem.js';
import type { MusterRequest, RefusedCaller } from '../http/request.js';
import { TooManyRequests } from '../http/too-many-requests.js';
import type { AuthFailures } from './auth-failures.js';
import { bearerToken } from './bearer.js';
import type { LastUsed } from './last-used.js';
import type { PlatformToken } from './platform-token.js';
import type { RateLimits, RateVerdict } from './rate-limit.js';
import type { RouteRule } from './route-rules.js';
import { EXPIRED, type KnownFault, mayComeFrom, NOT_VALID, type Standing, wrongAddress } from './standing.js';
import { digest, looksLikeToken } from './token.js';
import type { TokenCache } from './token-cache.js';

const FORBIDDEN = 403;

interface Visit {
  readonly request: MusterRequest;
  readonly reply: FastifyReply;
  readonly rule: RouteRule;
}

/** What a token can be: one of a tenant's, or the platform's. */
export interface TokensKnown {
  readonly issued: TokenCache;
  readonly platform: PlatformToken;
}

/** What is remembered of tokens, and written down beside the requests. */
export interface TokenJournal {
  readonly uses: LastUsed;
  readonly failures: AuthFailures;
}

/**
 * Judges every request before the first byte of its body is read: who is calling, and whether the caller may. Answers at once,
 * without a promise, as long as the token was looked up a moment ago.
 */
export class RequestJudge {
  constructor(
    private readonly tokens: TokensKnown,
    private readonly journal: TokenJournal,
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  /**
   * Admits a request and sets its caller.
   * @throws UnauthorizedException 401, ForbiddenException or Problem 403, TooManyRequests 429
   * @throws DomainException `unavailable` while the database cannot answer
   */
  judge(request: MusterRequest, reply: FastifyReply, rule: RouteRule): true | Promise<true> {
    if (rule.access.kind === 'refused') throw new ForbiddenException('This route is closed to everybody.');
    const visit = { request, reply, rule };
    if (rule.access.kind === 'public') return this.admitPublic(visit);
    const { authorization } = request.headers;
    if (authorization === undefined) {
      this.countFailure(visit);
      throw new UnauthorizedException('An access token is needed; send it as "Authorization: Bearer <token>".');
    }
    const token = bearerToken(authorization);
    if (token === undefined) return this.admit(NOT_VALID, visit);
    if (rule.access.kind === 'platform') return this.admitToPlatform(token, visit);
    const key = digest(token);
    const standing = this.tokens.issued.fresh(key) ?? (looksLikeToken(token) ? undefined : NOT_VALID);
    return standing
      ? this.admit(standing, visit)
      : this.tokens.issued.check(key).then((checked) => this.admit(checked, visit));
  }

  private admit(standing: Standing, visit: Visit): true {
    if (standing.kind === 'refused') this.refuse(standing.detail, visit, standing.known);
    const { caller } = standing;
    if (standing.expiresAt <= this.clock.now().getTime()) this.refuse(EXPIRED, visit, faultOf(caller, 'expired'));
    if (!mayComeFrom(standing.networks, visit.request.ip)) this.turnAway(caller, visit);
    this.journal.uses.record(caller);
    this.permit(caller, visit);
    visit.request.caller = caller;
    visit.request.charge = (units) => this.limits.charge(caller, visit.rule.scim, units);
    return true;
  }

  /** No token of a tenant opens what is the platform's, whatever its scopes. */
  private admitToPlatform(token: string, visit: Visit): true {
    if (!this.tokens.platform.isSet) {
      throw new ForbiddenException('The administration of tenants is closed: MUSTER_PLATFORM_TOKEN is not set.');
    }
    if (!this.tokens.platform.is(token)) this.refuse('This needs the platform token.', visit);
    pass(this.limits.ofPlatform(visit.rule.weight), visit.reply, 'Too many requests with the platform token');
    return true;
  }

  private admitPublic({ request, reply, rule }: Visit): true {
    pass(this.limits.ofAddress(request.ip, rule.weight), reply, 'Too many requests from this address');
    return true;
  }

  /** A good token in a place where it should not be: whoever it was taken from hears of it in the audit log. */
  private turnAway(caller: Caller, { request }: Visit): never {
    this.note(faultOf(caller, 'address_not_allowed'), request);
    throw new Problem(FORBIDDEN, wrongAddress(request.ip));
  }

  private note(known: KnownFault, request: MusterRequest): void {
    this.journal.failures.record({ ...known, address: request.ip, requestId: request.id });
    const { tenantId, connectionId } = known.token;
    request.refusedCaller = { tenantId, connectionId, reason: known.fault };
  }

  private refuse(detail: string, visit: Visit, known?: KnownFault): never {
    if (known) this.note(known, visit.request);
    this.countFailure(visit);
    throw new UnauthorizedException(detail);
  }

  private countFailure({ request, reply }: Visit): void {
    pass(this.limits.ofFailure(request.ip), reply, 'Too many requests without a valid access token from this address');
  }

  private permit(caller: Caller, { request, reply, rule: { access, scim, weight } }: Visit): void {
    const verdict = this.limits.ofCaller(caller, scim, weight);
    if (verdict.seconds > 0) request.refusedCaller = refusedAs(caller, 'rate_limit');
    pass(verdict, reply, OVER_LIMIT);
    if (scim && !caller.connection) {
      throw new ForbiddenException(
        'The access token is bound to no connection; create one for a connection to use SCIM.',
      );
    }
    if (access.kind === 'scope' && !grants(caller.scopes, access.scope)) {
      request.refusedCaller = refusedAs(caller, 'scope');
      throw new ForbiddenException(`The access token lacks the scope ${access.scope}.`);
    }
  }
}

function refusedAs({ tenantId, connection }: Caller, reason: RefusedCaller['reason']): RefusedCaller {
  return { tenantId, connectionId: connection?.id ?? null, reason };
}

function faultOf({ tenantId, tokenId, serviceAccountId, connection }: Caller, fault: TokenFault): KnownFault {
  return { token: { tenantId, tokenId, serviceAccountId, connectionId: connection?.id ?? null }, fault };
}

/** What a caller over its rate limit reads before the wait. */
export const OVER_LIMIT = 'The access token is over its rate limit';

/** Puts the state of the rate limits on the answer. @throws TooManyRequests */
function pass({ seconds, headers }: RateVerdict, reply: FastifyReply, what: string): void {
  if (seconds > 0) throw new TooManyRequests(`${what}; wait ${seconds} s.`, seconds, headers);
  reply.headers(headers);
}
