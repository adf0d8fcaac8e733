import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const compress = promisify(gzip);

/** A shorter body is sent as it is. */
const MIN_COMPRESSED_BYTES = 1024;

/**
 * A document that everybody may read: serialised once, sent as the same bytes to all, with an entity tag so that a client that has it
 * gets 304. It is compressed once, beside the requests; until then it is sent as it is.
 */
export class PublicDocument {
  private readonly body: Buffer;
  private readonly etag: string;
  private compressed: Buffer | undefined;

  constructor(
    private readonly type: string,
    body: string | Buffer,
    private readonly cacheControl = 'no-cache',
  ) {
    this.body = Buffer.from(body);
    this.etag = `W/"${createHash('sha256').update(this.body).digest('base64url').slice(0, 22)}"`;
    if (this.body.length >= MIN_COMPRESSED_BYTES) this.compress();
  }

  static json(type: string, value: unknown): PublicDocument {
    return new PublicDocument(`${type}; charset=utf-8`, JSON.stringify(value));
  }

  send({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
    reply.headers({ etag: this.etag, 'cache-control': this.cacheControl, vary: 'accept-encoding' });
    if (hasTag(headers['if-none-match'], this.etag)) return reply.code(304).send();
    reply.header('content-type', this.type);
    if (this.compressed === undefined || !acceptsGzip(headers['accept-encoding'])) return reply.send(this.body);
    return reply.header('content-encoding', 'gzip').send(this.compressed);
  }

  private compress(): void {
    compress(this.body).then(
      (bytes) => {
        this.compressed = bytes;
      },
      () => undefined,
    );
  }
}

/** Documents by name, each made when it is first asked for. */
export class PublicDocuments {
  private readonly made = new Map<string, PublicDocument>();

  /** @param name one of few: what is made is kept */
  get(name: string, make: () => PublicDocument): PublicDocument {
    const known = this.made.get(name);
    if (known) return known;
    const document = make();
    this.made.set(name, document);
    return document;
  }
}

/** RFC 9110 §13.1.2, by the weak comparison. */
function hasTag(header = '', etag: string): boolean {
  return header.split(',').some((each) => ['*', etag].includes(each.trim()));
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = String(header ?? '')
    .toLowerCase()
    .split(',');
  return codings.some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(coding));
}
