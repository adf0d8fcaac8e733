import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { LIMITS } from './limits.js';

const MEDIA_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/**
 * Lets forms through to the one path where people, and mail programs for them, press a button (RFC 8058 §3.1). What a form
 * holds is thrown away: the address says everything. Everywhere else a form is as unwelcome as before.
 * @param path without a slash at the start
 */
export function acceptFormsAt(server: FastifyInstance, path: string): void {
  server.addContentTypeParser<Buffer>(
    MEDIA_TYPES,
    { parseAs: 'buffer', bodyLimit: LIMITS.body },
    (request: FastifyRequest, _bytes, done) => {
      const isWelcome = request.routeOptions.url === `/${path}`;
      if (isWelcome) done(null);
      else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
    },
  );
}
