import type { Actor } from '../../domain/domain-event.js';
import { grants, SCOPES, type Scope } from '../../domain/service-account.js';
import type { ManagementCall } from '../../http/management.js';
import { Problem } from '../../http/problem.js';

/** Who changes service accounts and what belongs to them, and what they may do themselves. */
export interface Acting {
  readonly tenantId: string;
  readonly actor: Actor;
  /** Null for the CLI. */
  readonly requestId: string | null;
  readonly held: readonly Scope[];
}

export function actingAs({ caller, requestId }: ManagementCall): Acting {
  const { tenantId, serviceAccountId: id, tokenId, connection, scopes: held } = caller;
  const actor: Actor = { type: 'service_account', id, connectionId: connection?.id ?? null, tokenId };
  return { tenantId, actor, requestId, held };
}

/** Somebody with a shell on the installation, who may do everything. */
export function operatorIn(tenantId: string): Acting {
  const actor: Actor = { type: 'operator', id: null, connectionId: null, tokenId: null };
  return { tenantId, actor, requestId: null, held: SCOPES };
}

/**
 * Nobody gives away more than they hold, and nobody takes over an account that may do more than themselves.
 * @throws Problem 403
 */
export function refuseBeyond({ held }: Acting, scopes: readonly Scope[]): void {
  const beyond = scopes.filter((scope) => !grants(held, scope));
  if (beyond.length > 0) {
    throw new Problem(
      403,
      `Your access token does not have ${beyond.join(', ')} itself, and cannot give it to others.`,
    );
  }
}
