import type { FastifyReply } from 'fastify';
import { newId } from '../config/new-id.js';
import type { RecordedRequest } from '../domain/recorded-request.js';
import { namedIds } from '../http/named-ids.js';
import type { MusterRequest, RefusedCaller } from '../http/request.js';
import { SCIM_PATH } from '../http/scim-path.js';
import { actionOf } from './action.js';
import type { Action } from './actions.js';
import type { AskedRequest } from './asked-request.js';
import { type About, causeOf } from './causes.js';
import { redactedBody } from './redaction.js';
import { shown, type Target, targetKey, targetOf } from './target.js';

/** Whose log a request belongs in. */
export interface Owner {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** What is told of a request from outside it. */
interface Origin extends Owner {
  /** Null where addresses are not kept. */
  readonly clientAddress: string | null;
}

const PREFIX = `/${SCIM_PATH}`;
const LONGEST_DETAIL = 1000;
const FIRST_ERROR = 400;
const MEMBERSHIP: readonly Action[] = ['add-members', 'remove-members', 'change-members', 'replace-members'];

/** Whether the request was one of SCIM, whatever came of it. */
export function isScimRequest({ routeOptions: { url } }: MusterRequest): boolean {
  return url?.startsWith(PREFIX) === true;
}

/** The connection whose token was sent, also when the guard refused it; undefined where no token of a connection was. */
export function ownerOf({ caller, refusedCaller }: MusterRequest): Owner | undefined {
  const tenantId = caller?.tenantId ?? refusedCaller?.tenantId;
  const connectionId = caller?.connection?.id ?? refusedCaller?.connectionId;
  return tenantId && connectionId ? { tenantId, connectionId } : undefined;
}

/** @param at when it was answered, in milliseconds since 1970 */
export function recordedRequest(
  request: MusterRequest,
  reply: FastifyReply,
  origin: Origin,
  at: number,
): RecordedRequest {
  const asked = askedIn(request);
  const action = actionOf(asked);
  const target = targetOf(asked, textOf(reply.getHeader('location')));
  const status = reply.statusCode;
  return {
    id: idAt(at),
    ...origin,
    at,
    action,
    targetType: target.type,
    targetId: target.id,
    targetName: target.name,
    targetKey: target.name === null ? target.id : targetKey(target.name),
    status,
    tolerances: request.tolerances ? [...request.tolerances] : NOTHING,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    requestId: request.id,
    notRecorded: null,
    repeats: null,
    ...(status < FIRST_ERROR
      ? successOf(request)
      : failureOf(request, { status, about: aboutOf(request, action, target) })),
  };
}

/** The row for refused requests of one kind. @param first of them, as it was recorded @param last when the last one was answered */
export function repeatedRequest(
  first: RecordedRequest,
  requests: number,
  since: number,
  last: number,
): RecordedRequest {
  return { ...first, id: idAt(last), at: last, repeats: { requests, since } };
}

let made = 0;
const MOST_MADE = 0x7fff_ffff;

/** Ids of one millisecond are in the order in which they are made. */
function idAt(msecs: number): string {
  made = made === MOST_MADE ? 0 : made + 1;
  return newId({ msecs, seq: made });
}

const NOTHING: readonly string[] = [];
type Outcome = Pick<RecordedRequest, 'scimType' | 'detail' | 'cause' | 'body'>;
const SUCCESS: Outcome = { scimType: null, detail: null, cause: null, body: null };

function askedIn(request: MusterRequest): AskedRequest {
  const { method, routeOptions, params, query, body } = request;
  return {
    method,
    route: routeOptions.url?.slice(PREFIX.length) ?? '',
    id: (params as { readonly id?: string }).id,
    query: query as AskedRequest['query'],
    body,
  };
}

/** Of a success there is nothing to tell but which members of a group were left out. */
function successOf({ skippedMembers = NOTHING }: MusterRequest): Outcome {
  if (skippedMembers.length === 0) return SUCCESS;
  const text = `Members that no user has were skipped: ${namedIds(skippedMembers)}.`;
  return { ...SUCCESS, detail: shown(text, LONGEST_DETAIL) };
}

function failureOf({ failure, body }: MusterRequest, outcome: { status: number; about: About | undefined }) {
  const scimType = failure?.scimType;
  return {
    scimType: scimType ?? null,
    detail: shown(failure?.detail, LONGEST_DETAIL),
    cause: causeOf({ ...outcome, scimType }),
    body: redactedBody(body),
  };
}

function aboutOf({ caller, refusedCaller }: MusterRequest, action: Action, { type }: Target): About | undefined {
  const reason: RefusedCaller['reason'] | undefined = caller ? undefined : refusedCaller?.reason;
  if (reason !== undefined) return reason;
  if (MEMBERSHIP.includes(action)) return 'membership';
  if (type === 'User') return 'user';
  return type === 'Group' ? 'group' : undefined;
}

function textOf(header: number | string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
