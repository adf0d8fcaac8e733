import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { judgeRoutes } from './auth/judged-routes.js';
import { RequestJudge } from './auth/request-judge.js';
import { RouteRules } from './auth/route-rules.js';
import type { Config } from './config/config.js';
import { LimitCounter } from './config/limit-counter.js';
import { LIMITS } from './config/limits.js';
import { observeRequest, observeRequests } from './http/access-log.js';
import { BodyReader } from './http/body-reader.js';
import { refuseBrokenConnection } from './http/broken-connection.js';
import { Connections } from './http/connections.js';
import { EveryExceptionFilter } from './http/exception.filter.js';
import { failureOf } from './http/failure.js';
import { acceptForms } from './http/form-parser.js';
import {
  commonHeaders,
  isFallback,
  refuseAsWorker,
  refuseBeyondConnections,
  refuseByHeader,
  settleContentType,
} from './http/gate.js';
import { readJsonBodies } from './http/json-parser.js';
import { createLogger } from './http/logger.js';
import { Metrics } from './http/metrics.js';
import { NestLogger } from './http/nest-logger.js';
import { serveOpenApi } from './http/openapi/serve.js';
import { ReplyAdapter } from './http/reply.adapter.js';
import { requestId } from './http/request-id.js';
import { RouteTable } from './http/route-table.js';
import { sendFailure } from './http/send-failure.js';
import { TOKEN_PATH } from './http/token-path.js';
import { UNSUBSCRIBE_PATH } from './notifications/unsubscribe.service.js';

/** How often the HTTP server looks for requests that take too long to arrive. */
const CHECK_CONNECTIONS_MS = 5_000;

type RootModule = Parameters<typeof NestFactory.create>[0];

/**
 * The application as it runs and as the HTTP tests run it: everything but listening.
 * @param module one that imports configModule(), httpModule() and AuthModule, or what stands for it
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
  const bodies = app.get(BodyReader);
  readJsonBodies(server, bodies);
  acceptForms(server, bodies, { [UNSUBSCRIBE_PATH]: 'ignored', [TOKEN_PATH]: 'read' });
  const connections = app.get(Connections);
  connections.guard(server.server);
  // Without a listener Node asks for the body before anybody has looked at the header.
  server.server.on('checkContinue', server.routing);
  openGate(server, config, connections);
  judgeRoutes(server, app.get(RouteRules), app.get(RequestJudge));
  bodies.reserveForRoutes(server);
  observeRequests(server, logger, app.get(Metrics));
  const routes = app.get(RouteTable);
  server.addHook('onRoute', (route) => {
    if (!isFallback(route)) routes.add(route.method, route.url);
  });
  app.useGlobalFilters(new EveryExceptionFilter(logger, app.get(LimitCounter)));
  serveOpenApi(app, config);
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
    keepAliveTimeout: LIMITS.keepAliveSeconds.value * 1000,
    requestTimeout: LIMITS.requestSeconds.value * 1000,
    // While closing, a request on an open connection is still answered, and the connection closed after it.
    return503OnClosing: false,
    http: {
      maxHeaderSize: LIMITS.headerBytes.value,
      headersTimeout: LIMITS.headerSeconds.value * 1000,
      connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
    },
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

function openGate(server: FastifyInstance, { role }: Config, connections: Connections): void {
  server.addHook('onRequest', (request, reply, done) => {
    commonHeaders(request, reply);
    try {
      if (connections.isForProbes(request.raw.socket)) refuseBeyondConnections(request, reply);
      settleContentType(request, reply);
      refuseByHeader(request, reply);
      if (role === 'worker') refuseAsWorker(request);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}
