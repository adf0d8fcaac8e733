import type { UnknownMembers } from '../domain/connection.js';
import type { IdpName } from '../domain/idp-profile.js';
import type { Scope } from '../domain/service-account.js';
import type { TenantLimits, TenantSettings } from '../domain/tenant.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** A token and everything the guard has to know to let its bearer in. */
export interface TokenGrant {
  readonly tokenId: string;
  /** Times are ISO 8601 texts in UTC. */
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly tenantId: string;
  readonly tenantSlug: string;
  readonly tenantStatus: 'active' | 'suspended';
  /** As stored: what is missing has its default. */
  readonly tenantSettings: Partial<TenantSettings>;
  readonly tenantLimits: TenantLimits;
  readonly serviceAccountId: string;
  readonly scopes: readonly Scope[];
  /** Null: all of its service account. */
  readonly tokenScopes: readonly Scope[] | null;
  /** Networks it may be used from; none: anywhere. */
  readonly allowedAddresses: readonly string[];
  /** All four null for a token that is bound to no connection. */
  readonly connectionId: string | null;
  readonly connectionIdp: IdpName | null;
  readonly connectionStatus: 'enabled' | 'disabled' | null;
  /** Null as well where the profile says it. */
  readonly connectionUnknownMembers: UnknownMembers | null;
}

/** A token as it is kept: never the token itself. */
export interface NewAccessToken {
  readonly id: string;
  readonly tenantId: string;
  readonly serviceAccountId: string;
  readonly connectionId: string | null;
  /** SHA-256 in hexadecimal digits. */
  readonly digest: string;
  readonly prefix: string;
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

/** One line of a list of tokens. */
export interface TokenSummary {
  readonly id: string;
  readonly prefix: string;
  /** Of the service account. */
  readonly name: string;
  readonly serviceAccountId: string;
  /** Of the token itself; empty where it has none. */
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly connection: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface TokenUse {
  readonly tenantId: string;
  readonly tokenId: string;
  readonly at: Date;
}

const FIND_BY_DIGEST = systemStatement(
  'access_tokens.find_by_digest',
  `select a.id as "tokenId", a.expires_at as "expiresAt", a.revoked_at as "revokedAt",
     t.id as "tenantId", t.slug as "tenantSlug", t.status as "tenantStatus", t.settings as "tenantSettings",
     t.limits as "tenantLimits",
     s.id as "serviceAccountId", s.scopes, a.scopes as "tokenScopes", s.allowed_addresses as "allowedAddresses",
     c.id as "connectionId", c.idp as "connectionIdp", c.status as "connectionStatus",
     c.unknown_members as "connectionUnknownMembers"
   from access_tokens a
   join tenants t on t.id = a.tenant_id
   join service_accounts s on s.tenant_id = a.tenant_id and s.id = a.service_account_id
   left join connections c on c.tenant_id = a.tenant_id and c.id = a.connection_id
   where a.digest = decode($digest, 'hex')`,
);

const CREATE = systemStatement(
  'access_tokens.create',
  `insert into access_tokens (tenant_id, id, service_account_id, connection_id, digest, prefix, expires_at, created_at)
   values ($tenantId, $id, $serviceAccountId, $connectionId, decode($digest, 'hex'), $prefix, $expiresAt, $createdAt)`,
);

const LIST = systemStatement(
  'access_tokens.list',
  `select a.id, a.prefix, s.name, s.id as "serviceAccountId", a.name as label, coalesce(a.scopes, s.scopes) as scopes,
     c.name as connection, a.created_at as "createdAt",
     a.expires_at as "expiresAt", a.last_used_at as "lastUsedAt", a.revoked_at as "revokedAt"
   from access_tokens a
   join service_accounts s on s.tenant_id = a.tenant_id and s.id = a.service_account_id
   left join connections c on c.tenant_id = a.tenant_id and c.id = a.connection_id
   where a.tenant_id = $tenantId and a.kind = 'issued'
   order by a.created_at, a.id`,
);

const REVOKE = systemStatement(
  'access_tokens.revoke',
  `update access_tokens set revoked_at = $at
   where tenant_id = $tenantId and id = $tokenId and revoked_at is null returning id`,
);

/** Several processes tell of their uses in any order, so only a later time counts. */
const TOUCH = systemStatement(
  'access_tokens.touch',
  `update access_tokens a set last_used_at = used.at
   from unnest($tenantIds::uuid[], $tokenIds::uuid[], $times::timestamptz[]) as used (tenant_id, id, at)
   where a.tenant_id = used.tenant_id and a.id = used.id and (a.last_used_at is null or a.last_used_at < used.at)`,
);

/** Access tokens of all tenants: asked before the tenant is known, so it works with the system role. */
export class AccessTokensRepository {
  constructor(private readonly session: SystemSession) {}

  /** @param digest SHA-256 of the token, hexadecimal */
  async findByDigest(digest: string): Promise<TokenGrant | undefined> {
    const [grant] = await this.session.run<TokenGrant>(FIND_BY_DIGEST, { digest });
    return grant;
  }

  async create(token: NewAccessToken): Promise<void> {
    await this.session.run(CREATE, { ...token });
  }

  list(tenantId: string): Promise<TokenSummary[]> {
    return this.session.run<TokenSummary>(LIST, { tenantId });
  }

  /** Whether it was this call that ended the token's life. */
  async revoke(tenantId: string, tokenId: string, at: Date): Promise<boolean> {
    const revoked = await this.session.run(REVOKE, { tenantId, tokenId, at });
    return revoked.length > 0;
  }

  /** Remembers the last use of many tokens in one statement. */
  async touch(uses: readonly TokenUse[]): Promise<void> {
    if (uses.length === 0) return;
    await this.session.run(TOUCH, {
      tenantIds: uses.map((use) => use.tenantId),
      tokenIds: uses.map((use) => use.tokenId),
      times: uses.map((use) => use.at),
    });
  }
}
