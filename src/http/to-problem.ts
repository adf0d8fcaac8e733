import type { DomainError } from '../domain/domain-error.js';
import { Problem } from './problem.js';
import { TENANT_BUSY } from './to-scim-error.js';

/** An unknown id and an id of another tenant are answered alike, byte by byte: so no text here repeats an id. */
const TRANSLATIONS: { readonly [K in DomainError['kind']]: (error: Extract<DomainError, { kind: K }>) => Problem } = {
  notFound: ({ resource }) => new Problem(404, `There is no such ${resource.toLowerCase()}.`),
  conflict: ({ attribute, detail }) => new Problem(409, detail ?? `The value of ${attribute} is already in use.`),
  staleVersion: () => new Problem(409, 'Others kept changing the same thing; nothing was changed, try again.'),
  invalid: ({ attribute, detail }) => new Problem(422, `${attribute}: ${detail}`, [{ field: attribute, detail }]),
  refused: ({ detail, connectionId }) =>
    new Problem(409, detail, undefined, connectionId === undefined ? undefined : { connectionId }),
  protected: ({ detail }) => new Problem(403, detail),
  unavailable: () =>
    new Problem(503, 'The service cannot answer now; look whether the change was made, then try again.'),
  tenantBusy: () => new Problem(429, TENANT_BUSY),
  tooExpensive: () =>
    new Problem(
      422,
      'The search needs more time than one request may use; narrow it, for example to a shorter period.',
    ),
};

/** The only place that knows both the business's words and those of the management API. */
export function toProblem<K extends DomainError['kind']>(error: Extract<DomainError, { kind: K }>): Problem {
  return TRANSLATIONS[error.kind as K](error);
}
