import { DomainException, type NamedResource } from '../domain/domain-error.js';

/** @throws DomainException when there is nothing */
export function known<T>(resource: NamedResource, id: string, found: T | undefined): T {
  if (found === undefined) throw new DomainException({ kind: 'notFound', resource, id });
  return found;
}
