import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { probeApp } from './probe.js';

let app: NestFastifyApplication;
let port: number;
beforeAll(async () => {
  app = await probeApp();
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as AddressInfo).port;
});
afterAll(() => app.close());

/** Writes bytes and reads until the other side closes. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write(bytes);
  });
}

describe('on a real connection', () => {
  it('a client that is still sending too large a body reads the refusal', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: 'Bearer good', 'content-type': 'application/scim+json' },
      body: JSON.stringify({ x: 'x'.repeat(20_000_000) }),
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ status: '413' });
  });

  it.each([
    ['a header over the limit', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`, '431'],
    ['what is not HTTP', 'HELO there\r\n\r\n', '400'],
  ])('%s is answered with a SCIM error', async (_, bytes, status) => {
    const [head = '', body = ''] = (await exchange(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('Content-Type: application/scim+json');
    expect(JSON.parse(body)).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status });
  });

  it('a request that names the whole URL is answered like one that names the path', async () => {
    const answer = await exchange('GET http://any/scim/v2/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain('content-type: application/scim+json');
  });
});
