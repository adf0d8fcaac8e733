import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Bytes of a message's type and of its length, which counts itself but not the type. */
const TYPE = 1;
const LENGTH = 4;
/** Query and Execute: what runs SQL; the rest prepares, binds and reads (PostgreSQL documentation, chapter Message Formats). */
const RUNNING: readonly string[] = ['Q', 'E'];

/** A way to a PostgreSQL that counts the statements on their way there. */
export class WireTap {
  #count = 0;
  readonly #server = createServer((client) => this.#join(client));
  readonly #sockets = new Set<Socket>();
  #target = { host: '', port: 0 };
  #port = 0;

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** The same database, by way of here. All URLs must name the same server. */
  readonly way = (url: string): string => {
    const through = new URL(url);
    this.#target = { host: through.hostname, port: Number(through.port || 5432) };
    through.host = `127.0.0.1:${this.#port}`;
    return through.href;
  };

  /** Statements since the last time it was asked. */
  take(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    const server = connect(this.#target);
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
    }
    const typeOf = messageTypes();
    client.on('data', (chunk) => {
      this.#count += typeOf(chunk as Buffer).filter((type) => RUNNING.includes(type)).length;
    });
    client.pipe(server).pipe(client);
  }
}

/** Types of the messages that are whole with each chunk; the first message of a connection has a length only. */
function messageTypes(): (chunk: Buffer) => string[] {
  let rest: Buffer = Buffer.alloc(0);
  let typed = 0;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const types: string[] = [];
    while (rest.length >= typed + LENGTH) {
      const end = typed + rest.readUInt32BE(typed);
      if (rest.length < end) break;
      if (typed > 0) types.push(rest.toString('latin1', 0, TYPE));
      rest = rest.subarray(end);
      typed = TYPE;
    }
    return types;
  };
}
