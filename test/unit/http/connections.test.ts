import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { LimitCounter } from '../../../src/config/limit-counter.js';
import { LIMITS } from '../../../src/config/limits.js';
import { Connections } from '../../../src/http/connections.js';

class OpenSocket extends EventEmitter {
  isOpen = true;

  constructor(readonly remoteAddress: string) {
    super();
  }

  destroy(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.emit('close');
  }
}

let limits: LimitCounter;
let server: EventEmitter & { maxConnections?: number };
const guarded = (tellsApart: boolean): Connections => {
  limits = new LimitCounter();
  server = new EventEmitter();
  const connections = new Connections(tellsApart, limits);
  connections.guard(server as Server);
  return connections;
};
const connect = (address: string): OpenSocket => {
  const socket = new OpenSocket(address);
  server.emit('connection', socket);
  return socket;
};
const fill = (count: number, address: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => connect(address(index)));
const own = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;

describe('Connections of one address', () => {
  const most = LIMITS.connectionsPerAddress.value;

  it('are refused beyond the limit, others are not, and one that closes makes room', () => {
    guarded(true);
    const sockets = fill(most, () => '192.0.2.1');
    expect(connect('192.0.2.1').isOpen).toBe(false);
    expect(connect('192.0.2.2').isOpen).toBe(true);
    expect(limits.of('connectionsPerAddress')).toBe(1);
    sockets[0]?.destroy();
    expect(connect('192.0.2.1').isOpen).toBe(true);
  });

  it('are not counted behind a proxy, whose address all share', () => {
    guarded(false);
    fill(most, () => '192.0.2.1');
    expect(connect('192.0.2.1').isOpen).toBe(true);
  });
});

describe('Connections beyond all that the server takes', () => {
  let connections: Connections;
  let sockets: OpenSocket[];
  const isForProbes = (socket: OpenSocket) => connections.isForProbes(socket as unknown as Socket);
  beforeEach(() => {
    connections = guarded(true);
    sockets = fill(LIMITS.connections.value, own);
  });

  it('are for probes, and those within are not', () => {
    const beyond = connect('192.0.2.1');
    expect(beyond.isOpen).toBe(true);
    expect(isForProbes(beyond)).toBe(true);
    expect(sockets.some(isForProbes)).toBe(false);
    expect(limits.of('connections')).toBe(1);
  });

  it('give way to the next, the oldest first, so that a flood leaves a place', () => {
    const flood = fill(LIMITS.probeConnections.value, (index) => own(index + 100_000));
    expect(flood.every(({ isOpen }) => isOpen)).toBe(true);
    const probe = connect('192.0.2.1');
    expect([probe.isOpen, flood[0]?.isOpen, flood[1]?.isOpen]).toEqual([true, false, true]);
  });

  it('are ordinary again once others have closed', () => {
    sockets[0]?.destroy();
    expect(isForProbes(connect('192.0.2.1'))).toBe(false);
  });
});
