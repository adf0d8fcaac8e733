import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { LimitCounter } from '../config/limit-counter.js';
import { failureOf } from './failure.js';
import { LimitReached } from './problem.js';
import type { MusterRequest } from './request.js';
import { sendFailure } from './send-failure.js';

/**
 * The one stop of every error: of routes, and of what no interceptor sees (guards, bodies that are not JSON, unknown
 * routes). An interceptor for the former would translate by the same table and cost each request a third more time.
 */
@Catch()
export class EveryExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly limits: LimitCounter,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<MusterRequest>();
    const failure = failureOf(error, request);
    request.failure = failure;
    if (error instanceof LimitReached) this.limits.add(error.limit);
    if (failure.unexpected) this.logger.error({ requestId: request.id, err: error }, 'request failed');
    sendFailure(failure, request, http.getResponse<FastifyReply>());
  }
}
