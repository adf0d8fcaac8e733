import { newId } from '../config/new-id.js';
import type { DomainEvent } from '../domain/domain-event.js';

/** What happens to mails over a limit of the tenant. */
type LimitedMails = { readonly outcome: 'held' } | { readonly outcome: 'dropped'; readonly mails: number };

/** The event that tells a tenant that it reached a limit of mails. */
export function mailsLimited(tenantId: string, at: Date, after: LimitedMails): DomainEvent {
  return {
    id: newId({ msecs: at.getTime() }),
    type: 'tenant.mails_limited',
    occurredAt: at.toISOString(),
    actor: { type: 'system', id: null, connectionId: null, tokenId: null },
    requestId: null,
    subjectType: 'tenant',
    subjectId: tenantId,
    data: { after },
  };
}
