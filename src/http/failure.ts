import { HttpException } from '@nestjs/common';
import { LIMITS } from '../config/limits.js';
import { DomainException } from '../domain/domain-error.js';
import { ScimError, type ScimType } from '../scim/index.js';
import { NoRoomForBody } from './body-budget.js';
import { OAuthError, type OAuthErrorCode } from './oauth-error.js';
import { type Mistake, Problem } from './problem.js';
import { toScimError } from './to-scim-error.js';
import { TooManyRequests } from './too-many-requests.js';

/** What went wrong as HTTP says it, before a form (SCIM error or problem details) is chosen. */
export interface Failure {
  readonly status: number;
  readonly scimType?: ScimType | undefined;
  readonly detail: string;
  /** Every mistake of the request, where problem details can list them. */
  readonly errors?: readonly Mistake[] | undefined;
  /** What a problem says besides, under names of its own. */
  readonly more?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** The word of RFC 6749 for it, at the token endpoint. */
  readonly oauth?: OAuthErrorCode;
  /** Nobody expected it: it belongs in the log, and its text not in the answer. */
  readonly unexpected?: true;
}

export interface FailedRequest {
  readonly id: string;
  readonly headers: { readonly authorization?: string | undefined };
}

const SYNTAX = { status: 400, scimType: 'invalidSyntax' } as const;

/** Refusals of the HTTP server itself, by its error codes; its own texts quote the request and name the framework. */
const SERVER_REFUSALS: Readonly<Record<string, Failure>> = {
  FST_ERR_BAD_URL: { ...SYNTAX, detail: 'The URL has a broken percent-encoding.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, detail: `The URL is longer than ${LIMITS.urlCharacters.value} characters.` },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { ...SYNTAX, detail: 'The body is not as long as Content-Length says.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    detail: 'The Content-Type of the body must be application/scim+json or application/json.',
  },
};

/** Reads any error. What is not known is a 500 that gives the request id to ask for and nothing else. */
export function failureOf(error: unknown, request: FailedRequest): Failure {
  if (error instanceof ScimError) return withHeaders(fromScimError(error), request);
  if (error instanceof DomainException) return withHeaders(fromScimError(toScimError(error.error)), request);
  if (error instanceof Problem) return withHeaders(fromProblem(error), request);
  if (error instanceof OAuthError) return fromOAuthError(error);
  if (error instanceof TooManyRequests) return { status: 429, detail: error.message, headers: error.headers };
  const refusal = serverRefusal(error) ?? serverRefusal(error instanceof Error ? error.cause : undefined);
  if (refusal) return refusal;
  if (error instanceof HttpException && error.getStatus() < 500) return fromHttpException(error, request);
  if (error instanceof HttpException && error.getStatus() === 503) return fromHttpException(error, request);
  return {
    status: 500,
    detail: `The request failed for a reason on our side. Its id is ${request.id}.`,
    unexpected: true,
  };
}

/** The share of a tenant is free again after one of its statements; the guard tells its own wait itself. */
const BUSY = { headers: { 'retry-after': '2' } };

const fromScimError = ({ status, scimType, message }: ScimError): Failure => ({
  status,
  scimType,
  detail: message,
  ...(status === 429 && BUSY),
});

const fromProblem = ({ status, message, errors, more }: Problem): Failure => ({
  status,
  detail: message,
  errors,
  more,
  ...(status === 429 && BUSY),
});

const fromOAuthError = ({ status, code, message, headers }: OAuthError): Failure => ({
  status,
  detail: message,
  oauth: code,
  headers,
});

function serverRefusal(error: unknown): Failure | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && Object.hasOwn(SERVER_REFUSALS, code) ? SERVER_REFUSALS[code] : undefined;
}

function fromHttpException(exception: HttpException, request: FailedRequest): Failure {
  const status = exception.getStatus();
  const body = exception.getResponse();
  const message = typeof body === 'object' && 'message' in body ? body.message : body;
  // Nest's text for an unknown route repeats the URL.
  const detail =
    status === 404 ? 'There is nothing here.' : Array.isArray(message) ? message.join('; ') : exception.message;
  if (exception instanceof NoRoomForBody)
    return { status, detail, headers: { 'retry-after': String(exception.retryAfter) } };
  return withHeaders({ status, detail, ...(status === 403 && { headers: FORBIDDEN }) }, request);
}

/** Only the judgement of routes refuses with an HttpException 403, and always for want of a scope (RFC 6750 §3.1). */
const FORBIDDEN = { 'www-authenticate': 'Bearer realm="muster", error="insufficient_scope"' };

function withHeaders(failure: Failure, request: FailedRequest): Failure {
  if (failure.status === 401) return { ...failure, headers: { 'www-authenticate': challenge(request) } };
  if (failure.status === 503) return { ...failure, headers: { 'retry-after': '5' } };
  return failure;
}

/** RFC 6750 §3.1: no error code for a request without any authentication information. */
function challenge(request: FailedRequest): string {
  return request.headers.authorization === undefined
    ? 'Bearer realm="muster"'
    : 'Bearer realm="muster", error="invalid_token"';
}
