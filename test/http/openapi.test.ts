import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describeApi } from '../../src/api-description.js';
import { OPERATIONS } from '../../src/http/openapi/operations.js';
import { probeApp } from './probe.js';

interface Content {
  readonly schema: { readonly $ref: string };
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Operation {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
}

/** Answers of the management API that are no JSON, by operation. */
const OTHER_ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'audit.export': ['application/x-ndjson', 'text/csv'],
  'platformAudit.export': ['application/x-ndjson', 'text/csv'],
  'feed.stream': ['text/event-stream'],
};

function bodyTypes(operationId: string, status: number): readonly string[] {
  if (status === 204) return [];
  if (status >= 400) return ['application/problem+json'];
  return OTHER_ANSWERS[operationId] ?? ['application/json'];
}

describe('the OpenAPI document', () => {
  let app: NestFastifyApplication;
  let document: OpenAPIObject;
  let operations: Operation[];
  beforeAll(async () => {
    app = await probeApp();
    document = (await app.inject('/docs-json')).json();
    operations = Object.values(document.paths).flatMap((item) => Object.values(item) as Operation[]);
  });
  afterAll(() => app.close());

  it('describes every operation of Muster, and describes none that is not there', async () => {
    const { paths, servers } = await describeApi('https://scim.example.com');
    const idsBelow = (start: string) =>
      Object.entries(paths)
        .filter(([path]) => path.startsWith(start))
        .flatMap(([, item]) => Object.values(item) as Operation[])
        .map(({ operationId }) => operationId);
    expect(idsBelow('/scim/v2').sort()).toEqual(Object.keys(OPERATIONS).sort());
    const oauth = [...idsBelow('/oauth2/'), ...idsBelow('/.well-known/')];
    expect(oauth).toEqual(['token.issue', 'metadata.read']);
    expect(idsBelow('/').length).toBe(idsBelow('/scim/v2').length + idsBelow('/api/v1/').length + oauth.length);
    expect(servers).toEqual([{ url: 'https://scim.example.com' }]);
  });

  it('has a summary, a body for every answer but 204 and problem details for every error of the management API', async () => {
    const { paths } = await describeApi('https://scim.example.com');
    const management = Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/v1/'))
      .flatMap(([, item]) => Object.values(item) as (Operation & { readonly summary?: string })[]);
    expect(management.length).toBeGreaterThan(8);
    for (const { operationId, summary, responses, requestBody } of management) {
      const bodies = Object.entries(responses).map(([status, { content }]) => [status, Object.keys(content ?? {})]);
      const expected = Object.keys(responses).map((status) => [status, bodyTypes(operationId, Number(status))]);
      expect({ operationId, bodies, summary }).toEqual({ operationId, bodies: expected, summary: expect.any(String) });
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '429', '503']));
      if (requestBody) expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '413', '415', '422']));
    }
  });

  it('leaves out what is for operators and what only refuses', () => {
    expect(Object.keys(document.paths).filter((path) => !path.startsWith('/scim/v2/'))).toEqual([]);
    expect(Object.keys(document.paths).filter((path) => path.includes('*'))).toEqual([]);
  });

  it('says for each operation whether it needs a token', () => {
    expect(operations.filter(({ security }) => security === undefined)).toEqual([]);
    const open = operations.filter(({ security }) => security?.length === 0).map(({ operationId }) => operationId);
    expect(open.every((id) => id.startsWith('discovery.'))).toBe(true);
  });

  it('speaks SCIM in every body', () => {
    const bodies = operations.flatMap(({ requestBody, responses }) =>
      [requestBody, ...Object.values(responses)].flatMap((each) => Object.keys(each?.content ?? {})),
    );
    expect(new Set(bodies)).toEqual(new Set(['application/scim+json']));
  });

  it('has examples that fit their own schemas', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'doc', components: document.components });
    const contents = operations.flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values(responses)].flatMap((each) =>
        Object.values(each?.content ?? {}).map((content) => ({ operationId, content })),
      ),
    );
    let checked = 0;
    for (const { operationId, content } of contents) {
      const validate = ajv.compile({ $ref: `doc${content.schema.$ref}` });
      for (const [name, { value }] of Object.entries(content.examples ?? {})) {
        checked++;
        expect({ operationId, name, errors: validate(value) ? [] : validate.errors }).toEqual({
          operationId,
          name,
          errors: [],
        });
      }
    }
    expect(checked).toBeGreaterThan(20);
  });

  it('shows a page that needs nobody but this server', async () => {
    const page = await app.inject('/docs');
    expect(page.statusCode).toBe(200);
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(file).not.toMatch(/^https?:|^\/\//);
      expect((await app.inject(new URL(file, 'http://localhost/docs').pathname)).statusCode).toBe(200);
    }
    const script = await app.inject('/docs/start.js');
    expect(script.body).toContain('"persistAuthorization": true');
  });
});

describe('The production packages', () => {
  it('hold none that reports its installation to a third party', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Readonly<Record<string, { readonly dev?: true }>>;
    };
    const production = Object.entries(packages).filter(([, { dev }]) => !dev);
    expect(production.map(([path]) => path)).toContain('node_modules/fastify');
    expect(production.filter(([path]) => path.includes('@scarf/'))).toEqual([]);
  });
});
