import type { Acting } from '../members/acting.js';

/** Whoever is at the shell, in a tenant. */
export function operatorIn({ id }: { readonly id: string }): Acting {
  return { tenantId: id, actor: { type: 'operator', id: null, connectionId: null, tokenId: null }, requestId: null };
}
