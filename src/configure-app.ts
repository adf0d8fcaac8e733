import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config/config.js';
import { LIMITS } from './config/limits.js';
import { observeRequest, observeRequests } from './http/access-log.js';
import { refuseBrokenConnection } from './http/broken-connection.js';
import { EveryExceptionFilter } from './http/exception.filter.js';
import { failureOf } from './http/failure.js';
import { acceptForms } from './http/form-parser.js';
import { commonHeaders, refuseAsWorker, refuseByHeader } from './http/gate.js';
import { readJsonBodies } from './http/json-parser.js';
import { createLogger } from './http/logger.js';
import { Metrics } from './http/metrics.js';
import { NestLogger } from './http/nest-logger.js';
import { serveOpenApi } from './http/openapi/serve.js';
import { PublicLimit } from './http/public-limit.js';
import { ReplyAdapter } from './http/reply.adapter.js';
import { requestId } from './http/request-id.js';
import { RouteTable } from './http/route-table.js';
import { sendFailure } from './http/send-failure.js';
import { TOKEN_PATH } from './http/token-path.js';
import { UNSUBSCRIBE_PATH } from './notifications/unsubscribe.service.js';

/** Longer than the idle time-outs of usual load balancers, so that they close a connection and not we under their request. */
const KEEP_ALIVE_TIMEOUT = 65_000;
/** For a whole request to arrive. */
const REQUEST_TIMEOUT = 60_000;

type RootModule = Parameters<typeof NestFactory.create>[0];

/**
 * The application as it runs and as the HTTP tests run it: everything but listening.
 * @param module one that imports configModule() and httpModule()
 */
export async function createApp(
  module: RootModule,
  config: Config,
  logger: Logger = createLogger(config.logLevel),
): Promise<NestFastifyApplication> {
  const adapter: ReplyAdapter = new ReplyAdapter(serverOptions(config, logger, () => app.get(Metrics)));
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  readJsonBodies(server);
  acceptForms(server, { [UNSUBSCRIBE_PATH]: 'ignored', [TOKEN_PATH]: 'read' });
  openGate(server, config);
  observeRequests(server, logger, app.get(Metrics));
  const routes = app.get(RouteTable);
  server.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  app.useGlobalFilters(new EveryExceptionFilter(logger));
  serveOpenApi(app, config, app.get(PublicLimit));
  return app;
}

function serverOptions(config: Config, logger: Logger, metrics: () => Metrics) {
  return {
    // The framework's own adapter for middleware costs each request a little, and there is no middleware.
    skipMiddie: true,
    logger: false,
    // The last so many entries of X-Forwarded-For are proxies' words; what stands before them anybody may have written.
    trustProxy: (_address: string, hop: number) => hop < config.trustProxy,
    genReqId: requestId,
    bodyLimit: LIMITS.requestBodyBytes.value,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    // While closing, a request on an open connection is still answered, and the connection closed after it.
    return503OnClosing: false,
    http: { maxHeaderSize: LIMITS.headerBytes.value },
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: LIMITS.urlCharacters.value,
    },
    clientErrorHandler: refuseBrokenConnection,
    /** A URL the router cannot read comes here, past all hooks. */
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
      commonHeaders(request, reply);
      sendFailure(failureOf(error, request), request, reply);
      observeRequest(request, reply, logger, metrics());
    },
  };
}

function openGate(server: FastifyInstance, { role }: Config): void {
  server.addHook('onRequest', (request, reply, done) => {
    commonHeaders(request, reply);
    try {
      refuseByHeader(request);
      if (role === 'worker') refuseAsWorker(request);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}
