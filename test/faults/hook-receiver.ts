import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A consumer of webhooks that can go away, also in the middle of a request, and come back on the port it had. */
export class HookReceiver {
  /** Ids of events by path, in the order they came. What was read counts, also when the answer did not get through. */
  readonly arrivals = new Map<string, string[]>();
  private server: Server | undefined;
  private port = 0;

  static async open(): Promise<HookReceiver> {
    const receiver = new HookReceiver();
    await receiver.comeBack();
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async goAway(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async comeBack(): Promise<void> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      } catch {
        return;
      }
      const path = request.url ?? '';
      const event = JSON.parse(Buffer.concat(chunks).toString()) as { readonly id: string };
      const arrived = this.arrivals.get(path) ?? [];
      arrived.push(event.id);
      this.arrivals.set(path, arrived);
      response.end();
    });
    await new Promise<void>((listening) => void server.listen(this.port, '127.0.0.1', listening));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }
}
