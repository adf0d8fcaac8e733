import { createParamDecorator, type ExecutionContext, UnauthorizedException } from '@nestjs/common';
import type { Caller } from '../domain/caller.js';
import type { Tolerances } from '../scim/index.js';
import type { MusterRequest } from './request.js';

/** What a SCIM route knows of its request besides the body. */
export interface ScimCall {
  readonly caller: Caller;
  readonly connection: NonNullable<Caller['connection']>;
  readonly requestId: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  /** What was tolerated in the request so far. */
  readonly tolerances: Tolerances;
  /** Members that no user has and that were left out so far. */
  readonly skippedMembers: string[];
}

/** The call of a guarded SCIM route; the guard has let only callers with a connection through. */
export const Call = createParamDecorator((_: undefined, context: ExecutionContext): ScimCall => {
  const request = context.switchToHttp().getRequest<MusterRequest>();
  const { caller, id, query, headers } = request;
  if (!caller?.connection) throw new UnauthorizedException('This needs the access token of a connection.');
  const tolerances: Tolerances = new Set();
  const skippedMembers: string[] = [];
  request.tolerances = tolerances;
  request.skippedMembers = skippedMembers;
  return {
    caller,
    connection: caller.connection,
    requestId: id,
    query: query as Readonly<Record<string, unknown>>,
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    tolerances,
    skippedMembers,
  };
});
