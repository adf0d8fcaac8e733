import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { probeApp } from './probe.js';

const AUTH = { authorization: 'Bearer good' };
const SCIM = { ...AUTH, 'content-type': 'application/scim+json' };
const URN_ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

interface Case {
  readonly name: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  /** Headers; a valid token unless given. */
  readonly send?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly status: number;
  readonly scimType?: string;
  readonly detail?: RegExp;
  /** Headers of the answer. */
  readonly answers?: Readonly<Record<string, string>>;
}

const deep = (levels: number): string => `{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;

const CASES: readonly Case[] = [
  // what guards refuse
  {
    name: 'no token',
    url: '/scim/v2/Users',
    send: {},
    status: 401,
    answers: { 'www-authenticate': 'Bearer realm="muster"' },
  },
  {
    name: 'a wrong token',
    url: '/scim/v2/Users',
    send: { authorization: 'Bearer bad' },
    status: 401,
    answers: { 'www-authenticate': 'Bearer realm="muster", error="invalid_token"' },
  },
  {
    name: 'a scope that is missing',
    method: 'PATCH',
    url: '/scim/v2/Users/1',
    send: SCIM,
    body: '{}',
    status: 403,
    answers: { 'www-authenticate': 'Bearer realm="muster", error="insufficient_scope"' },
  },
  { name: 'an unknown path without a token', url: '/scim/v2/Nope', send: {}, status: 401 },
  { name: 'a wrong method without a token', method: 'PUT', url: '/scim/v2/Users', send: {}, status: 401 },
  { name: 'Bulk without a token', method: 'POST', url: '/scim/v2/Bulk', send: {}, status: 401 },
  // what services refuse
  { name: 'a user that is absent', url: '/scim/v2/Users/absent', status: 404, detail: /User absent not found/ },
  { name: 'a name that is taken', url: '/scim/v2/Users/taken', status: 409, scimType: 'uniqueness' },
  { name: 'a stale version', url: '/scim/v2/Users/stale', status: 412 },
  { name: 'a database that is down', url: '/scim/v2/Users/down', status: 503, answers: { 'retry-after': '5' } },
  // routes and methods
  { name: 'an unknown path', url: '/scim/v2/Nope', status: 404 },
  { name: 'the SCIM path itself', url: '/scim/v2', status: 404 },
  { name: 'a path of other case', url: '/scim/v2/users', status: 404 },
  {
    name: 'a wrong method on a collection',
    method: 'PUT',
    url: '/scim/v2/Users',
    send: SCIM,
    body: '{}',
    status: 405,
    answers: { allow: 'GET, HEAD, POST' },
  },
  {
    name: 'a wrong method on a resource, with slashes to spare',
    method: 'POST',
    url: '/scim/v2//Users/1/',
    send: SCIM,
    body: '{}',
    status: 405,
    answers: { allow: 'DELETE, GET, HEAD, PATCH, PUT' },
  },
  { name: 'Me', url: '/scim/v2/Me', status: 501 },
  { name: 'below Me', method: 'PATCH', url: '/scim/v2/Me/x', send: SCIM, body: '{}', status: 501 },
  // media types
  { name: 'an Accept of HTML alone', url: '/scim/v2/Users', send: { ...AUTH, accept: 'text/html' }, status: 406 },
  ...['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '?'].map(
    (type): Case => ({
      name: `a body of type ${type}`,
      method: 'POST',
      url: '/scim/v2/Users',
      send: { ...AUTH, 'content-type': type },
      body: '{}',
      status: 415,
    }),
  ),
  ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({
    name: `a method that a known path does not take, ${method}, with a body that nobody reads,`,
    method: method as 'POST',
    url: '/scim/v2/ServiceProviderConfig',
    send: { ...AUTH, 'content-type': 'text/plain', 'content-encoding': 'br' },
    body: 'test',
    status: 405,
  })),
  {
    name: 'a compressed body',
    method: 'POST',
    url: '/scim/v2/Users',
    send: { ...SCIM, 'content-encoding': 'gzip' },
    body: '{}',
    status: 415,
    detail: /Content-Encoding/,
  },
  // bodies
  ...(
    [
      ['JSON that is broken', '{"a": tre}', /not valid JSON/],
      ['an empty body', '', /empty/],
      ['an array', '[]', /must be a JSON object/],
      ['a string', '"x"', /must be a JSON object/],
      ['null', 'null', /must be a JSON object/],
      ['JSON 33 levels deep', deep(32), /deeper than 32/],
      ['JSON 100 000 levels deep', deep(100_000), /deeper than 32/],
      ['brackets that never close', '['.repeat(100_000), /deeper than 32/],
      ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), /UTF-8/],
      ['a surrogate encoded by itself', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]), /UTF-8/],
    ] as const
  ).map(
    ([name, body, detail]): Case => ({
      name,
      method: 'POST',
      url: '/scim/v2/Users',
      send: SCIM,
      body,
      status: 400,
      scimType: 'invalidSyntax',
      detail,
    }),
  ),
  {
    name: 'no body at all',
    method: 'POST',
    url: '/scim/v2/Users',
    status: 400,
    scimType: 'invalidSyntax',
    detail: /missing/,
  },
  {
    name: 'a body over the limit',
    method: 'POST',
    url: '/scim/v2/Users',
    send: SCIM,
    body: JSON.stringify({ x: 'x'.repeat(5 * 1024 * 1024) }),
    status: 413,
    detail: /1048576 bytes/,
  },
  // URLs
  ...['%', '%zz', '%c0%af', '%ff'].map(
    (id): Case => ({ name: `the id ${id}`, url: `/scim/v2/Users/${id}`, status: 400, scimType: 'invalidSyntax' }),
  ),
  { name: 'an encoded slash that leads nowhere', url: '/scim/v2/Schemas/..%2f..%2fpackage.json', status: 404 },
  { name: 'a URL over the limit', url: `/scim/v2/Users?filter=${'a'.repeat(40_000)}`, status: 414, detail: /40000/ },
];

describe('under the SCIM path', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await probeApp();
  });
  afterAll(() => app.close());

  it.each(CASES)('$name is answered with a SCIM error: $status', async (each) => {
    const answer = await app.inject({
      method: each.method ?? 'GET',
      url: each.url,
      headers: { ...(each.send ?? AUTH) },
      ...(each.body !== undefined && { payload: each.body }),
    });
    const body = answer.json();
    expect({ status: answer.statusCode, body }).toEqual({
      status: each.status,
      body: {
        schemas: [URN_ERROR],
        status: String(each.status),
        ...(each.scimType && { scimType: each.scimType }),
        detail: expect.stringMatching(each.detail ?? /\.$/),
      },
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/scim+json; charset=utf-8',
      'x-request-id': expect.stringMatching(/./),
      'x-content-type-options': 'nosniff',
      ...each.answers,
    });
    if (each.status !== 401 && each.status !== 403) expect(answer.headers).not.toHaveProperty('www-authenticate');
  });
});
