import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LIMITS } from '../config/limits.js';
import { badRequest, isObject, type JsonObject, ScimError } from '../scim/index.js';
import { isDeeperThan } from './json-depth.js';
import type { MusterRequest } from './request.js';

const MEDIA_TYPES = ['application/scim+json', 'application/json'];
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Makes JSON the only body the server reads, the framework's own parsers for it and for plain text included. */
export function readJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(
    MEDIA_TYPES,
    { parseAs: 'buffer', bodyLimit: LIMITS.requestBodyBytes.value },
    readBody,
  );
}

/** A refusal goes to `done`: whatever a parser throws, the framework would call the server's own fault. */
function readBody(
  request: MusterRequest,
  bytes: Buffer,
  done: (error: Error | null, body?: JsonObject | undefined) => void,
): void {
  request.bodySize = bytes.length;
  try {
    // Some clients declare a content type on a DELETE without a body.
    done(null, bytes.length === 0 && request.method === 'DELETE' ? undefined : parseJsonObject(bytes));
  } catch (error) {
    done(error as Error);
  }
}

/**
 * Parses a request body: a JSON object in UTF-8, no deeper than the limit. A member called `__proto__` is an ordinary one.
 * @throws ScimError 400 invalidSyntax
 */
function parseJsonObject(bytes: Uint8Array): JsonObject {
  if (bytes.length === 0) throw invalid('The request body is empty; a JSON object is expected.');
  if (isDeeperThan(LIMITS.jsonDepth.value, bytes)) {
    throw invalid(`The JSON of the request body is nested deeper than ${LIMITS.jsonDepth.value} levels.`);
  }
  const value = parse(decode(bytes));
  if (!isObject(value)) throw invalid('The request body must be a JSON object.');
  return value;
}

/** @throws ScimError 415 when a body is compressed: there is no decompression, so there is no decompression bomb. */
export function refuseEncodedBody(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new ScimError(415, undefined, 'Compressed request bodies are not supported; send it without Content-Encoding.');
}

const invalid = (detail: string): ScimError => badRequest('invalidSyntax', detail);

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw invalid('The request body is not valid UTF-8.');
  }
}

/** The engine's own message quotes the body, so it is not passed on. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The request body is not valid JSON.');
  }
}
