import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { LimitCounter } from '../config/limit-counter.js';
import { LIMITS } from '../config/limits.js';

/**
 * Bounds the connections of the server: in all, and for each address where clients are told apart by it. When all are taken, further
 * ones are for probes: they are accepted, serve one request that only probes may make, and the oldest of them gives way to the next.
 * So a balancer finds out how the instance does, however many connections others hold open.
 */
export class Connections {
  private open = 0;
  private readonly byAddress = new Map<string, number>();
  private readonly forProbes = new Set<Socket>();

  /** @param tellsApart whether clients come from addresses of their own, and not from that of a proxy */
  constructor(
    private readonly tellsApart: boolean,
    private readonly limits: LimitCounter,
  ) {}

  /** To be called before the server listens. */
  guard(server: Server): void {
    // A last stop, for a burst that comes faster than connections are closed.
    server.maxConnections = LIMITS.connections.value + 2 * LIMITS.probeConnections.value;
    server.on('connection', (socket: Socket) => this.accept(socket));
    server.on('drop', () => this.limits.add('connections'));
  }

  /** Whether the connection serves nothing but probes, and one request. */
  isForProbes(socket: Socket): boolean {
    return this.forProbes.size > 0 && this.forProbes.has(socket);
  }

  private accept(socket: Socket): void {
    const address = this.tellsApart ? socket.remoteAddress : undefined;
    const ofAddress = address === undefined ? 0 : (this.byAddress.get(address) ?? 0);
    if (ofAddress >= LIMITS.connectionsPerAddress.value) {
      this.limits.add('connectionsPerAddress');
      socket.destroy();
      return;
    }
    this.open++;
    if (address !== undefined) this.byAddress.set(address, ofAddress + 1);
    if (this.open - this.forProbes.size > LIMITS.connections.value) this.keepForProbes(socket);
    socket.once('close', () => this.forget(socket, address));
  }

  private keepForProbes(socket: Socket): void {
    this.limits.add('connections');
    this.forProbes.add(socket);
    if (this.forProbes.size <= LIMITS.probeConnections.value) return;
    const [oldest] = this.forProbes;
    this.limits.add('probeConnections');
    oldest?.destroy();
  }

  private forget(socket: Socket, address: string | undefined): void {
    this.open--;
    this.forProbes.delete(socket);
    if (address === undefined) return;
    const left = (this.byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.byAddress.set(address, left);
    else this.byAddress.delete(address);
  }
}
