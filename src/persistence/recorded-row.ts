import type { RecordedRequest } from '../domain/recorded-request.js';

/** A request as it waits to be written: one text instead of many objects, which are long gone when it is its turn. */
export interface RecordedRow {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The columns of `provisioning_requests` by name, times in milliseconds since 1970; what is null is left out. */
  readonly json: string;
}

/** Escapes that are JSON and cannot be stored as text: NUL, and half a surrogate pair. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

export function recordedRow(request: RecordedRequest): RecordedRow {
  const { tenantId, connectionId, at } = request;
  const columns = columnsOf(request);
  const json = JSON.stringify(columns);
  return { tenantId, connectionId, at, json: UNSTORABLE.test(json) ? JSON.stringify(columns, storable) : json };
}

function columnsOf(request: RecordedRequest) {
  const { notRecorded, repeats } = request;
  return {
    tenant_id: request.tenantId,
    connection_id: request.connectionId,
    id: request.id,
    at: request.at,
    action: request.action,
    target_type: request.targetType ?? undefined,
    target_id: request.targetId ?? undefined,
    target_name: request.targetName ?? undefined,
    target_key: request.targetKey ?? undefined,
    status: request.status ?? undefined,
    scim_type: request.scimType ?? undefined,
    detail: request.detail ?? undefined,
    cause: request.cause ?? undefined,
    tolerances: request.tolerances.join(' '),
    duration_ms: request.durationMs ?? undefined,
    request_id: request.requestId ?? undefined,
    body: request.body ?? undefined,
    client_address: request.clientAddress ?? undefined,
    not_recorded: notRecorded?.requests,
    not_recorded_since: notRecorded?.since,
    repeats: repeats?.requests,
    repeats_since: repeats?.since,
  };
}

function storable(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '')).toString() : value;
}
