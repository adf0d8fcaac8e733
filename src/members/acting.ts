import type { Clock } from '../config/clock.js';
import { newId } from '../config/new-id.js';
import type { Actor } from '../domain/domain-event.js';
import type { Cause } from '../domain/member.js';
import type { ManagementCall } from '../http/management.js';

/** Who does something in which tenant: an admin with a token, or an operator at the shell. */
export interface Acting {
  readonly tenantId: string;
  readonly actor: Actor;
  /** Null at the shell. */
  readonly requestId: string | null;
}

export function actingIn({ caller, requestId }: ManagementCall): Acting {
  const { tenantId, serviceAccountId: id, tokenId, connection } = caller;
  const actor = { type: 'service_account', id, connectionId: connection?.id ?? null, tokenId } as const;
  return { tenantId, actor, requestId };
}

export function causeOf({ actor, requestId }: Acting, clock: Clock): Cause {
  return { at: clock.now().toISOString(), eventId: newId(), actor, requestId };
}
