import type { FederatedIdentity } from '../domain/credentials.js';
import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

const OF_ACCOUNT = `f.tenant_id = $tenant::uuid and f.service_account_id = $accountId::uuid and ${BOUND}`;
const COLUMNS = `f.id, f.issuer, f.subject, f.audience, f.jwks, f.jwks_uri as "jwksUri", f.created_at as "createdAt",
  f.last_used_at as "lastUsedAt"`;

const LIST = tenantStatement(
  'federated_identities.list',
  `select ${COLUMNS} from federated_identities f where ${OF_ACCOUNT} order by f.id`,
);

const INSERT = tenantStatement(
  'federated_identities.insert',
  `insert into federated_identities
     (tenant_id, id, service_account_id, issuer, subject, audience, jwks, jwks_uri, created_at)
   select $tenant::uuid, $id::uuid, $accountId::uuid, $issuer::text, $subject::text, $audience::text, $jwks::jsonb,
     $jwksUri::text, $createdAt::timestamptz
   where ${BOUND}`,
);

const DELETE = tenantStatement(
  'federated_identities.delete',
  `delete from federated_identities f where ${OF_ACCOUNT} and f.id = $id::uuid
   returning f.id, f.issuer, f.subject, f.audience`,
);

const DELETE_ALL = tenantStatement(
  'federated_identities.delete_all',
  `delete from federated_identities f where ${OF_ACCOUNT}`,
);

/** Whom other issuers vouch for: identities of one service account of the session's tenant. */
export class FederatedIdentitiesRepository {
  constructor(
    private readonly session: TenantSession,
    private readonly accountId: string,
  ) {}

  /** The first made first; there are few. */
  list(): Promise<FederatedIdentity[]> {
    return this.session.run<FederatedIdentity>(LIST, { accountId: this.accountId });
  }

  /** @throws a unique violation of federated_identities_key */
  async insert({ lastUsedAt: _, jwks, ...identity }: FederatedIdentity): Promise<void> {
    await this.session.run(INSERT, { ...identity, jwks: jwks && JSON.stringify(jwks), accountId: this.accountId });
  }

  async remove(id: string): Promise<Pick<FederatedIdentity, 'id' | 'issuer' | 'subject' | 'audience'> | undefined> {
    const [row] = await this.session.run<FederatedIdentity>(DELETE, { accountId: this.accountId, id });
    return row;
  }

  async removeAll(): Promise<void> {
    await this.session.run(DELETE_ALL, { accountId: this.accountId });
  }
}
