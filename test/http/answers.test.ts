import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { probeApp } from './probe.js';

const AUTH = { authorization: 'Bearer good' };

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await probeApp();
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers: { ...AUTH, ...headers } });
const post = (payload: string, type = 'application/scim+json') =>
  app.inject({ method: 'POST', url: '/scim/v2/Users', headers: { ...AUTH, 'content-type': type }, payload });

describe('a reply', () => {
  it('sends JSON text as it is, with its version', async () => {
    const answer = await get('/scim/v2/Users/7');
    expect(answer.body).toBe('{"id":"7"}');
    expect(answer.headers).toMatchObject({ 'content-type': 'application/scim+json; charset=utf-8', etag: 'W/"1"' });
  });

  it('gives location and version of what was created', async () => {
    const answer = await post('{}');
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).toMatchObject({ location: 'https://example.com/1', etag: 'W/"1"' });
  });

  it.each([
    ['DELETE', '/scim/v2/Users/7', 204],
    ['GET', '/scim/v2/Users/same', 304],
  ] as const)('to %s %s has no body', async (method, url, status) => {
    const answer = await app.inject({ method, url, headers: AUTH });
    expect([answer.statusCode, answer.body, answer.headers['content-type']]).toEqual([status, '', undefined]);
  });

  it('to HEAD is that to GET without its body', async () => {
    const answer = await app.inject({ method: 'HEAD', url: '/scim/v2/Users/7', headers: AUTH });
    expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([200, '', 'W/"1"']);
  });

  it('to OPTIONS names the methods', async () => {
    const answer = await app.inject({ method: 'OPTIONS', url: '/scim/v2/Users', headers: AUTH });
    expect([answer.statusCode, answer.headers.allow]).toEqual([204, 'GET, HEAD, POST']);
  });
});

describe('a request', () => {
  it.each(['/scim/v2//Users/7', '/scim/v2/Users/7/', '//scim//v2/Users/7?x=//'])(
    'may spare slashes: %s',
    async (url) => {
      expect((await get(url)).body).toBe('{"id":"7"}');
    },
  );

  it.each([
    ['a+b', 'a b'],
    ['a%2Bb', 'a+b'],
    ['a%20b', 'a b'],
    ['a%27%22', `a'"`],
    ['https%3A%2F%2Fx%2F%2Fy', 'https://x//y'],
    ['https://x//y', 'https://x//y'],
    ['%', '%'],
    ['%zz', '%zz'],
  ])('has the query %s read as %s', async (sent, read) => {
    expect((await get(`/scim/v2/Users?filter=${sent}`)).json()).toEqual({ query: { filter: read } });
  });

  it.each([
    undefined,
    'application/scim+json',
    'application/json',
    'application/scim+json;charset=utf-8',
    'APPLICATION/JSON',
    '*/*',
    'application/*;q=0.5',
    'text/html, image/gif, *; q=.2, */*; q=.2',
  ])('with Accept %s is answered', async (accept) => {
    const answer = await app.inject({ url: '/scim/v2/Users/7', headers: { ...AUTH, ...(accept && { accept }) } });
    expect(answer.statusCode).toBe(200);
  });

  it.each([
    'application/json',
    'application/scim+json; charset=utf-8',
    'APPLICATION/SCIM+JSON',
    'application/json;charset="UTF-8"',
  ])('may have a body of type %s', async (type) => {
    expect((await post('{"userName":"Zoë 𝄞"}', type)).json().body).toEqual({ userName: 'Zoë 𝄞' });
  });

  it('may begin its body with a byte order mark', async () => {
    expect((await post('\ufeff{"a":1}')).statusCode).toBe(201);
  });

  it('may nest as deep as the limit, and brackets in strings do not count', async () => {
    const deepest = `{"x":${'['.repeat(31)}${JSON.stringify('[{"\\'.repeat(40))}${']'.repeat(31)}}`;
    expect((await post(deepest)).statusCode).toBe(201);
  });

  it('keeps __proto__ as a name like any other', async () => {
    const answer = await post('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    expect(answer.statusCode).toBe(201);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('to delete may declare a type without having a body', async () => {
    const headers = { ...AUTH, 'content-type': 'application/scim+json' };
    expect((await app.inject({ method: 'DELETE', url: '/scim/v2/Users/7', headers })).statusCode).toBe(204);
  });

  it('cannot put a line break into a header', async () => {
    const answer = await get('/scim/v2/Users/x%0d%0aset-cookie:%20a=b', { 'x-request-id': 'a b' });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.statusCode).toBe(200);
  });
});

describe('the request id', () => {
  it('is the client’s when it is harmless', async () => {
    expect((await get('/scim/v2/Users/7', { 'x-request-id': 'okta-1.2_3' })).headers['x-request-id']).toBe(
      'okta-1.2_3',
    );
  });

  it.each(['', 'a b', 'a"b', 'é', 'x'.repeat(129)])('is a new UUIDv7 in place of %j', async (given) => {
    const answer = await get('/scim/v2/Users/7', { 'x-request-id': given });
    expect(answer.headers['x-request-id']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('is what the route sees', async () => {
    const answer = await post('{}');
    expect(answer.json().requestId).toBe(answer.headers['x-request-id']);
  });
});

describe('outside the SCIM path', () => {
  it('an unknown path is answered with problem details', async () => {
    const answer = await app.inject('/nope?token=1');
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is nothing here.',
    });
  });

  it('a path that only begins like it is not SCIM', async () => {
    expect((await app.inject('/scim/v20/Users')).headers['content-type']).toMatch(/^application\/problem\+json/);
  });
});
