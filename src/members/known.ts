import { DomainException, type NamedResource } from '../domain/domain-error.js';

/** @throws DomainException notFound in place of undefined */
export function known<T>(resource: NamedResource, id: string, found: T | undefined): T {
  if (found === undefined) throw new DomainException({ kind: 'notFound', resource, id });
  return found;
}
