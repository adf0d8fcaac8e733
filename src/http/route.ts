import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiResponse } from '@nestjs/swagger';
import type { Scope } from '../domain/service-account.js';
import { badRequest, isObject, type JsonObject } from '../scim/index.js';
import { errorResponse } from './openapi/error-response.js';
import type { MusterRequest } from './request.js';
import { ScimErrorInterceptor } from './scim-error.interceptor.js';
import { SCIM_PATH } from './scim-path.js';

/** Who may call a route. A route without it is refused by the guard. */
export type RouteAccess =
  | { readonly kind: 'scope'; readonly scope: Scope }
  | { readonly kind: 'authenticated' }
  /** The platform token; no token of a tenant. */
  | { readonly kind: 'platform' }
  | { readonly kind: 'public' };

/** Where the guard finds a route's RouteAccess, on the handler or on its class. */
export const ROUTE_ACCESS = Symbol('RouteAccess');

/** Name of the security scheme in the OpenAPI document. */
export const BEARER = 'bearer';
export const PLATFORM_BEARER = 'platform';

const access = (value: RouteAccess) => SetMetadata(ROUTE_ACCESS, value);

/** A valid token that grants `scope`: for the guard and for the OpenAPI document at once. */
export function RequiresScope(scope: Scope): MethodDecorator & ClassDecorator {
  return applyDecorators(
    access({ kind: 'scope', scope }),
    ApiBearerAuth(BEARER),
    ApiExtension('x-required-scope', scope),
    ApiResponse(errorResponse(401)),
    ApiResponse(errorResponse(403)),
  );
}

/** The platform token, which is in the environment of the server and belongs to no tenant. */
export function RequiresPlatform(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    access({ kind: 'platform' }),
    ApiBearerAuth(PLATFORM_BEARER),
    ApiResponse(errorResponse(401)),
    ApiResponse(errorResponse(403)),
  );
}

/** Any valid token of a tenant. */
export function Authenticated(): MethodDecorator & ClassDecorator {
  return applyDecorators(access({ kind: 'authenticated' }), ApiBearerAuth(BEARER), ApiResponse(errorResponse(401)));
}

/** No token at all. */
export function Public(): MethodDecorator & ClassDecorator {
  return access({ kind: 'public' });
}

/**
 * A SCIM route that changes something: what the business refuses is said in the protocol's words on the way out. Reads refuse
 * little, and the exception filter translates that too; an interceptor would be a tenth of their cost (ADR 8).
 */
export function Changes(scope: Scope): MethodDecorator {
  return applyDecorators(RequiresScope(scope), UseInterceptors(ScimErrorInterceptor));
}

/** A controller of the SCIM protocol; `path` is below the SCIM path. */
export function ScimController(path = ''): ClassDecorator {
  return Controller(path === '' ? SCIM_PATH : `${SCIM_PATH}/${path}`);
}

/** The body of a SCIM request, which is always a JSON object. Absent is 400 invalidSyntax. */
export const ScimBody = createParamDecorator((_: undefined, context: ExecutionContext): JsonObject => {
  const { body } = context.switchToHttp().getRequest<MusterRequest>();
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The request body is missing; a JSON object is expected.');
  return body;
});
