import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';

/** As much of an OpenAPI document as answers are held against. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}
interface DocumentedOperation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
}
interface DocumentedAnswer {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

export interface ObservedAnswer {
  readonly method: string;
  /** With or without a query. */
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Of a body that is one JSON value, as lines of JSON are not. */
const JSON_TYPE = /[/+]json$/;
/** What the fallback and the gate may say of a SCIM path that the document does not have. */
const OFF_THE_MAP = [400, 401, 403, 404, 405, 406, 413, 414, 415, 429, 501];
const SCIM_ERROR = { 'application/scim+json': { schema: { $ref: '#/components/schemas/Error' } } };

/** Holds every answer against the OpenAPI document: a client generated from it must never be surprised. */
export class DocumentedAnswers {
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  private readonly operations: readonly { method: string; path: RegExp; operation: DocumentedOperation }[];

  constructor(document: ApiDocument) {
    this.ajv.addSchema({ $id: 'api', components: closed(document.components) });
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
        operation,
      })),
    );
  }

  /** @throws an Error that says what the document does not have */
  check(answer: ObservedAnswer): void {
    const complaint = this.complaint(answer);
    if (complaint === undefined) return;
    throw new Error(`${answer.method} ${answer.url} → ${answer.status} ${complaint}\n${answer.text.slice(0, 2000)}`);
  }

  private complaint({ method, url, status, headers, text }: ObservedAnswer): string | undefined {
    if (method === 'HEAD' || method === 'OPTIONS') return undefined;
    const path = pathOf(url);
    const operation = this.operationFor(method, path);
    if (!operation) return path.startsWith('/scim/v2') ? this.strayComplaint(status, headers, text) : undefined;
    const documented = operation.responses[status];
    if (!documented) return `is no documented answer of ${operation.operationId}`;
    const missing = Object.keys(documented.headers ?? {}).filter((name) => headers[name.toLowerCase()] === undefined);
    // Documented headers are optional (OpenAPI); Location is owed where something was created (RFC 7644 §3.3).
    // Rate limits may be off, and a 429 of another kind has no state of theirs.
    const due = missing.filter((name) => !name.startsWith('RateLimit'));
    const owed = status === 201 ? due : due.filter((name) => name !== 'Location');
    if (owed.length > 0) return `lacks the documented ${owed.join(' and ')}`;
    return this.bodyComplaint(documented.content, headers, text);
  }

  private strayComplaint(status: number, headers: ObservedAnswer['headers'], text: string): string | undefined {
    if (!OFF_THE_MAP.includes(status)) return 'is answered and not documented';
    return this.bodyComplaint(SCIM_ERROR, headers, text);
  }

  private operationFor(method: string, path: string): DocumentedOperation | undefined {
    const fitting = this.operations.filter((each) => each.method === method && each.path.test(path));
    // A path in full goes before one with a parameter.
    return fitting.sort((one, other) => one.path.source.split('[').length - other.path.source.split('[').length)[0]
      ?.operation;
  }

  private bodyComplaint(
    documented: DocumentedAnswer['content'],
    headers: ObservedAnswer['headers'],
    text: string,
  ): string | undefined {
    if (!documented) return text === '' ? undefined : 'has a body, and the document has none';
    const sent = String(headers['content-type']);
    const mediaType = Object.keys(documented).find((type) => sent === `${type}; charset=utf-8`);
    const content = mediaType && documented[mediaType];
    if (!content) return `is ${sent}`;
    const schema = JSON.stringify(content.schema).replaceAll('"#/components/', '"api#/components/');
    let validate = this.validators.get(schema);
    if (!validate) {
      validate = this.ajv.compile(closed(JSON.parse(schema)));
      this.validators.set(schema, validate);
    }
    const body: unknown = JSON_TYPE.test(mediaType) ? JSON.parse(text) : text;
    return validate(body) ? undefined : this.ajv.errorsText(validate.errors, { dataVar: 'body' });
  }
}

/** Without the query, and without the empty segments that the router overlooks too. */
function pathOf(url: string): string {
  const [path = ''] = url.split('?', 1);
  return `/${path
    .split('/')
    .filter((segment) => segment !== '')
    .join('/')}`;
}

/**
 * The schemas as an answer must fit them: nothing that is not documented, nothing that is only ever written. The document
 * itself leaves objects open, because clients may send more than there is.
 */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema as AnySchemaObject);
  const readable = entries
    .filter(([, value]) => value?.writeOnly !== true)
    .map(([name, value]) => [name, closed(value)]);
  const isObjectSchema = 'properties' in schema && 'type' in schema;
  return Object.fromEntries(isObjectSchema ? [...readable, ['additionalProperties', false]] : readable) as T;
}
