import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { catchError, mergeMap, type Observable, of } from 'rxjs';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { LimitCounter } from '../config/limit-counter.js';
import type { AnswerStore, KeptAnswer, RepeatableRequest } from '../domain/repeatable-request.js';
import { Problem } from './problem.js';
import type { MusterRequest } from './request.js';
import { openAnswer, type Seal, sealAnswer } from './sealed-answer.js';
import { TooManyRequests } from './too-many-requests.js';

/** Injection token of the AnswerStore. */
export const ANSWER_STORE = Symbol('AnswerStore');

export const IDEMPOTENCY_KEY = 'Idempotency-Key';
const KEY = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;
const FULL = `The tenant has used as many values of ${IDEMPOTENCY_KEY} as it may within a day. Wait, or send the request without one.`;
const FULL_WAIT_S = 3600;
const THE_PLATFORM = '00000000-0000-0000-0000-000000000000';

/**
 * A POST of the management API with an Idempotency-Key is carried out once: sent again within a day, it gets the answer of the
 * first time, secrets included, as long as it comes with the same access token. A request that failed is forgotten.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(ANSWER_STORE) private readonly answers: AnswerStore,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly limits: LimitCounter,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<MusterRequest>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined) return next.handle();
    if (typeof key !== 'string' || !KEY.test(key)) {
      const detail = 'must be 1 to 255 printable ASCII characters without a space at either end';
      throw new Problem(422, `${IDEMPOTENCY_KEY}: ${detail}.`, [{ field: IDEMPOTENCY_KEY, detail }]);
    }
    return this.once(repeatable(request, key), tokenOf(request), http.getResponse<FastifyReply>(), next);
  }

  private async once(
    asked: RepeatableRequest,
    token: string,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    const seal = { token, request: asked.request };
    const claim = await this.answers.claim(asked, this.clock.now());
    switch (claim.kind) {
      case 'first':
        return next.handle().pipe(
          catchError(async (error: unknown) => {
            // What went wrong first is what is told; a key that stays behind is free again in a minute.
            await this.answers.forget(asked).catch(() => undefined);
            throw error;
          }),
          mergeMap(async (body: unknown) => {
            const sealed = sealAnswer(JSON.stringify({ body }), seal);
            await this.answers.keep(asked, { status: reply.statusCode, sealed });
            return body;
          }),
        );
      case 'answered':
        return of(repeated(claim, seal, reply));
      case 'running':
        throw new Problem(409, `A request with this ${IDEMPOTENCY_KEY} is under way; send it again in a minute.`);
      case 'full':
        this.limits.add('idempotencyKeys');
        throw new TooManyRequests(FULL, FULL_WAIT_S);
      case 'other':
        throw new Problem(
          422,
          `This ${IDEMPOTENCY_KEY} came with another request before; each request needs a new one.`,
        );
      default:
        return claim satisfies never;
    }
  }
}

function repeated(answer: KeptAnswer, seal: Seal, reply: FastifyReply): unknown {
  const text = openAnswer(answer.sealed, seal);
  if (text === undefined) {
    throw new Problem(
      409,
      `This request was carried out before (${answer.status}), for another access token; only that one gets the answer again. Read what it made instead.`,
    );
  }
  reply.code(answer.status).header('idempotency-replayed', 'true');
  return (JSON.parse(text) as { readonly body?: unknown }).body;
}

function repeatable({ caller, method, url, body }: MusterRequest, key: string): RepeatableRequest {
  return {
    tenantId: caller?.tenantId ?? THE_PLATFORM,
    actorId: caller?.serviceAccountId ?? THE_PLATFORM,
    keyDigest: digest(key),
    request: digest(JSON.stringify([method, url, body ?? null])),
  };
}

/** The guard has read it before; the scheme may be in any case. */
function tokenOf({ headers }: MusterRequest): string {
  return headers.authorization?.trim().split(' ').at(-1) ?? '';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
