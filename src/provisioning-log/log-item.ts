import type { RecordedRequest } from '../domain/recorded-request.js';
import type { JsonObject } from '../scim/index.js';
import { ACTIONS, type Action } from './actions.js';
import { CAUSES, isCauseName } from './causes.js';
import type { LogDetail, LogItem } from './dto/log.dto.js';

const UNKNOWN_CAUSE = {
  cause: 'The request was refused for a reason that has no name any more.',
  remedy: 'See `detail`.',
};

/** A recorded request as people read it: with what it meant to do in words, and why it failed. */
export function logItem(request: RecordedRequest): LogItem {
  const { id, status, scimType, detail, tolerances, durationMs, requestId, clientAddress, notRecorded, repeats } =
    request;
  const { targetType: type, targetId, targetName: name } = request;
  return {
    id,
    at: timeText(request.at),
    action: request.action,
    summary: summaryOf(request),
    target: type === null ? null : { type, id: targetId, name },
    status,
    scimType,
    detail,
    ...reasonOf(request.cause),
    tolerances,
    durationMs,
    requestId,
    clientAddress,
    notRecorded: notRecorded && { requests: notRecorded.requests, since: timeText(notRecorded.since) },
    repeats: repeats && { requests: repeats.requests, since: timeText(repeats.since) },
  };
}

export function logDetail(request: RecordedRequest): LogDetail {
  const body = request.body === null ? null : (JSON.parse(request.body) as JsonObject);
  return { ...logItem(request), body };
}

function summaryOf({ at, action, targetName, targetId, notRecorded, repeats }: RecordedRequest): string {
  if (notRecorded) {
    return `${notRecorded.requests} requests were not recorded between ${timeText(notRecorded.since)} and ${timeText(at)}`;
  }
  const words = isAction(action) ? ACTIONS[action] : action;
  const times = repeats ? `(${repeats.requests} requests since ${timeText(repeats.since)})` : '';
  return [words, targetName ?? targetId ?? '', times].filter((part) => part !== '').join(' ');
}

function reasonOf(cause: string | null): Pick<LogItem, 'reason' | 'cause' | 'remedy'> {
  if (cause === null) return { reason: null, cause: null, remedy: null };
  const { cause: words, remedy } = isCauseName(cause) ? CAUSES[cause] : UNKNOWN_CAUSE;
  return { reason: cause, cause: words, remedy };
}

function isAction(name: string): name is Action {
  return Object.hasOwn(ACTIONS, name);
}

const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString();
