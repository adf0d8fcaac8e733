import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { DomainException } from '../domain/domain-error.js';
import { toScimError } from './to-scim-error.js';

/**
 * Says in the protocol's words what pipes, controllers and services refused in the business's. What never reaches an
 * interceptor (guards, bodies that are no JSON, unknown routes) is left to the exception filter.
 */
@Injectable()
export class ScimErrorInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(rethrowAsScimError);
  }
}

const rethrowAsScimError = catchError((error: unknown): never => {
  throw error instanceof DomainException ? toScimError(error.error) : error;
});
