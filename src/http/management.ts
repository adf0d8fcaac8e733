import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  type PipeTransform,
  UnauthorizedException,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { isId } from '../config/new-id.js';
import type { Caller } from '../domain/caller.js';
import { DomainException, type NamedResource } from '../domain/domain-error.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { MANAGEMENT_PATH } from './management-path.js';
import { type DocumentedError, errorResponse } from './openapi/error-response.js';
import { ProblemInterceptor } from './problem.interceptor.js';
import type { MusterRequest } from './request.js';
import { REQUEST_VALIDATION } from './request-validation.js';

/**
 * A controller of the management API: plain JSON in and out, problem details for errors, classes for bodies and queries, and
 * POSTs that may be sent twice.
 */
export function ManagementController(path: string): ClassDecorator {
  return applyDecorators(
    Controller(`${MANAGEMENT_PATH}/${path}`),
    UseInterceptors(ProblemInterceptor, IdempotencyInterceptor),
    UsePipes(REQUEST_VALIDATION),
    ApiResponse(errorResponse(429)),
    ApiResponse(errorResponse(503)),
  );
}

/** The errors of a route besides those that all have; for the OpenAPI document. */
export function ApiErrors(...statuses: readonly DocumentedError[]): MethodDecorator {
  return applyDecorators(...statuses.map((status) => ApiResponse(errorResponse(status))));
}

/** What a route of the management API knows of its request besides parameters; its token may be bound to no connection. */
export interface ManagementCall {
  readonly caller: Caller;
  readonly requestId: string;
}

/** The call of a guarded route. */
export const Call = createParamDecorator((_: undefined, context: ExecutionContext): ManagementCall => {
  const { caller, id } = context.switchToHttp().getRequest<MusterRequest>();
  if (!caller) throw new UnauthorizedException('This needs an access token.');
  return { caller, requestId: id };
});

/** What a route of the platform knows of its request besides parameters. */
export interface PlatformCall {
  readonly requestId: string;
}

/** The call of a route with RequiresPlatform. */
export const OfPlatform = createParamDecorator((_: undefined, context: ExecutionContext): PlatformCall => {
  return { requestId: context.switchToHttp().getRequest<MusterRequest>().id };
});

/** An id in the path, in lower case; text that can be no id is answered like an id that nobody has. */
export class IdOf implements PipeTransform<string, string> {
  constructor(private readonly resource: NamedResource) {}

  transform(text: string): string {
    if (!isId(text)) throw new DomainException({ kind: 'notFound', resource: this.resource, id: text });
    return text.toLowerCase();
  }
}
