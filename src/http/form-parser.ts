import type { IncomingMessage } from 'node:http';
import { errorCodes, type FastifyInstance } from 'fastify';
import type { BodyReader, BodySink } from './body-reader.js';
import type { MusterRequest } from './request.js';

const URL_ENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/** `ignored`: the address says everything, and what the form holds is thrown away. `read`: its fields are the body. */
export type FormUse = 'ignored' | 'read';

/**
 * Lets forms through where they are the custom: where people, and mail programs for them, press a button (RFC 8058 §3.1), and
 * where OAuth clients ask for tokens (RFC 6749 §3.2). Everywhere else a form is as unwelcome as before.
 * @param uses by path, without a slash at the start
 */
export function acceptForms(
  server: FastifyInstance,
  reader: BodyReader,
  uses: Readonly<Record<string, FormUse>>,
): void {
  const useOf = (request: MusterRequest) => uses[(request.routeOptions.url ?? '').slice(1)];
  server.addContentTypeParser(URL_ENCODED, (request: MusterRequest, payload: IncomingMessage, done) => {
    const use = useOf(request);
    if (use === undefined) done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
    else reader.read(request, payload, use === 'read' ? new FormSink() : new NoSink(), done);
  });
  server.addContentTypeParser(MULTIPART, (request: MusterRequest, payload: IncomingMessage, done) => {
    if (useOf(request) === 'ignored') reader.read(request, payload, new NoSink(), done);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
  });
}

class FormSink implements BodySink {
  private readonly chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  end(): URLSearchParams {
    return new URLSearchParams(Buffer.concat(this.chunks).toString('utf8'));
  }
}

class NoSink implements BodySink {
  add(): void {}

  end(): undefined {}
}
