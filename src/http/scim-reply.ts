import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

const CONTENT_TYPE = 'application/scim+json; charset=utf-8';

/** Characters from which on bytes are cheaper to send than text. */
const LONG = 16_384;

/**
 * The answer of a SCIM route. The body is the JSON text itself, so that a resource stored as JSON is never parsed and
 * written again on its way out; an object is serialised when it is sent, a stream is sent as it comes.
 */
export class ScimReply {
  constructor(
    readonly status: number,
    readonly body?: string | object | Readable,
    readonly headers?: Readonly<Record<string, string>>,
  ) {}

  /** 200 with a resource or a message. `etag` is a whole entity tag such as `W/"3"`. */
  static ok(
    body: string | object | Readable,
    headers: { readonly etag?: string; readonly location?: string } = {},
  ): ScimReply {
    return new ScimReply(200, body, headers);
  }

  /** 201 (RFC 7644 §3.3): the location equals meta.location. */
  static created(
    body: string | object | Readable,
    headers: { readonly etag: string; readonly location: string },
  ): ScimReply {
    return new ScimReply(201, body, headers);
  }

  static noContent(headers: { readonly etag?: string } = {}): ScimReply {
    return new ScimReply(204, undefined, headers);
  }

  /** 304 (RFC 7644 §3.14): the version the client already has. */
  static notModified(etag: string): ScimReply {
    return new ScimReply(304, undefined, { etag });
  }

  send(reply: FastifyReply): FastifyReply {
    reply.code(this.status);
    if (this.headers) reply.headers(this.headers);
    if (this.body === undefined) return reply.send();
    reply.header('content-type', CONTENT_TYPE);
    if (this.body instanceof Readable) return reply.send(this.body);
    const text = typeof this.body === 'string' ? this.body : JSON.stringify(this.body);
    // A long text is encoded once here; as a string it would be measured first and encoded again.
    return reply.send(text.length > LONG ? Buffer.from(text) : text);
  }
}
