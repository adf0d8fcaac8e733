import type { Socket } from 'node:net';
import { LIMITS } from '../config/limits.js';
import type { Failure } from './failure.js';
import { scimBody } from './send-failure.js';

const TOO_MUCH: Failure = {
  status: 431,
  detail: `The request header is larger than ${LIMITS.headerBytes.value} bytes.`,
};
const TOO_SLOW: Failure = { status: 408, detail: 'The request took too long to arrive.' };
const NOT_HTTP: Failure = { status: 400, scimType: 'invalidSyntax', detail: 'The request is not valid HTTP.' };

const REFUSALS: Readonly<Record<string, readonly [failure: Failure, reason: string]>> = {
  HPE_HEADER_OVERFLOW: [TOO_MUCH, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [TOO_SLOW, 'Request Timeout'],
};

/** Answers what is not a request yet, on the bare socket. There is no path to tell SCIM from the rest, so it speaks SCIM. */
export function refuseBrokenConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [failure, reason] = REFUSALS[error.code ?? ''] ?? [NOT_HTTP, 'Bad Request'];
  const body = JSON.stringify(scimBody(failure));
  socket.end(
    [
      `HTTP/1.1 ${failure.status} ${reason}`,
      'Content-Type: application/scim+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
