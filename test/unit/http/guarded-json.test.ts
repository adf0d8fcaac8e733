import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { allowedHosts } from '../../../src/http/allowed-hosts.js';
import { guardedJson } from '../../../src/http/guarded-json.js';
import { OutboundGuard, type Resolve } from '../../../src/http/outbound-guard.js';

const LOOPBACK: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];

let server: Server;
let asked: number;
let answer: Parameters<typeof createServer>[1];
beforeEach(async () => {
  asked = 0;
  answer = (_request, response) => void response.end('{"a":1}');
  server = createServer((request, response) => {
    asked += 1;
    answer?.(request, response);
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const get = (host: string, allowed: readonly string[], resolve?: Resolve) => {
  const { port } = server.address() as AddressInfo;
  return guardedJson(new OutboundGuard(allowedHosts(allowed), resolve), `http://${host}:${port}/`, 300);
};

describe('A document whose address a tenant chose', () => {
  it('is had from a host that is listed, also without encryption', async () => {
    expect(await get('127.0.0.1', ['127.0.0.1'])).toEqual({ a: 1 });
    expect(await get('keys.internal', ['keys.internal'], LOOPBACK)).toEqual({ a: 1 });
  });

  it.each<[string, string, readonly string[]]>([
    ['a private address', '127.0.0.1', []],
    ['a private address in another spelling', '2130706433', []],
    ['a private address in IPv6', '[::1]', []],
    ['a name without encryption', 'keys.example.com', ['127.0.0.0/8']],
  ])('is not asked for at %s', async (_what, host, allowed) => {
    await expect(get(host, allowed, LOOPBACK)).rejects.toThrow('may not be reached');
    expect(asked).toBe(0);
  });

  it('is not asked for at a public name that means a private address', async () => {
    const guard = new OutboundGuard(allowedHosts([]), LOOPBACK);
    await expect(guardedJson(guard, 'https://keys.example.com/')).rejects.toThrow('may not be reached');
  });

  it.each<[string, Parameters<typeof createServer>[1]]>([
    ['an error', (_request, response) => void response.writeHead(500).end('{}')],
    ['a redirect', (_request, response) => void response.writeHead(302, { location: '/x' }).end('{}')],
    ['too large', (_request, response) => void response.end(JSON.stringify('x'.repeat(300_000)))],
    ['no JSON', (_request, response) => void response.end('keys')],
    ['nothing in time', () => undefined],
    ['never over', (_request, response) => void response.writeHead(200).write('{')],
    ['broken off', (request) => void request.socket.destroy()],
  ])('is none when the answer is %s', async (_what, given) => {
    answer = given;
    await expect(get('127.0.0.1', ['127.0.0.1'])).rejects.toThrow();
    expect(asked).toBe(1);
  });
});
