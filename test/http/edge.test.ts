import net, { type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LimitCounter } from '../../src/config/limit-counter.js';
import { LIMITS } from '../../src/config/limits.js';
import { BodyBudget } from '../../src/http/body-budget.js';
import { SlowBodies } from '../../src/http/slow-bodies.js';
import { type ScimClient, startTestApp, type TestApp } from '../support/app.js';

const MEBIBYTE = 1024 * 1024;
const URL_ENCODED = 'application/x-www-form-urlencoded';

let app: TestApp;
let client: ScimClient;
let budget: BodyBudget;
let limits: LimitCounter;
beforeAll(async () => {
  app = await startTestApp();
  await app.http.listen(0, '127.0.0.1');
  client = await app.connection();
  budget = app.http.get(BodyBudget);
  limits = app.http.get(LimitCounter);
});
afterAll(() => app.close());

const open: Talk[] = [];
afterEach(async () => {
  for (const talk of open.splice(0)) talk.hangUp();
  await until(() => budget.held === 0);
});

/** A connection on which bytes are written by hand. */
class Talk {
  text = '';
  isOver = false;
  private readonly socket: Socket;

  constructor(to: TestApp, bytes: string) {
    const { port } = to.http.getHttpServer().address() as AddressInfo;
    this.socket = net.connect(port, '127.0.0.1');
    this.socket.on('data', (chunk) => {
      this.text += chunk;
    });
    this.socket.on('end', () => {
      this.isOver = true;
    });
    this.socket.on('error', () => undefined);
    this.socket.write(bytes);
    open.push(this);
  }

  write(bytes: string): void {
    this.socket.write(bytes);
  }

  hangUp(): void {
    this.socket.destroy();
  }

  get status(): number | undefined {
    return this.text === '' ? undefined : Number(this.text.split(' ')[1]);
  }
}

/** Waits for what happens on the other side of a socket; the test's own time limit ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

interface Head {
  readonly method?: string;
  readonly path?: string;
  readonly token?: string | undefined;
  /** Instead of Content-Length. */
  readonly chunked?: true;
  readonly length?: number;
  readonly type?: string;
  readonly expect?: true;
}

function head({ method = 'POST', path = '/scim/v2/Groups', token, chunked, length = 0, type, expect }: Head): string {
  return [
    `${method} ${path} HTTP/1.1`,
    'Host: x',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    `Content-Type: ${type ?? 'application/scim+json'}`,
    chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`,
    ...(expect ? ['Expect: 100-continue'] : []),
    '\r\n',
  ].join('\r\n');
}

const talk = (request: Head, body = '', to = app) => new Talk(to, head(request) + body);
const good = () => client.issued.token;

describe('A request that is refused', () => {
  it.each<[string, Head, number]>([
    ['with a wrong token', { token: 'wrong', length: 5 * MEBIBYTE }, 401],
    ['without a token', { length: 5 * MEBIBYTE }, 401],
    ['in chunks with a wrong token', { token: 'wrong', chunked: true }, 401],
    ['on a path that is not there', { path: '/nowhere', length: 5 * MEBIBYTE }, 404],
    ['at the token endpoint with a large form', { path: '/oauth2/token', length: MEBIBYTE, type: URL_ENCODED }, 413],
    ['at the unsubscribe page with a large form', { path: '/unsubscribe', length: MEBIBYTE, type: URL_ENCODED }, 413],
    ['with a body where none is read', { method: 'GET', path: '/livez', length: 5 * MEBIBYTE }, 200],
  ])('%s is answered before a byte of its body has come, and hung up on', async (_what, request, status) => {
    const asked = talk(request);
    await until(() => asked.isOver);
    expect(asked.status).toBe(status);
    expect(asked.text.toLowerCase()).toContain('connection: close');
    expect(budget.held).toBe(0);
  });

  it('for a body over the limit of its route is answered by its announcement', async () => {
    for (const [path, limit] of [
      ['/scim/v2/Groups', LIMITS.requestBodyBytes],
      ['/scim/v2/Users', LIMITS.userBodyBytes],
      ['/scim/v2/Bulk', LIMITS.bulkPayloadBytes],
      ['/scim/v2/.search', LIMITS.searchBodyBytes],
      ['/scim/v2/Users/.search', LIMITS.searchBodyBytes],
    ] as const) {
      const over = talk({ path, token: good(), length: limit.value + 1 });
      const within = talk({ path, token: good(), length: limit.value });
      await until(() => over.isOver && budget.held === limit.value);
      expect([path, over.status, within.status]).toEqual([path, 413, undefined]);
      within.hangUp();
      await until(() => budget.held === 0);
    }
    expect(limits.of('userBodyBytes')).toBe(1);
  });

  it('with a short body keeps its connection', async () => {
    const asked = talk({ token: 'wrong', length: 2 }, '{}');
    await until(() => asked.status === 401);
    asked.write(head({ method: 'GET', path: '/livez' }));
    await until(() => asked.text.includes('ok\n'));
    expect(asked.isOver).toBe(false);
  });

  it('over the rate is answered before its body', async () => {
    const limited = await startTestApp({ beside: app, env: { MUSTER_RATE_LIMIT: 'on' } });
    await limited.http.listen(0, '127.0.0.1');
    const other = limited.clientOf(await app.connection());
    const request = { token: other.issued.token, length: 5 * MEBIBYTE };
    for (let sent = 0; sent < 100; sent++) await other.get('/Users?count=0');
    const asked = talk(request, '', limited);
    await until(() => asked.isOver);
    expect(asked.status).toBe(429);
    await limited.close();
  });

  it('is not asked for a body that waits for 100 Continue, and another is', async () => {
    const refused = talk({ token: 'wrong', length: 2, expect: true });
    const admitted = talk({ path: '/scim/v2/Users', token: good(), length: 2, expect: true });
    await until(() => refused.isOver && admitted.text !== '');
    expect(refused.status).toBe(401);
    expect(admitted.status).toBe(100);
    admitted.write('{}');
    await until(() => / 400 /.test(admitted.text));
  });
});

const user = (name: string) => JSON.stringify({ schemas: [USER], userName: name });
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('The bytes of a body', () => {
  it('are held from the announcement on', async () => {
    const asked = talk({ token: good(), length: 5 * MEBIBYTE }, '{');
    await until(() => budget.held === 5 * MEBIBYTE);
    expect(asked.status).toBeUndefined();
  });

  const body = user('held');
  it.each<[string, Head, string, number]>([
    ['that is answered', { path: '/scim/v2/Users' }, body, 201],
    ['that is no JSON', { path: '/scim/v2/Users' }, '{"a"', 400],
    ['of another type', { path: '/scim/v2/Users', type: 'text/plain' }, 'abc', 415],
    ['of a form where none is taken', { path: '/scim/v2/Users', type: URL_ENCODED }, 'a=b', 415],
    ['nobody has a route for', { path: '/scim/v2/Nowhere' }, '{}', 404],
  ])('%s are given back', async (_what, request, sent, status) => {
    const asked = talk({ ...request, token: good(), length: sent.length }, sent);
    await until(() => asked.status !== undefined);
    expect([asked.status, budget.held]).toEqual([status, 0]);
  });

  it('are given back when the client goes away', async () => {
    const asked = talk({ token: good(), length: 5 * MEBIBYTE }, '{"a":');
    await until(() => budget.held > 0);
    asked.hangUp();
    await until(() => budget.held === 0);
  });

  it('over the share of a tenant are 429, while another tenant goes on', async () => {
    const request = { token: good(), length: 5 * MEBIBYTE };
    for (let sent = 0; sent < 3; sent++) talk(request);
    await until(() => budget.held === 15 * MEBIBYTE);
    const fourth = talk(request);
    await until(() => fourth.isOver);
    expect(fourth.status).toBe(429);
    expect(fourth.text).toMatch(/retry-after: 1\r\n/i);
    expect(limits.of('tenantBodyBytesInFlight')).toBe(1);
    const other = talk({ ...request, token: (await app.connection()).issued.token });
    await until(() => budget.held === 20 * MEBIBYTE);
    expect(other.status).toBeUndefined();
  });

  it('over all that the process takes are 503, and a probe is answered', async () => {
    const tenants = await Promise.all(Array.from({ length: 4 }, () => app.connection()));
    for (const { issued } of tenants) {
      for (let sent = 0; sent < 3; sent++) talk({ token: issued.token, length: 5 * MEBIBYTE });
    }
    await until(() => budget.held === 60 * MEBIBYTE);
    const refused = talk({ token: good(), length: 5 * MEBIBYTE });
    await until(() => refused.isOver);
    expect(refused.status).toBe(503);
    expect(refused.text).toMatch(/retry-after: \d/i);
    expect(limits.of('bodyBytesInFlight')).toBe(1);
    expect((await app.call('GET', '/readyz')).status).toBe(200);
    expect((await client.get('/Users?count=0')).status).toBe(200);
  });

  it('in chunks are counted as they come', async () => {
    const asked = talk({ path: '/scim/v2/Users', token: good(), chunked: true });
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    asked.write(chunk);
    await until(() => budget.held === 0x10000);
    for (let sent = 0; sent < 16; sent++) asked.write(chunk);
    await until(() => asked.isOver);
    expect([asked.status, budget.held]).toEqual([413, 0]);
  });

  it('of strangers are bounded by address', async () => {
    const form = { path: '/oauth2/token', length: LIMITS.formBytes.value, type: URL_ENCODED };
    for (let sent = 0; sent < 16; sent++) talk(form);
    await until(() => budget.held === MEBIBYTE);
    const refused = talk({ ...form, length: 1 });
    await until(() => refused.status !== undefined);
    expect(refused.status).toBe(429);
    expect(limits.of('addressBodyBytesInFlight')).toBe(1);
  });
});

describe('A body that comes slowly', () => {
  const check = () => app.http.get(SlowBodies).check();

  it('is 408 after its grace, and not before', async () => {
    const asked = talk({ path: '/scim/v2/Users', token: good(), length: 1000 }, '{');
    await until(() => budget.held === 1000);
    app.clock.advance(4_999);
    check();
    await new Promise(setImmediate);
    expect([asked.status, budget.held]).toEqual([undefined, 1000]);
    app.clock.advance(1);
    check();
    await until(() => asked.status !== undefined);
    expect([asked.status, budget.held]).toEqual([408, 0]);
    expect(limits.of('bodyBytesPerSecond')).toBe(1);
  });

  it('is let go on while it keeps the rate', async () => {
    const bytes = 10 * LIMITS.bodyBytesPerSecond.value;
    const asked = talk({ token: good(), chunked: true });
    asked.write(`${bytes.toString(16)}\r\n${' '.repeat(bytes)}\r\n`);
    await until(() => budget.held === bytes);
    app.clock.advance(10_000);
    check();
    await new Promise(setImmediate);
    expect(asked.status).toBeUndefined();
  });
});

describe('Documents that everybody may read', () => {
  const paths = [
    '/docs',
    '/docs-json',
    '/docs/start.js',
    '/docs/swagger-ui.css',
    '/docs/swagger-ui-bundle.js',
    '/docs/events',
    '/docs/events.json',
    '/.well-known/oauth-authorization-server',
    '/scim/v2/ServiceProviderConfig',
    '/scim/v2/Schemas',
    `/scim/v2/Schemas/${USER}`,
    '/scim/v2/ResourceTypes',
    '/scim/v2/ResourceTypes/User',
  ];

  it.each(paths)('%s is the same bytes again, and 304 to a client that has them', async (path) => {
    const first = await app.call('GET', path);
    expect(first.status).toBe(200);
    expect((await app.call('GET', path)).text).toBe(first.text);
    const headers = { 'if-none-match': first.headers.etag ?? '' };
    const again = await app.call('GET', path, undefined, { headers });
    expect([again.status, again.text]).toEqual([304, '']);
    const other = await app.call('GET', path, undefined, { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it('are compressed for a client that takes it, and for no other', async () => {
    const ask = (coding: string) =>
      app.http.inject({ url: '/docs-json', headers: { 'accept-encoding': coding, host: 'x' } });
    expect((await ask('br, gzip')).headers['content-encoding']).toBe('gzip');
    expect((await ask('br, gzip;q=0')).headers['content-encoding']).toBeUndefined();
    expect((await ask('identity')).headers['content-encoding']).toBeUndefined();
  });
});
