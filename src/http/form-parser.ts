import { errorCodes, type FastifyInstance } from 'fastify';
import { LIMITS } from '../config/limits.js';
import { ScimError } from '../scim/index.js';
import type { MusterRequest } from './request.js';

const URL_ENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/** `ignored`: the address says everything, and what the form holds is thrown away. `read`: its fields are the body. */
export type FormUse = 'ignored' | 'read';

/**
 * Lets forms through where they are the custom: where people, and mail programs for them, press a button (RFC 8058 §3.1), and
 * where OAuth clients ask for tokens (RFC 6749 §3.2). Everywhere else a form is as unwelcome as before.
 * @param uses by path, without a slash at the start
 */
export function acceptForms(server: FastifyInstance, uses: Readonly<Record<string, FormUse>>): void {
  const useOf = (request: MusterRequest) => uses[(request.routeOptions.url ?? '').slice(1)];
  const options = { parseAs: 'buffer', bodyLimit: LIMITS.requestBodyBytes.value } as const;
  server.addContentTypeParser<Buffer>(URL_ENCODED, options, (request: MusterRequest, bytes, done) => {
    const use = useOf(request);
    request.bodySize = bytes.length;
    if (use === 'ignored') done(null);
    else if (use === undefined) done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
    else if (bytes.length > LIMITS.formBytes.value) done(new ScimError(413, undefined, TOO_LARGE));
    else done(null, new URLSearchParams(bytes.toString('utf8')));
  });
  server.addContentTypeParser<Buffer>(MULTIPART, options, (request: MusterRequest, _bytes, done) => {
    if (useOf(request) === 'ignored') done(null);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
  });
}

const TOO_LARGE = `The form is larger than ${LIMITS.formBytes.value} bytes.`;
