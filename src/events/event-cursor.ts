import { createHash } from 'node:crypto';
import { Problem } from '../http/problem.js';

/**
 * A place in the log of a tenant, as text: a format byte, the 16 bytes of the tenant's id, the sequence number in 8, and 2 of a
 * checksum, in base64url. It is not signed and never expires: it is a bookmark and no permission, for what may be read says the
 * token alone; and a secret that changes must not take anybody's place away.
 */
const FORMAT = 1;
const TENANT_AT = 1;
const SEQ_AT = 17;
const CHECKSUM_AT = 25;
const LENGTH = 27;

/** @param seq the last sequence number that was read, 0 for the beginning */
export function writeCursor(tenantId: string, seq: number): string {
  const bytes = Buffer.alloc(LENGTH);
  bytes.writeUInt8(FORMAT);
  bytes.write(tenantId.replaceAll('-', ''), TENANT_AT, 'hex');
  bytes.writeBigUInt64BE(BigInt(seq), SEQ_AT);
  checksum(bytes).copy(bytes, CHECKSUM_AT);
  return bytes.toString('base64url');
}

/**
 * @returns the sequence number
 * @throws Problem 400 for what no cursor is, and for one of another tenant
 */
export function readCursor(text: string, tenantId: string): number {
  const bytes = Buffer.from(text, 'base64url');
  const isWhole = bytes.length === LENGTH && bytes.toString('base64url') === text && bytes.readUInt8() === FORMAT;
  if (!isWhole || !checksum(bytes).equals(bytes.subarray(CHECKSUM_AT))) {
    throw cursorProblem('is no cursor; send `next` of a page or `id` of the stream as it was, `latest`, or nothing');
  }
  const seq = Number(bytes.readBigUInt64BE(SEQ_AT));
  if (!Number.isSafeInteger(seq)) throw cursorProblem('is no cursor');
  if (bytes.toString('hex', TENANT_AT, SEQ_AT) !== tenantId.replaceAll('-', '')) {
    throw cursorProblem('is a cursor of another tenant than the access token');
  }
  return seq;
}

function checksum(bytes: Buffer): Buffer {
  return createHash('sha256')
    .update(bytes.subarray(0, CHECKSUM_AT))
    .digest()
    .subarray(0, LENGTH - CHECKSUM_AT);
}

function cursorProblem(detail: string): Problem {
  return new Problem(400, `after ${detail}.`, [{ field: 'after', detail }]);
}
