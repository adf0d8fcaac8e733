import type { Clock } from '../config/clock.js';
import { newId } from '../config/new-id.js';
import type { Cause } from '../domain/member.js';
import type { ManagementCall } from '../http/management.js';

/** Who changes something, and when: the caller, now. */
export function causeOf({ caller, requestId }: ManagementCall, clock: Clock): Cause {
  const { serviceAccountId: id, tokenId, connection } = caller;
  return {
    at: clock.now().toISOString(),
    eventId: newId(),
    actor: { type: 'service_account', id, connectionId: connection?.id ?? null, tokenId },
    requestId,
  };
}
