import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LIMITS } from '../config/limits.js';
import { badRequest, isObject, type JsonObject, ScimError } from '../scim/index.js';
import type { BodyReader, BodySink } from './body-reader.js';
import { JsonDepth } from './json-depth.js';
import { parseInSteps } from './json-steps.js';
import type { MusterRequest } from './request.js';

const MEDIA_TYPES = ['application/scim+json', 'application/json'];

/** Makes JSON the only body the server reads, the framework's own parsers for it and for plain text included. */
export function readJsonBodies(server: FastifyInstance, reader: BodyReader): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(MEDIA_TYPES, (request: MusterRequest, payload: IncomingMessage, done) =>
    reader.read(request, payload, new JsonSink(request.method === 'DELETE'), done),
  );
}

/**
 * A JSON object in UTF-8, no deeper than the limit. A member called `__proto__` is an ordinary one. Depth and encoding are checked
 * chunk by chunk, as the body comes.
 */
class JsonSink implements BodySink {
  private readonly depth = new JsonDepth(LIMITS.jsonDepth.value);
  /** The only chunk so far: most bodies have one, and a whole text is decoded faster. */
  private first: Buffer | undefined;
  private decoder: TextDecoder | undefined;
  private text = '';

  /** @param mayBeEmpty some clients declare a content type on a DELETE without a body */
  constructor(private readonly mayBeEmpty: boolean) {}

  /** @throws ScimError 400 invalidSyntax */
  add(chunk: Buffer): void {
    if (this.depth.isExceededBy(chunk)) {
      throw invalid(`The JSON of the request body is nested deeper than ${LIMITS.jsonDepth.value} levels.`);
    }
    if (this.first === undefined) {
      this.first = chunk;
      return;
    }
    if (this.decoder === undefined) {
      this.decoder = new TextDecoder('utf-8', { fatal: true });
      this.text = decoded(this.decoder, this.first, { stream: true });
    }
    this.text += decoded(this.decoder, chunk, { stream: true });
  }

  /** @throws ScimError 400 invalidSyntax */
  end(): JsonObject | undefined | Promise<JsonObject> {
    if (this.first === undefined) {
      if (this.mayBeEmpty) return undefined;
      throw invalid('The request body is empty; a JSON object is expected.');
    }
    const text = this.decoder ? this.text + decoded(this.decoder) : decoded(UTF8, this.first);
    const isShort = text.length <= LIMITS.jsonStepCharacters.value;
    return isShort ? objectOf(orInvalid(() => JSON.parse(text))) : parseBesideOthers(text);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decoded(decoder: TextDecoder, ...chunk: Parameters<TextDecoder['decode']>): string {
  try {
    return decoder.decode(...chunk);
  } catch {
    throw invalid('The request body is not valid UTF-8.');
  }
}

/** @throws ScimError 415 when a body is compressed: there is no decompression, so there is no decompression bomb. */
export function refuseEncodedBody(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new ScimError(415, undefined, 'Compressed request bodies are not supported; send it without Content-Encoding.');
}

/** Between two steps the event loop serves what waits. */
async function parseBesideOthers(text: string): Promise<JsonObject> {
  const steps = parseInSteps(text, LIMITS.jsonStepCharacters.value);
  for (;;) {
    const step = orInvalid(() => steps.next());
    if (step.done) return objectOf(step.value);
    await new Promise(setImmediate);
  }
}

function objectOf(value: unknown): JsonObject {
  if (!isObject(value)) throw invalid('The request body must be a JSON object.');
  return value;
}

/** The engine's own message quotes the body, so it is not passed on. */
function orInvalid<T>(parse: () => T): T {
  try {
    return parse();
  } catch {
    throw invalid('The request body is not valid JSON.');
  }
}

const invalid = (detail: string): ScimError => badRequest('invalidSyntax', detail);
