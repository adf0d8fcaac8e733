import { isList, type Json, parseJson } from '../json.js';
import { badRequest, type ScimError } from '../scim-error.js';
import { decodeBase64url, encodeBase64url } from './base64url.js';

/**
 * Where a walk through a result stands (RFC 9865). Nothing is kept on the server: the cursor itself says after which keys
 * the next page begins, and its signature says that it was written here.
 */
export interface CursorPayload extends CursorScope {
  /** The sort keys of the last resource shown, its id last. */
  readonly keys: readonly Json[];
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** What must be the same on every page of one walk (RFC 9865 §2, §5.2). */
export interface CursorScope {
  readonly tenant: string;
  readonly connection: string;
  /** A fingerprint of resource type, filter and order. */
  readonly query: string;
  readonly count: number;
}

/** A keyed signature (HMAC) of a text, written in characters that are unreserved in URLs, without a dot. */
export type Sign = (text: string) => string;

/** The first member of every payload; a payload of another make is refused. */
const FORMAT = 1;
const LONGEST = 4096;

/** A cursor of unreserved URL characters only: payload, dot, signature. */
export function encodeCursor(payload: CursorPayload, sign: Sign): string {
  const { tenant, connection, query, count, keys, expires } = payload;
  const body = encodeBase64url(asciiJson([FORMAT, tenant, connection, query, count, keys, expires]));
  return `${body}.${sign(body)}`;
}

/**
 * @param now milliseconds since 1970
 * @throws ScimError 400 invalidCursor (forged, or of another tenant, connection or query: the text does not tell which),
 * expiredCursor, or invalidCount (another count than on the page before)
 */
export function decodeCursor(text: string, sign: Sign, expected: CursorScope, now: number): CursorPayload {
  const payload = signedPayload(text, sign);
  if (
    payload?.tenant !== expected.tenant ||
    payload.connection !== expected.connection ||
    payload.query !== expected.query
  ) {
    throw invalid();
  }
  if (payload.expires <= now)
    throw badRequest('expiredCursor', 'The cursor has expired; start again without a cursor.');
  if (payload.count !== expected.count) {
    throw badRequest('invalidCount', 'count must be the same on every page of one query.');
  }
  return payload;
}

function invalid(): ScimError {
  return badRequest('invalidCursor', 'The cursor is not valid for this query; start again without a cursor.');
}

function signedPayload(text: string, sign: Sign): CursorPayload | undefined {
  const dot = text.indexOf('.');
  if (dot < 0 || text.length > LONGEST) return undefined;
  const body = text.slice(0, dot);
  if (!isEqualInConstantTime(text.slice(dot + 1), sign(body))) return undefined;
  const json = decodeBase64url(body);
  return json === undefined ? undefined : payloadOf(parseJson(json));
}

/** The signature vouches for the shape of this format; what is left to ask is whether it is this format. */
function payloadOf(value: unknown): CursorPayload | undefined {
  if (!isList(value)) return undefined;
  const [format, tenant, connection, query, count, keys, expires] = value;
  if (format !== FORMAT || typeof tenant !== 'string' || typeof connection !== 'string') return undefined;
  if (typeof query !== 'string' || typeof count !== 'number' || typeof expires !== 'number') return undefined;
  return isList(keys) ? { tenant, connection, query, count, keys, expires } : undefined;
}

/** Escapes make bytes and characters the same thing. */
function asciiJson(value: Json): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Takes as long for a nearly right signature as for a wrong one. */
function isEqualInConstantTime(given: string, right: string): boolean {
  let difference = given.length ^ right.length;
  for (let at = 0; at < right.length; at++)
    difference |= given.charCodeAt(at % (given.length || 1)) ^ right.charCodeAt(at);
  return difference === 0;
}
