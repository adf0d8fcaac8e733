import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainException } from '../../src/domain/domain-error.js';
import { systemStatement } from '../../src/persistence/statement.js';
import { type Method, startTestApp, type TestApp } from '../support/app.js';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
  };
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: object }>> };
}

const PLATFORM = 'a platform token of at least 32 characters';
const ID = '019b2d4e-7c10-7a61-9f3e-5d2b8c1a4e70';
const NAMES = ['%00', 'a%00b'];
const TEXTS = ['\0', 'a\0b', '\ud800'];

let app: TestApp;
let document: Document;
let token: string;
beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_PLATFORM_TOKEN: PLATFORM } });
  document = (await app.http.inject('/docs-json')).json();
  const { tenant } = await app.connection();
  ({ token } = await app.tenants.createToken({ tenant: tenant.slug, scopes: ['tenant:admin'] }));
});
afterAll(() => app.close());

const operations = (): [Method, string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [Method, string, Operation] => [
      method.toUpperCase() as Method,
      path,
      operation,
    ]),
  );
const filled = (path: string, value = ID) =>
  path.replaceAll(/\{\w+\}/g, value).replace(/\/stream$/, '/stream?after=nowhere');
const ask = (method: Method, url: string, body?: object) =>
  app.call(method, url, body, { token: url.startsWith('/api/v1/tenants') ? PLATFORM : token });

describe('A character that PostgreSQL cannot store', () => {
  it('in a parameter of a query is refused by every management route, and a server error nowhere', async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const [method, path, { parameters = [] }] of operations()) {
      for (const { name } of parameters.filter((each) => each.in === 'query')) {
        for (const value of NAMES) {
          const base = filled(path);
          const url = `${base}${base.includes('?') ? '&' : '?'}${name}=${value}`;
          const { status } = await ask(method, url, method === 'GET' || method === 'DELETE' ? undefined : {});
          asked++;
          if (status >= 500 || (path.startsWith('/api/v1') && status < 400)) wrong.push(`${method} ${url} ${status}`);
        }
      }
    }
    expect(asked).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  it('in the search of the audit log is 422 and names the parameter', async () => {
    const answer = await ask('GET', '/api/v1/audit?requestId=%00');
    expect(answer.status).toBe(422);
    expect(answer.json.errors).toEqual([{ field: 'requestId', detail: expect.stringMatching(/no text can have/) }]);
    expect((await ask('GET', '/api/v1/audit?requestId=0')).status).toBe(200);
  });

  it('in a path is a client error everywhere', async () => {
    const wrong: string[] = [];
    for (const [method, path] of operations().filter(([, each]) => each.includes('{'))) {
      for (const value of NAMES) {
        const { status } = await ask(method, filled(path, value), method === 'GET' ? undefined : {});
        if (status < 400 || status >= 500) wrong.push(`${method} ${path} ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('in a property of a body is a client error everywhere', async () => {
    const wrong: string[] = [];
    for (const [method, path, { requestBody }] of operations()) {
      const schema = Object.values(requestBody?.content ?? {})[0]
        ?.schema.$ref?.split('/')
        .at(-1);
      for (const name of Object.keys(document.components.schemas[schema ?? '']?.properties ?? {})) {
        for (const text of TEXTS) {
          const { status } = await ask(method, filled(path), { [name]: text });
          if (status < 400 || status >= 500) wrong.push(`${method} ${path} ${name} ${status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('that passes every check is still no server error, because the refusal of the database is translated', async () => {
    const text = systemStatement('test.text', 'select $text::text as text');
    const json = systemStatement('test.json', 'select $text::jsonb as json');
    for (const [statement, value] of [
      [text, '\0'],
      [json, '{"a":"\\u0000"}'],
    ] as const) {
      const failed = await app.work.system.run(statement, { text: value }).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(DomainException);
      expect((failed as DomainException).error.kind).toBe('invalid');
    }
  });
});
