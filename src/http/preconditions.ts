import { DomainException } from '../domain/domain-error.js';
import { matches } from '../scim/index.js';
import type { ScimCall } from './scim-call.js';

type Conditions = Pick<ScimCall, 'ifMatch' | 'ifNoneMatch'>;

/** Whether a write depends on the version that it finds. */
export function isConditional({ ifMatch, ifNoneMatch }: Conditions): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined;
}

/**
 * Holds a PUT, PATCH or DELETE of an existing resource against its preconditions (RFC 9110 §13.1). `If-None-Match: *` is false for every
 * resource that exists.
 * @throws DomainException staleVersion
 */
export function checkPreconditions({ ifMatch, ifNoneMatch }: Conditions, version: number): void {
  if (ifMatch !== undefined && !matches(ifMatch, version)) throw new DomainException({ kind: 'staleVersion' });
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, version)) throw new DomainException({ kind: 'staleVersion' });
}
