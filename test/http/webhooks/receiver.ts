import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One webhook as it arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly subject: string;
    readonly sequence: string;
    readonly data: { readonly after?: Readonly<Record<string, unknown>> };
  };
}

type Reply = (response: ServerResponse, received: Received) => void;

const thanks: Reply = (response) => void response.end('thanks');

/** A consumer of webhooks on a port of its own. */
export class Receiver {
  readonly received: Received[] = [];
  /** How each path answers; 200 where nothing is said. */
  readonly replies = new Map<string, Reply>();
  private readonly waiting: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
    const receiver = new Receiver(server, (server.address() as AddressInfo).port);
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const received = { path: request.url ?? '', headers: request.headers, body, event: JSON.parse(body) };
      receiver.received.push(received);
      (receiver.replies.get(received.path) ?? thanks)(response, received);
      for (const told of receiver.waiting.splice(0)) told();
    });
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  at(path: string): Received[] {
    return this.received.filter((received) => received.path === path);
  }

  /** Resolves when so many have arrived at the path. */
  async until(path: string, count: number): Promise<void> {
    while (this.at(path).length < count) await new Promise<void>((told) => void this.waiting.push(told));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}
