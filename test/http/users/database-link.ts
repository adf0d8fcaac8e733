import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a database that can be cut, as a network or a restart would cut it, and mended. */
export class DatabaseLink {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  private constructor(
    private readonly port: number,
    private readonly target: { readonly host: string; readonly port: number },
  ) {}

  /** @param databaseUrl where the link leads */
  static async open(databaseUrl: string): Promise<DatabaseLink> {
    const { hostname, port } = new URL(databaseUrl);
    const probe = await listening(createServer(), 0);
    const address = probe.address();
    if (address === null || typeof address === 'string') throw new Error('There is no free port.');
    await closed(probe);
    const link = new DatabaseLink(address.port, { host: hostname, port: Number(port) });
    await link.mend();
    return link;
  }

  /** The same database, reached through the link. */
  urlOf(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  async mend(): Promise<void> {
    this.server = await listening(
      createServer((near) => this.join(near, connect(this.target))),
      this.port,
    );
  }

  /** Drops what is under way and refuses what comes. */
  async cut(): Promise<void> {
    const gone = this.server && closed(this.server);
    for (const socket of this.sockets) socket.destroy();
    await gone;
  }

  private join(near: Socket, far: Socket): void {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}

function listening(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
