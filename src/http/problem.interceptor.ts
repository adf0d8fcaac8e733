import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { DomainException } from '../domain/domain-error.js';
import { toProblem } from './to-problem.js';

/** Says as a problem what pipes, controllers and services of the management API refused in the business's words. */
@Injectable()
export class ProblemInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(rethrowAsProblem);
  }
}

const rethrowAsProblem = catchError((error: unknown): never => {
  throw error instanceof DomainException ? toProblem(error.error) : error;
});
