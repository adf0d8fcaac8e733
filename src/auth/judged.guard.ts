import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { MusterRequest } from '../http/request.js';
import { RouteRules } from './route-rules.js';

/**
 * The second half of the judgement, which fails closed: a handler runs only for a request that was admitted under the rule of that
 * handler. Another way to a handler than the hook of its route leads to 403.
 */
@Injectable()
export class JudgedGuard implements CanActivate {
  constructor(private readonly rules: RouteRules) {}

  canActivate(context: ExecutionContext): boolean {
    const { admittedUnder } = context.switchToHttp().getRequest<MusterRequest>();
    const rule = this.rules.of(context.getClass(), context.getHandler() as () => unknown);
    if (admittedUnder !== rule) throw new ForbiddenException('The request was not checked for this route.');
    return true;
  }
}
