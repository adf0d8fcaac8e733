/** Scopes of access tokens. A write scope implies the read scope of the same noun; `tenant:admin` implies all of its tenant. */
export const SCOPES = [
  'members:read',
  'members:write',
  'teams:read',
  'teams:write',
  'events:read',
  'audit:read',
  'webhooks:write',
  'tenant:read',
  'tenant:admin',
  'platform:admin',
] as const;
export type Scope = (typeof SCOPES)[number];

const IMPLIED: Partial<Record<Scope, readonly Scope[]>> = {
  'members:write': ['members:read'],
  'teams:write': ['teams:read'],
  'tenant:admin': SCOPES.filter((scope) => scope !== 'platform:admin'),
};

/** Whether a holder of `held` may do what `wanted` allows. */
export function grants(held: readonly Scope[], wanted: Scope): boolean {
  return held.some((scope) => scope === wanted || IMPLIED[scope]?.includes(wanted));
}

/** What a token may do: what it was made for, as far as its service account still may. */
export function effectiveScopes(ofAccount: readonly Scope[], ofToken: readonly Scope[] | null): readonly Scope[] {
  return ofToken === null ? ofAccount : ofToken.filter((scope) => grants(ofAccount, scope));
}

/** A public key as RFC 7517 writes it, with string members only. */
export interface PublicKey {
  readonly kty: string;
  readonly [member: string]: string;
}

export interface KeySet {
  readonly keys: readonly PublicKey[];
}

/** Somebody who can be given access tokens, and a client of the OAuth token endpoint: its id is the client_id. */
export interface ServiceAccount {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The connection its tokens speak for; null: they cannot speak SCIM. */
  readonly connectionId: string | null;
  /** Addresses and networks its tokens may be used from, such as `10.0.0.0/8`; none: from anywhere. */
  readonly allowedAddresses: readonly string[];
  /** The keys it signs client assertions with, or where they are; at most one of both is given. */
  readonly jwks: KeySet | null;
  readonly jwksUri: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** One that may do what its connection needs, from anywhere. */
export interface NewServiceAccount extends Pick<ServiceAccount, 'id' | 'name' | 'scopes' | 'connectionId'> {
  readonly tenantId: string;
}
