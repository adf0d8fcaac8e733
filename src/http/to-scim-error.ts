import type { DomainError } from '../domain/domain-error.js';
import { badRequest, ScimError } from '../scim/index.js';

/** Ids come from the URL and may be of any length. */
const SHOWN_ID_LENGTH = 100;

const TRANSLATIONS: { readonly [K in DomainError['kind']]: (error: Extract<DomainError, { kind: K }>) => ScimError } = {
  notFound: ({ resource, id }) =>
    new ScimError(404, undefined, `${resource} ${id.slice(0, SHOWN_ID_LENGTH)} not found.`),
  conflict: ({ attribute, detail }) =>
    new ScimError(409, 'uniqueness', detail ?? `The value of ${attribute} is already in use.`),
  staleVersion: () =>
    new ScimError(412, undefined, 'The resource has changed since this version; read it again and repeat the change.'),
  invalid: ({ attribute, detail }) => badRequest('invalidValue', `${attribute}: ${detail}`),
  refused: ({ detail }) => new ScimError(409, undefined, detail),
  protected: ({ detail }) => new ScimError(403, undefined, detail),
  unavailable: () =>
    new ScimError(
      503,
      undefined,
      'The service cannot answer now; try again. If the first try was done after all, a repeated POST is 409.',
    ),
  tenantBusy: () => new ScimError(429, undefined, TENANT_BUSY),
  // RFC 7644 §3.12: the filter yields more results than the server is willing to calculate.
  tooExpensive: () =>
    badRequest(
      'tooMany',
      'The filter or sort needs more time than one request may use. Filter by an indexed attribute (id, userName, externalId or ' +
        'emails.value with eq; userName or meta.lastModified with a range), sort by userName, or page with a cursor.',
    ),
};

/** Also for the management API. */
export const TENANT_BUSY =
  'The tenant already uses its share of the database; wait for its other requests and try again.';

/** The only place that knows both vocabularies (RFC 7644 §3.12). */
export function toScimError<K extends DomainError['kind']>(error: Extract<DomainError, { kind: K }>): ScimError {
  return TRANSLATIONS[error.kind as K](error);
}
