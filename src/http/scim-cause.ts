import type { Clock } from '../config/clock.js';
import { newId } from '../config/new-id.js';
import type { Cause } from '../domain/member.js';
import type { ScimCall } from './scim-call.js';

/** What a SCIM request tells the domain about the change it causes: who, when, in which request. */
export function causeOf({ caller, connection, requestId }: ScimCall, clock: Clock): Cause {
  const { serviceAccountId, tokenId } = caller;
  return {
    at: clock.now().toISOString(),
    eventId: newId(),
    actor: { type: 'service_account', id: serviceAccountId, connectionId: connection.id, tokenId },
    requestId,
  };
}
