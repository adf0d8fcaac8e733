/** User and Group on the wire; the others in the management API. */
export type NamedResource =
  | 'User'
  | 'Group'
  | 'Team'
  | 'Member'
  | 'Adoption review'
  | 'Tenant'
  | 'Connection'
  | 'Link'
  | 'Grant'
  | 'Webhook endpoint'
  | 'Delivery'
  | 'Service account'
  | 'Token'
  | 'Client secret'
  | 'Federated identity'
  | 'Request';

/** What can be wrong in the business, without the protocol's words. http/ translates it in one table. */
export type DomainError =
  | { readonly kind: 'notFound'; readonly resource: NamedResource; readonly id: string }
  | {
      readonly kind: 'conflict';
      readonly attribute: 'userName' | 'externalId' | 'displayName';
      readonly detail?: string;
    }
  | { readonly kind: 'staleVersion' }
  | { readonly kind: 'invalid'; readonly attribute: string; readonly detail: string }
  /** What is asked for does not fit what is; the detail says what to do first. With the connection that stands in the way. */
  | { readonly kind: 'refused'; readonly detail: string; readonly connectionId?: string }
  /** The member is outside this connection's reach: break-glass, or managed by another connection. */
  | { readonly kind: 'protected'; readonly detail: string }
  /** The database cannot answer now; the request changed nothing and may be sent again. */
  | { readonly kind: 'unavailable' }
  /** The tenant uses its share of the database and has its queue full; nothing was changed. */
  | { readonly kind: 'tenantBusy' }
  /** The read looks at more rows than a statement has time for. */
  | { readonly kind: 'tooExpensive' };

/** Carries a DomainError through promises. */
export class DomainException extends Error {
  constructor(
    readonly error: DomainError,
    cause?: unknown,
  ) {
    super(error.kind, { cause });
    this.name = 'DomainException';
  }
}
