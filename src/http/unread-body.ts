import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../config/limits.js';

/** How long a connection stays half open, so that a client that is still sending reads the answer. */
const LINGER_MS = 1000;

/**
 * Answers without reading the rest of a body. A short rest is read and discarded by the HTTP server, and the connection is kept. With
 * a long one the connection is closed: nothing more is read, the client gets the answer and the end, and a moment later the socket is
 * destroyed. Closed at once, the answer would be lost in a reset.
 */
export function leaveBodyUnread({ raw, headers }: FastifyRequest, reply: FastifyReply): void {
  if (raw.complete || !isLong(headers)) return;
  reply.header('connection', 'close');
  // Asking for the body once keeps Node from reading it to the end when the answer is sent; its buffer fills, and the socket pauses.
  raw.read(0);
  raw.pause();
  linger(raw.socket);
}

function isLong(headers: FastifyRequest['headers']): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = Number(headers['content-length'] ?? 0);
  // A client that waits for 100 Continue may send its body or not, and nobody could tell it from the next request.
  return length > LIMITS.discardedBodyBytes.value || (length > 0 && headers.expect !== undefined);
}

/** Node ends a connection that is to be closed with `destroySoon`. */
function linger(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => clearTimeout(timer));
  };
}
