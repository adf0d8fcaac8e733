import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Readiness } from '../../src/http/readiness.js';
import { type ProbeOptions, probeApp } from './probe.js';

let app: NestFastifyApplication;
afterEach(() => app.close());

const start = async (options: ProbeOptions = {}) => {
  app = await probeApp(options);
};
const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

describe('health', () => {
  it('is alive and ready while the database answers', async () => {
    await start();
    expect((await get('/livez')).statusCode).toBe(200);
    expect((await get('/readyz')).statusCode).toBe(200);
  });

  it('is alive but not ready while it does not', async () => {
    await start({ databaseAnswers: () => Promise.reject(new Error('no route to db.internal')) });
    expect((await get('/livez')).statusCode).toBe(200);
    const answer = await get('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'retry-after': '5',
    });
    expect(answer.body).toContain('The database does not answer.');
    expect(answer.body).not.toContain('db.internal');
  });

  it('is not ready once it drains, and still answers', async () => {
    await start();
    app.get(Readiness).drain();
    expect((await get('/readyz')).statusCode).toBe(503);
    expect((await get('/scim/v2/Users/7', { authorization: 'Bearer good' })).statusCode).toBe(200);
  });
});

describe('metrics', () => {
  it('measure by method, pattern of the route and class of status, and never by tenant', async () => {
    await start();
    await get('/scim/v2/Users/secret-id', { authorization: 'Bearer good' });
    await get('/scim/v2/Users/secret-id');
    const page = await get('/metrics');
    expect(page.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(page.body).toContain(
      'http_request_duration_seconds_count{method="GET",route="/scim/v2/Users/:id",status="2xx"} 1',
    );
    expect(page.body).toContain(
      'http_request_duration_seconds_count{method="GET",route="/scim/v2/Users/:id",status="4xx"} 1',
    );
    expect(page.body).not.toMatch(/secret-id|acme/);
  });

  it('count what no route takes under one name', async () => {
    await start();
    await get('/one');
    await get('/two');
    expect((await get('/metrics')).body).toContain('_count{method="GET",route="unmatched",status="4xx"} 2');
  });
});

describe('the log', () => {
  it('has one line per request, and nothing of what was in it', async () => {
    const lines: string[] = [];
    await start({ lines });
    lines.length = 0;
    await app.inject({
      method: 'POST',
      url: '/scim/v2/Users?filter=hidden-query',
      headers: { authorization: 'Bearer good', 'content-type': 'application/json', 'x-request-id': 'r-1' },
      payload: '{"userName":"hidden-name","password":"hidden-word"}',
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'request',
      requestId: 'r-1',
      method: 'POST',
      route: '/scim/v2/Users',
      status: 201,
      tenant: 'acme',
      connection: '019aa000-0000-7000-8000-000000000004',
      ms: expect.any(Number),
    });
    expect(lines[0]).not.toMatch(/hidden|good/);
  });

  it('has a line for a URL that no router could read', async () => {
    const lines: string[] = [];
    await start({ lines });
    lines.length = 0;
    await get('/scim/v2/Users/%zz');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ route: 'unmatched', status: 400 }]);
  });

  it('has the reason of a failure under the id that the answer gives, and the answer has no reason', async () => {
    const lines: string[] = [];
    await start({ lines });
    lines.length = 0;
    const answer = await get('/scim/v2/Users/bug', { authorization: 'Bearer good', 'x-request-id': 'r-2' });
    expect(answer.json()).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '500',
      detail: 'The request failed for a reason on our side. Its id is r-2.',
    });
    expect(answer.body).not.toContain('secret detail');
    const [failure] = lines.map((line) => JSON.parse(line));
    expect(failure).toMatchObject({ requestId: 'r-2', err: { message: 'secret detail of the inside' } });
  });
});
