import { digest, mintToken, tokenPrefix } from '../auth/token.js';
import type { Connection } from '../domain/connection.js';
import type { Scope } from '../domain/service-account.js';
import type { Changes } from './admin-transactions.js';

/** A new token: the only time that it is seen. */
export interface IssuedToken {
  readonly token: string;
  readonly tokenId: string;
  /** The slug. */
  readonly tenant: string;
  readonly connection: Connection;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date;
}

export interface TokenOrder {
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly connection: Connection;
  /** Of the service account. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds. */
  readonly lifetime: number;
}

/** What an identity provider needs, and nothing more. */
export const SCIM_SCOPES: readonly Scope[] = ['members:write', 'teams:write'];

/** A service account with one token. */
export async function issueToken(changes: Changes, order: TokenOrder): Promise<IssuedToken> {
  const { tenant, connection, scopes } = order;
  const issued = await issueBare(changes, { ...order, tenantId: tenant.id, connectionId: connection.id });
  return { ...issued, tenant: tenant.slug, connection, scopes };
}

export interface BareOrder extends Pick<TokenOrder, 'name' | 'scopes' | 'lifetime'> {
  readonly tenantId: string;
  /** Null: it cannot speak SCIM. */
  readonly connectionId: string | null;
}

/** The same, of a connection or of none. */
export async function issueBare(
  { tokens, at }: Changes,
  { tenantId, connectionId, name, scopes, lifetime }: BareOrder,
): Promise<Pick<IssuedToken, 'token' | 'tokenId' | 'expiresAt'>> {
  const token = mintToken();
  const expiresAt = new Date(at.getTime() + lifetime);
  const serviceAccountId = await tokens.createServiceAccount({ tenantId, name, scopes, connectionId });
  const kept = { serviceAccountId, connectionId, digest: digest(token), prefix: tokenPrefix(token), expiresAt };
  return { token, tokenId: await tokens.createToken(tenantId, kept), expiresAt };
}
