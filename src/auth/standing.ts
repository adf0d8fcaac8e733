import type { Caller } from '../domain/caller.js';
import type { TokenFault } from '../domain/domain-event.js';
import { IDP_PROFILES, type IdpProfile } from '../domain/idp-profile.js';
import { effectiveScopes } from '../domain/service-account.js';
import { DEFAULT_SETTINGS } from '../domain/tenant.js';
import { type AddressRange, addressRanges, isWithin, plainAddress } from '../http/address-ranges.js';
import type { TokenGrant } from '../persistence/access-tokens.repository.js';
import type { KnownToken } from './auth-failures.js';

/** What a token is worth, as far as it does not change with the clock. */
export type Standing =
  | {
      readonly kind: 'good';
      readonly caller: Caller;
      /** Milliseconds since 1970, compared at every use. */
      readonly expiresAt: number;
      /** Where it may be used from, compared at every use; undefined: anywhere. */
      readonly networks: readonly AddressRange[] | undefined;
    }
  | { readonly kind: 'refused'; readonly detail: string; readonly known?: KnownFault };

/** Whose token it was, and what is wrong with it. */
export interface KnownFault {
  readonly token: KnownToken;
  readonly fault: TokenFault;
}

/** One text for all that is no token of ours: garbage, a wrong checksum, a token nobody was given. */
export const NOT_VALID: Standing = { kind: 'refused', detail: 'The access token is not valid.' };
export const EXPIRED = 'The access token has expired; create a new one.';

function refused(detail: string, grant: TokenGrant, fault: TokenFault): Standing {
  const { tenantId, tokenId, serviceAccountId, connectionId } = grant;
  return { kind: 'refused', detail, known: { token: { tenantId, tokenId, serviceAccountId, connectionId }, fault } };
}

/** Whoever holds a real token may know why it no longer works. */
export function standingOf(grant: TokenGrant | undefined): Standing {
  if (grant === undefined) return NOT_VALID;
  if (grant.revokedAt !== null)
    return refused('The access token has been revoked; create a new one.', grant, 'revoked');
  if (grant.tenantStatus !== 'active')
    return refused('The tenant of this access token is suspended.', grant, 'tenant_suspended');
  if (grant.connectionId !== null && grant.connectionStatus !== 'enabled') {
    return refused('The connection of this access token is disabled.', grant, 'connection_disabled');
  }
  const { allowedAddresses } = grant;
  return {
    kind: 'good',
    caller: callerOf(grant),
    expiresAt: Date.parse(grant.expiresAt),
    networks: allowedAddresses.length === 0 ? undefined : addressRanges(allowedAddresses),
  };
}

/** Whether a request from this address may use a token of this standing. */
export function mayComeFrom(networks: readonly AddressRange[] | undefined, address: string): boolean {
  return networks === undefined || isWithin(plainAddress(address), networks);
}

/** What a caller reads who asked from somewhere else. Text that is no address is not repeated. */
export function wrongAddress(address: string): string {
  return `The access token may not be used from ${plainAddress(address) ?? 'an address that cannot be read'}; an admin would have to allow it in the service account.`;
}

function callerOf(grant: TokenGrant): Caller {
  const { tenantId, tenantSlug, serviceAccountId, tokenId, connectionId, connectionIdp } = grant;
  return Object.freeze({
    tenantId,
    tenantSlug,
    serviceAccountId,
    tokenId,
    scopes: effectiveScopes(grant.scopes, grant.tokenScopes),
    settings: { ...DEFAULT_SETTINGS, ...grant.tenantSettings },
    limits: grant.tenantLimits,
    ...(connectionId !== null &&
      connectionIdp !== null && { connection: connectionOf(connectionId, IDP_PROFILES[connectionIdp], grant) }),
  });
}

function connectionOf(id: string, profile: IdpProfile, { connectionUnknownMembers }: TokenGrant): Caller['connection'] {
  return { id, profile, unknownMembers: connectionUnknownMembers ?? profile.unknownMembers };
}
