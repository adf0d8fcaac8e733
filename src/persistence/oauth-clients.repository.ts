import { LIMITS } from '../config/limits.js';
import type { FederatedIdentity } from '../domain/credentials.js';
import type { DomainEvent } from '../domain/domain-event.js';
import type { KeySet, Scope } from '../domain/service-account.js';
import type { TenantLimits } from '../domain/tenant.js';
import type { NewAccountToken } from './account-tokens.repository.js';
import { appendSystemEvents } from './events.repository.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** A client secret as it is compared. Times are ISO 8601. */
export interface StoredClientSecret {
  readonly id: string;
  /** SHA-256 in hexadecimal digits. */
  readonly digest: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

/** A service account as the token endpoint sees it. */
export interface OAuthClient {
  readonly id: string;
  readonly tenantId: string;
  readonly tenantStatus: string;
  readonly tenantLimits: TenantLimits;
  readonly scopes: readonly Scope[];
  readonly connectionId: string | null;
  readonly connectionStatus: string | null;
  readonly allowedAddresses: readonly string[];
  readonly jwks: KeySet | null;
  readonly jwksUri: string | null;
  /** All that are good, and the newest that have ended: whoever shows one of those is told why it is refused. */
  readonly secrets: readonly StoredClientSecret[];
}

/** What a token is issued for. */
export interface TokenGranted {
  readonly tenantId: string;
  readonly token: NewAccountToken;
  readonly secretId: string | null;
  readonly identityId: string | null;
  readonly assertion: UsedAssertion | null;
  readonly event: DomainEvent;
}

export interface UsedAssertion {
  /** SHA-256 in hexadecimal digits, of what makes it unique. */
  readonly digest: string;
  /** From then on it is refused for its age. */
  readonly expiresAt: Date;
}

/** `ended`: the account, the secret or the identity is no longer there; `replayed`: the assertion was good once before. */
export type Issued = 'issued' | 'ended' | 'replayed';

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const MAX_ENDED_SECRETS = 40;
const LIVING = 'k.revoked_at is null and k.expires_at > $at::timestamptz';
const secrets = (condition: string, most: number): string =>
  `(select * from client_secrets k where k.tenant_id = s.tenant_id and k.service_account_id = s.id and ${condition}
    order by k.id desc limit ${most})`;

const FIND = systemStatement(
  'oauth_clients.find',
  `select s.id, s.tenant_id as "tenantId", t.status as "tenantStatus", t.limits as "tenantLimits", s.scopes, s.connection_id as "connectionId",
     c.status as "connectionStatus", s.allowed_addresses as "allowedAddresses", s.jwks, s.jwks_uri as "jwksUri", (
       select coalesce(json_agg(json_build_object('id', k.id, 'digest', encode(k.digest, 'hex'),
         'expiresAt', to_char(k.expires_at at time zone 'UTC', ${ISO}),
         'revokedAt', to_char(k.revoked_at at time zone 'UTC', ${ISO}))), '[]')
       from (${secrets(LIVING, LIMITS.clientSecrets.value)} union all ${secrets(`not (${LIVING})`, MAX_ENDED_SECRETS)}) k
     ) as secrets
   from service_accounts s
   join tenants t on t.id = s.tenant_id
   left join connections c on c.tenant_id = s.tenant_id and c.id = s.connection_id
   where s.id = $id::uuid and s.removed_at is null`,
);

const IDENTITIES = systemStatement(
  'oauth_clients.identities',
  `select f.id, f.issuer, f.subject, f.audience, f.jwks, f.jwks_uri as "jwksUri", f.created_at as "createdAt",
     f.last_used_at as "lastUsedAt"
   from federated_identities f
   where f.tenant_id = $tenantId::uuid and f.service_account_id = $clientId::uuid and f.issuer = $issuer::text
   order by f.id`,
);

/** Waits for whoever changes the account, its secrets or its identities; they wait for us. */
const HOLD_ACCOUNT = systemStatement(
  'oauth_clients.hold',
  `select from service_accounts s
   where s.tenant_id = $tenantId::uuid and s.id = $clientId::uuid and s.removed_at is null for share of s`,
);

const USE_SECRET = systemStatement(
  'oauth_clients.use_secret',
  `update client_secrets k set last_used_at = $at::timestamptz
   where k.tenant_id = $tenantId::uuid and k.id = $id::uuid and k.revoked_at is null and k.expires_at > $at::timestamptz
   returning k.id`,
);

const USE_IDENTITY = systemStatement(
  'oauth_clients.use_identity',
  `update federated_identities f set last_used_at = $at::timestamptz
   where f.tenant_id = $tenantId::uuid and f.id = $id::uuid returning f.id`,
);

const USE_ASSERTION = systemStatement(
  'oauth_clients.use_assertion',
  `insert into used_assertions (tenant_id, service_account_id, digest, expires_at)
   values ($tenantId::uuid, $clientId::uuid, decode($digest::text, 'hex'), $expiresAt::timestamptz)
   on conflict do nothing returning service_account_id`,
);

const ISSUE = systemStatement(
  'oauth_clients.issue',
  `insert into access_tokens (tenant_id, id, service_account_id, connection_id, name, scopes, digest, prefix, expires_at,
     created_at, kind, issued_by)
   values ($tenantId::uuid, $id::uuid, $serviceAccountId::uuid, $connectionId::uuid, $name::text, $scopes::text[],
     decode($digest::text, 'hex'), $prefix::text, $expiresAt::timestamptz, $createdAt::timestamptz, 'oauth',
     $issuedBy::uuid)`,
);

const PRUNE_ASSERTIONS = systemStatement(
  'oauth_clients.prune_assertions',
  'delete from used_assertions where expires_at < $at::timestamptz',
);

const PRUNE_TOKENS = systemStatement(
  'oauth_clients.prune_tokens',
  `delete from access_tokens where kind = 'oauth' and expires_at < $before::timestamptz`,
);

/** Clients of the token endpoint, asked before the tenant is known: so it works with the system role. */
export class OAuthClientsRepository {
  constructor(private readonly session: SystemSession) {}

  /** @param id a UUID */
  async find(id: string, at: Date): Promise<OAuthClient | undefined> {
    const [client] = await this.session.run<OAuthClient>(FIND, { id, at });
    return client;
  }

  identities({ tenantId, id }: OAuthClient, issuer: string): Promise<FederatedIdentity[]> {
    return this.session.run<FederatedIdentity>(IDENTITIES, { tenantId, clientId: id, issuer });
  }

  /** The token, its event, and what it was got with: all or nothing. */
  async issue(granted: TokenGranted): Promise<Issued> {
    const refusal = await this.session
      .transaction((inside) => issueInside(inside, granted).then(() => undefined))
      .catch(reasonOf);
    return refusal ?? 'issued';
  }

  /** Forgets assertions that are too old to be sent again, and tokens of the endpoint that ended before `before`. */
  async prune(at: Date, before: Date): Promise<void> {
    await this.session.run(PRUNE_ASSERTIONS, { at });
    await this.session.run(PRUNE_TOKENS, { before });
  }
}

/** Undoes the transaction. */
class NotIssued extends Error {
  constructor(readonly reason: Exclude<Issued, 'issued'>) {
    super(reason);
  }
}

function reasonOf(error: unknown): Exclude<Issued, 'issued'> {
  if (error instanceof NotIssued) return error.reason;
  throw error;
}

async function issueInside(session: SystemSession, granted: TokenGranted): Promise<void> {
  const { tenantId, token, secretId, identityId, assertion, event } = granted;
  const { serviceAccountId: clientId, createdAt: at } = token;
  const held = await session.run(HOLD_ACCOUNT, { tenantId, clientId });
  if (held.length === 0) throw new NotIssued('ended');
  for (const [statement, id] of [
    [USE_SECRET, secretId],
    [USE_IDENTITY, identityId],
  ] as const) {
    if (id !== null && (await session.run(statement, { tenantId, id, at })).length === 0) throw new NotIssued('ended');
  }
  if (assertion && (await session.run(USE_ASSERTION, { tenantId, clientId, ...assertion })).length === 0) {
    throw new NotIssued('replayed');
  }
  await session.run(ISSUE, { ...token, tenantId, issuedBy: secretId ?? identityId });
  await appendSystemEvents(session, tenantId, [event]);
}
