import { v7 as uuid } from 'uuid';
import type { Clock } from '../config/clock.js';
import type { Cause } from '../domain/member.js';
import type { ManagementCall } from '../http/management.js';

/** Who changes something, and when: the caller, now. */
export function causeOf({ caller, requestId }: ManagementCall, clock: Clock): Cause {
  const { serviceAccountId: id, tokenId, connection } = caller;
  return {
    at: clock.now().toISOString(),
    eventId: uuid(),
    actor: { type: 'service_account', id, connectionId: connection?.id ?? null, tokenId },
    requestId,
  };
}
