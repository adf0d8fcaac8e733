import { describe, expect, it } from '@jest/globals';
import { mayComeFrom, standingOf } from '../../../src/auth/standing.js';
import type { Scope } from '../../../src/domain/service-account.js';
import { DEFAULT_SETTINGS } from '../../../src/domain/tenant.js';
import type { TokenGrant } from '../../../src/persistence/access-tokens.repository.js';

const GRANT: TokenGrant = {
  tokenId: 'token',
  expiresAt: '2026-06-01T00:00:00.000Z',
  revokedAt: null,
  tenantId: 'tenant',
  tenantSlug: 'acme',
  tenantStatus: 'active',
  tenantSettings: { adoptionPolicy: 'review' },
  tenantLimits: {},
  serviceAccountId: 'account',
  scopes: ['members:read'],
  tokenScopes: null,
  allowedAddresses: [],
  connectionId: 'connection',
  connectionIdp: 'entra',
  connectionStatus: 'enabled',
  connectionUnknownMembers: null,
};

describe('standingOf', () => {
  it('makes the caller of a good token', () => {
    expect(standingOf(GRANT)).toMatchObject({
      kind: 'good',
      expiresAt: Date.parse('2026-06-01T00:00:00.000Z'),
      caller: {
        tenantId: 'tenant',
        tenantSlug: 'acme',
        tokenId: 'token',
        serviceAccountId: 'account',
        scopes: ['members:read'],
        settings: { ...DEFAULT_SETTINGS, adoptionPolicy: 'review' },
        connection: { id: 'connection', profile: { name: 'entra' } },
      },
    });
  });

  it('makes a caller without a connection of a token that has none', () => {
    const standing = standingOf({ ...GRANT, connectionId: null, connectionIdp: null, connectionStatus: null });
    expect(standing.kind === 'good' && standing.caller.connection).toBeUndefined();
    expect(standing.kind).toBe('good');
  });

  it.each<[string, Scope[], Scope[] | null, Scope[]]>([
    ['has all of its service account', ['members:write', 'teams:read'], null, ['members:write', 'teams:read']],
    ['has what it was made for', ['members:write', 'teams:read'], ['members:read'], ['members:read']],
    ['loses what its service account lost', ['members:read'], ['members:write', 'members:read'], ['members:read']],
    ['may have nothing left', [], ['members:read'], []],
  ])('finds that a token %s', (_what, scopes, tokenScopes, effective) => {
    expect(standingOf({ ...GRANT, scopes, tokenScopes })).toMatchObject({ caller: { scopes: effective } });
  });

  it('knows from where a token may be used', () => {
    const standing = standingOf({ ...GRANT, allowedAddresses: ['203.0.113.0/24'] });
    const networks = standing.kind === 'good' ? standing.networks : undefined;
    const addresses = ['203.0.113.7', '::ffff:203.0.113.7', '203.0.114.7', 'unknown'];
    expect(addresses.map((address) => mayComeFrom(networks, address))).toEqual([true, true, false, false]);
    expect(addresses.map((address) => mayComeFrom(undefined, address))).toEqual([true, true, true, true]);
  });

  it('knows nothing of a token nobody was given', () => {
    expect(standingOf(undefined)).toEqual({ kind: 'refused', detail: 'The access token is not valid.' });
  });

  it.each<[string, TokenGrant, string, string]>([
    [
      'revoked',
      { ...GRANT, revokedAt: GRANT.expiresAt },
      'The access token has been revoked; create a new one.',
      'revoked',
    ],
    [
      'of a suspended tenant',
      { ...GRANT, tenantStatus: 'suspended' },
      'The tenant of this access token is suspended.',
      'tenant_suspended',
    ],
    [
      'of a disabled connection',
      { ...GRANT, connectionStatus: 'disabled' },
      'The connection of this access token is disabled.',
      'connection_disabled',
    ],
  ])('refuses a token that is %s', (_what, grant, detail, fault) => {
    const token = { tenantId: 'tenant', tokenId: 'token', serviceAccountId: 'account', connectionId: 'connection' };
    expect(standingOf(grant)).toEqual({ kind: 'refused', detail, known: { token, fault } });
  });
});
