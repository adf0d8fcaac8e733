import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { v7 } from 'uuid';

const SAFE = /^[A-Za-z0-9._-]{1,128}$/;

const BYTES = 16;
const pool = new Uint8Array(BYTES * 256);
let used = pool.length;

/** Random bytes are fetched for many ids at once: asking the operating system each time is a tenth of a small request. */
function randomBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.slice(used - BYTES, used);
}

/** The client's X-Request-Id when it is harmless in a header and a log line, otherwise a new UUIDv7. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SAFE.test(given) ? given : v7({ rng: randomBytes });
}
