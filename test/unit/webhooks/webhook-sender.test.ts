import { getEventListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { allowedHosts } from '../../../src/http/allowed-hosts.js';
import type { Resolve } from '../../../src/http/outbound-guard.js';
import { WebhookSender } from '../../../src/webhooks/webhook-sender.js';

/** The guard is off. */
const EVERYTHING = allowedHosts(['0.0.0.0/0', '::/0']);
const PUBLIC = { address: '93.184.215.14', family: 4 };
const never = new AbortController().signal;
const LOOPBACK = { address: '127.0.0.1', family: 4 };

let server: Server;
let port: number;
let asked: number;
let answer: Parameters<typeof createServer>[1];

beforeEach(async () => {
  asked = 0;
  answer = (_request, response) => void response.end('thanks');
  server = createServer((request, response) => {
    asked += 1;
    answer?.(request, response);
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const post = (sender: WebhookSender, host: string, path = '/hook') =>
  sender.send({ url: `http://${host}:${port}${path}`, headers: {}, body: '{}' }, never);

describe('A webhook to an address that is not allowed', () => {
  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::]',
    '[64:ff9b::7f00:1]',
    '169.254.169.254',
    '100.64.0.1',
    '10.0.0.1',
    '0.0.0.0',
    '0',
    'localhost',
    'LOCALHOST',
  ])('is not sent: http://%s', async (host) => {
    const { status, error } = await post(new WebhookSender(allowedHosts([])), host);
    expect({ status, asked }).toEqual({ status: null, asked: 0 });
    expect(error).toMatch(/may not reach/);
  });

  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '[::ffff:127.0.0.1]',
    'localhost',
  ])('and is sent with the guard off, as a control: http://%s', async (host) => {
    const sender = new WebhookSender(EVERYTHING);
    expect(await post(sender, host)).toMatchObject({ status: 200, excerpt: 'thanks', error: null });
  });

  it('tells before anything is sent, where the URL itself says so', () => {
    const sender = new WebhookSender(allowedHosts(['10.0.0.0/8', 'localhost']));
    const refused = (url: string) => sender.refuses(new URL(url));
    expect(['http://0x7f.1/', 'http://[::1]/', 'http://169.254.169.254/'].map(refused)).toEqual([true, true, true]);
    expect(['http://10.1.1.1/', 'https://example.com/', 'http://localhost/'].map(refused)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('A name', () => {
  const named = (resolve: Resolve, allowed: readonly string[] = []) =>
    new WebhookSender(allowedHosts(allowed), resolve);

  it('that means a private address is refused, whatever else it means', async () => {
    const sender = named(async () => [{ address: '93.184.215.14', family: 4 }, LOOPBACK]);
    expect((await post(sender, 'mixed.example')).error).toMatch(/may not reach/);
    expect(asked).toBe(0);
  });

  it('is looked up once for each attempt, and connected to as it was checked', async () => {
    const answers = [[LOOPBACK], [{ address: '10.0.0.1', family: 4 }]];
    const sender = named(async () => answers.shift() ?? [], ['127.0.0.1']);
    expect(await post(sender, 'rebinding.example')).toMatchObject({ status: 200 });
    expect((await post(sender, 'rebinding.example')).error).toMatch(/may not reach/);
    expect({ asked, left: answers.length }).toEqual({ asked: 1, left: 0 });
  });

  it('that is public when it is written down and private when it is connected to is refused', async () => {
    const rebinding = () => {
      const answers = [[PUBLIC], [LOOPBACK]];
      return async () => answers.shift() ?? [];
    };
    const resolve = rebinding();
    expect(await resolve()).toEqual([PUBLIC]);
    expect((await post(named(resolve), 'rebinding.example')).error).toMatch(/may not reach/);
    expect(asked).toBe(0);
    const control = rebinding();
    await control();
    expect(await post(new WebhookSender(EVERYTHING, control), 'rebinding.example')).toMatchObject({ status: 200 });
    expect(asked).toBe(1);
  });

  it('that is listed may mean any address', async () => {
    expect(
      await post(
        named(async () => [LOOPBACK], ['hooks.internal']),
        'Hooks.Internal',
      ),
    ).toMatchObject({ status: 200 });
    expect(
      (
        await post(
          named(async () => [LOOPBACK], ['hooks.internal']),
          'other.internal',
        )
      ).status,
    ).toBe(null);
  });

  it('that nobody knows is a failed attempt', async () => {
    const sender = named(async () => Promise.reject(Object.assign(new Error('gone'), { code: 'ENOTFOUND' })));
    expect((await post(sender, 'nowhere.example')).error).toBe('The request failed: ENOTFOUND.');
    expect(
      (
        await post(
          named(async () => []),
          'empty.example',
        )
      ).error,
    ).toBe('The request failed: ENODATA.');
  });
});

describe('An answer', () => {
  const sender = new WebhookSender(allowedHosts(['127.0.0.1']), undefined, 300);

  it.each([301, 302, 303, 307, 308])('that redirects to a private address is not followed: %i', async (status) => {
    answer = (_request, response) =>
      void response.writeHead(status, { location: `http://127.0.0.1:${port}/secret` }).end();
    expect(await post(sender, '127.0.0.1')).toMatchObject({ status });
    expect(asked).toBe(1);
  });

  it('that switches protocols is a failed attempt, and ends', async () => {
    answer = (request) =>
      void request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    expect(await post(sender, '127.0.0.1')).toMatchObject({ status: null, error: 'The request failed: ECONNRESET.' });
  });

  it.each(['before its head', 'before its body'])('that is still awaited %s ends with the process', async (when) => {
    const stop = new AbortController();
    answer = (_request, response) => {
      if (when === 'before its body') response.writeHead(200).flushHeaders();
      setImmediate(() => stop.abort());
    };
    const patient = new WebhookSender(allowedHosts(['127.0.0.1']));
    const request = { url: `http://127.0.0.1:${port}/hook`, headers: {}, body: '{}' };
    await patient.send(request, stop.signal);
    expect(await patient.send(request, stop.signal)).toMatchObject({
      status: null,
      error: 'The request failed: ABORT_ERR.',
    });
    expect(asked).toBe(1);
  });

  it('leaves nothing behind on the signal that ends the process', async () => {
    const stop = new AbortController();
    for (let number = 0; number < 3; number++) {
      await sender.send({ url: `http://127.0.0.1:${port}/hook`, headers: {}, body: '{}' }, stop.signal);
    }
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('is kept up to its first kilobyte, as text that can be stored', async () => {
    answer = (_request, response) => void response.end(`\0${'x'.repeat(100_000)}`);
    expect((await post(sender, '127.0.0.1')).excerpt).toBe('x'.repeat(1023));
  });

  it('that does not come in time is a failed attempt', async () => {
    answer = () => undefined;
    expect(await post(sender, '127.0.0.1')).toMatchObject({ status: null, error: 'No answer within 0.3 s.' });
  });

  it('counts when its status came in time, although its body never ends', async () => {
    answer = (_request, response) => void response.writeHead(200).write('a beginning');
    expect(await post(sender, '127.0.0.1')).toMatchObject({ status: 200, excerpt: 'a beginning' });
  });

  it('that breaks off before its status is a failed attempt', async () => {
    answer = (request) => void request.socket.destroy();
    expect((await post(sender, '127.0.0.1')).error).toBe('The request failed: ECONNRESET.');
  });
});
