import type { Actor } from '../domain/domain-event.js';
import type { ManagementCall, PlatformCall } from '../http/management.js';

/** Who changes something, and in which request. */
export interface Author {
  readonly actor: Actor;
  /** Null for the CLI. */
  readonly requestId: string | null;
}

const operator: Actor = { type: 'operator', id: null, connectionId: null, tokenId: null };

/** Somebody with a shell on the installation. */
export const OPERATOR: Author = { actor: operator, requestId: null };
/** Nobody: the installation itself. */
export const SYSTEM: Author = { actor: { ...operator, type: 'system' }, requestId: null };

/** Somebody with the platform token is an operator too. */
export function operatorOf({ requestId }: PlatformCall): Author {
  return { actor: operator, requestId };
}

export function authorOf({ caller, requestId }: ManagementCall): Author {
  const { serviceAccountId: id, tokenId, connection } = caller;
  return { actor: { type: 'service_account', id, connectionId: connection?.id ?? null, tokenId }, requestId };
}
