import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.js';
import type { MusterRequest } from './request.js';

/** One line and one measurement per request. The route is named by its pattern: paths hold ids and queries hold people. */
export function observeRequests(server: FastifyInstance, logger: Logger, metrics: Metrics): void {
  server.addHook('onResponse', (request, reply, done) => {
    observeRequest(request, reply, logger, metrics);
    done();
  });
}

export function observeRequest(request: MusterRequest, reply: FastifyReply, logger: Logger, metrics: Metrics): void {
  const { method } = request;
  const route = request.routeOptions.url ?? 'unmatched';
  const status = reply.statusCode;
  const ms = Math.round(reply.elapsedTime * 1000) / 1000;
  metrics.observe(method, route, status, ms);
  const { caller } = request;
  logger.info(
    {
      requestId: request.id,
      method,
      route,
      status,
      ms,
      ...(caller && { tenant: caller.tenantSlug, connection: caller.connection?.id }),
    },
    'request',
  );
}
