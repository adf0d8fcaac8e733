import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { pino } from 'pino';
import { appModule } from '../../src/app.module.js';
import { loadConfig } from '../../src/config/config.js';
import { CLOCK, configModule } from '../../src/config/config.module.js';
import { createApp } from '../../src/configure-app.js';
import type { IdpName } from '../../src/domain/idp-profile.js';
import type { TenantSettings } from '../../src/domain/tenant.js';
import { CursorSigner } from '../../src/http/cursor-signer.js';
import { createLogger } from '../../src/http/logger.js';
import { openConnections } from '../../src/persistence/database-connections.js';
import { Settling } from '../../src/persistence/settling.js';
import { systemStatement } from '../../src/persistence/statement.js';
import { UnitOfWork } from '../../src/persistence/unit-of-work.js';
import type { JsonObject } from '../../src/scim/index.js';
import type { IssuedToken } from '../../src/tenants/issued-token.js';
import { TenantsService } from '../../src/tenants/tenants.service.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type ApiDocument, DocumentedAnswers } from './documented-answers.js';
import { FixedClock } from './fixed-clock.js';

export interface TestAppOptions {
  readonly clock?: FixedClock;
  /** Where log lines go; nowhere when absent. */
  readonly lines?: string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another way to the same database, such as through a link that can be cut. */
  readonly way?: (url: string) => string;
  /** One more instance on the database of another, which has to end later. */
  readonly beside?: TestApp;
  /** Another class for the only way to the database, such as one that leaves a protection out. */
  readonly work?: typeof UnitOfWork;
  /** Routes beside those of the application. */
  readonly controllers?: readonly Type[];
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
export type Body = object | string | Buffer;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Empty where the answer is no JSON object. */
  readonly json: JsonObject;
  readonly text: string;
}

export interface CallOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The whole application on a database of its own. Each answer is held against the OpenAPI document as it comes. */
export class TestApp {
  private names = 0;
  /** None of an instance that documents nothing, because it serves no routes. */
  private readonly answers: DocumentedAnswers | undefined;
  readonly tenants: TenantsService;

  constructor(
    readonly http: NestFastifyApplication,
    readonly database: TestDatabase,
    readonly work: UnitOfWork,
    document: ApiDocument | undefined,
    readonly clock: FixedClock,
    private readonly superuser: pg.Pool,
    private readonly end: () => Promise<void>,
  ) {
    this.answers = document && new DocumentedAnswers(document);
    this.tenants = new TenantsService(work, clock);
  }

  /** @param path in full; a body that is no object is sent as it is */
  async call(method: Method, path: string, body?: Body, { token, headers }: CallOptions = {}): Promise<Answer> {
    const answer = await this.http.inject({
      method,
      url: path,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body !== undefined && {
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    });
    const observed = { status: answer.statusCode, headers: answer.headers as Answer['headers'], text: answer.body };
    this.answers?.check({ method, url: path, ...observed });
    return { ...observed, json: objectIn(observed) };
  }

  async tenant(settings: Partial<TenantSettings> = {}): Promise<TestTenant> {
    this.names += 1;
    const { id, slug } = await this.tenants.createTenant(`tenant-${this.names}`);
    await this.work.system.run(SET_SETTINGS, { id, settings: JSON.stringify(settings) });
    return new TestTenant(this, id, slug);
  }

  /** A tenant with one connection. */
  async connection(idp: IdpName = 'generic', settings: Partial<TenantSettings> = {}): Promise<ScimClient> {
    return (await this.tenant(settings)).connect(idp);
  }

  /** The same identity provider, asking this instance. */
  clientOf({ tenant: { id, slug }, issued }: ScimClient): ScimClient {
    return new ScimClient(new TestTenant(this, id, slug), issued);
  }

  /** Looks into the database past all row level security. */
  async rows(sql: string, values: readonly unknown[] = []): Promise<JsonObject[]> {
    return (await this.superuser.query<JsonObject>(sql, [...values])).rows;
  }

  close(): Promise<void> {
    return this.end();
  }
}

const SET_SETTINGS = systemStatement('test.set_settings', 'update tenants set settings = $settings where id = $id');

export class TestTenant {
  private names = 0;

  constructor(
    readonly app: TestApp,
    readonly id: string,
    readonly slug: string,
  ) {}

  async connect(idp: IdpName): Promise<ScimClient> {
    this.names += 1;
    return new ScimClient(
      this,
      await this.app.tenants.createConnection({ tenant: this.slug, idp, name: `${idp}-${this.names}` }),
    );
  }
}

/** An identity provider at work: one connection with its token. Paths are below the SCIM path. */
export class ScimClient {
  constructor(
    readonly tenant: TestTenant,
    readonly issued: IssuedToken,
  ) {}

  call(method: Method, path: string, body?: Body, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.tenant.app.call(method, `/scim/v2${path}`, body, { token: this.issued.token, headers });
  }
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('GET', path, undefined, headers);
  }
  /** The answer to GET /Users with this filter. */
  find(filter: string): Promise<Answer> {
    return this.get(`/Users?filter=${encodeURIComponent(filter)}`);
  }
  post(path: string, body: Body): Promise<Answer> {
    return this.call('POST', path, body);
  }
  put(path: string, body: Body, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('PUT', path, body, headers);
  }
  patch(path: string, operations: readonly object[], headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
    return this.call('PATCH', path, body, headers);
  }
  delete(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('DELETE', path, undefined, headers);
  }
  /** Creates a user who must not be there yet. */
  async create(user: object): Promise<JsonObject & { readonly id: string }> {
    const { status, json, text } = await this.post('/Users', user);
    if (status !== 201) throw new Error(`The user was not created: ${text}`);
    return json as JsonObject & { readonly id: string };
  }
}

const ENV = { MUSTER_PUBLIC_URL: 'https://scim.example.com', MUSTER_RATE_LIMIT: 'off' };

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { clock = new FixedClock(), lines, way = (url) => url, work: Work = UnitOfWork, controllers = [] } = options;
  const config = loadConfig({ ...ENV, ...options.env });
  const database = options.beside?.database ?? (await createTestDatabase());
  const connections = await openConnections(
    { app: { url: way(database.appUrl) }, system: { url: way(database.systemUrl) }, embedded: false },
    config,
    Work,
  );
  const { work, health } = connections;
  const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  const settling = new Settling(
    work,
    () => clock.now().getTime(),
    () => undefined,
  );
  const cursors = new CursorSigner(Buffer.from('a secret for tests alone, 32 bytes'));
  const foundation = { config, work, settling, cursors, databaseAnswers: () => health.query('select 1') };
  const module = { ...withClock(appModule(foundation), configModule(config, clock)), controllers: [...controllers] };
  const logger = lines
    ? createLogger('trace', { write: (line: string) => void lines.push(line) })
    : pino({ enabled: false });
  const http = await createApp(module, config, logger);
  await http.init();
  await http.getHttpAdapter().getInstance().ready();
  const document: ApiDocument | undefined =
    config.role === 'worker' ? undefined : (await http.inject('/docs-json')).json();
  return new TestApp(http, database, work, document, clock, superuser, async () => {
    await http.close();
    await settling.idle();
    await Promise.all([connections.close(), superuser.end()]);
    if (!options.beside) await database.drop();
  });
}

/** The same module with another one where the clock comes from. */
function withClock(module: DynamicModule, replacement: DynamicModule): DynamicModule {
  const imports = (module.imports ?? []).map((each) => (givesClock(each) ? replacement : each));
  if (!imports.includes(replacement)) throw new Error('The application imports no module that gives the clock.');
  return { ...module, imports };
}

function givesClock(imported: NonNullable<DynamicModule['imports']>[number]): boolean {
  const providers = 'providers' in imported ? (imported.providers ?? []) : [];
  return providers.some((provider) => 'provide' in provider && provider.provide === CLOCK);
}

/** Lines of JSON are text. */
function objectIn({ headers, text }: Pick<Answer, 'headers' | 'text'>): JsonObject {
  const isJson = /[/+]json\b/.test(headers['content-type'] ?? '');
  return isJson && text.startsWith('{') ? (JSON.parse(text) as JsonObject) : {};
}
