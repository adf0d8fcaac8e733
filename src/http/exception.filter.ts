import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { failureOf } from './failure.js';
import type { MusterRequest } from './request.js';
import { sendFailure } from './send-failure.js';

/** The last stop of every error, also of those no interceptor sees: guards, bodies that are not JSON, unknown routes. */
@Catch()
export class EveryExceptionFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<MusterRequest>();
    const failure = failureOf(error, request);
    if (failure.unexpected) this.logger.error({ requestId: request.id, err: error }, 'request failed');
    sendFailure(failure, request, http.getResponse<FastifyReply>());
  }
}
