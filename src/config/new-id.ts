import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

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

/**
 * A new id: a UUIDv7 (RFC 9562 §5.7), which begins with its time.
 * @param parts `msecs`, its time in milliseconds since 1970, now unless told; `seq` orders ids of one millisecond, 31 bits
 */
export function newId({ msecs, seq }: { readonly msecs?: number; readonly seq?: number } = {}): string {
  return v7({ msecs, seq, rng: randomBytes });
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text of a client has the form of an id; PostgreSQL refuses any other as a uuid. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
