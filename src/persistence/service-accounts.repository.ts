import { type Page, type PageWish, pageOf } from '../domain/page.js';
import type { KeySet, ServiceAccount } from '../domain/service-account.js';
import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

const COLUMNS = `s.id, s.name, s.scopes, s.connection_id as "connectionId", s.allowed_addresses as "allowedAddresses",
  s.jwks, s.jwks_uri as "jwksUri", s.created_at as "createdAt"`;
const THERE = `s.tenant_id = $tenant::uuid and s.removed_at is null and ${BOUND}`;

const LIST = tenantStatement(
  'service_accounts.list',
  `select ${COLUMNS} from service_accounts s where ${THERE} and s.id > $after::uuid order by s.id limit $limit::int`,
);

const FIND = tenantStatement(
  'service_accounts.find',
  `select ${COLUMNS} from service_accounts s where ${THERE} and s.id = $id::uuid`,
);

const FIND_FOR_CHANGE = tenantStatement(
  'service_accounts.find_for_change',
  `select ${COLUMNS} from service_accounts s where ${THERE} and s.id = $id::uuid for update of s`,
);

const COUNT = tenantStatement(
  'service_accounts.count',
  `select count(*)::int as count from service_accounts s where ${THERE}`,
);

const INSERT = tenantStatement(
  'service_accounts.insert',
  `insert into service_accounts
     (tenant_id, id, name, scopes, connection_id, allowed_addresses, jwks, jwks_uri, created_at)
   select $tenant::uuid, $id::uuid, $name::text, $scopes::text[], $connectionId::uuid, $allowedAddresses::text[],
     $jwks::jsonb, $jwksUri::text, $createdAt::timestamptz
   where ${BOUND}`,
);

const UPDATE = tenantStatement(
  'service_accounts.update',
  `update service_accounts s set name = $name::text, scopes = $scopes::text[],
     allowed_addresses = $allowedAddresses::text[], jwks = $jwks::jsonb, jwks_uri = $jwksUri::text
   where ${THERE} and s.id = $id::uuid`,
);

const REMOVE = tenantStatement(
  'service_accounts.remove',
  `update service_accounts s set removed_at = $at::timestamptz where ${THERE} and s.id = $id::uuid`,
);

const CONNECTION_EXISTS = tenantStatement(
  'service_accounts.connection_exists',
  `select from connections c
   where c.tenant_id = $tenant::uuid and c.id = $id::uuid and c.removed_at is null and ${BOUND} for share of c`,
);

/** Service accounts of the session's tenant. Removed ones are in no answer. */
export class ServiceAccountsRepository {
  constructor(private readonly session: TenantSession) {}

  async list({ after = BEFORE_ALL, limit }: PageWish): Promise<Page<ServiceAccount>> {
    const rows = await this.session.run<ServiceAccount>(LIST, { after, limit: limit + 1 });
    return pageOf(rows, limit, ({ id }) => id);
  }

  async find(id: string): Promise<ServiceAccount | undefined> {
    const [row] = await this.session.run<ServiceAccount>(FIND, { id });
    return row;
  }

  /** Locks it until the transaction ends. */
  async findForChange(id: string): Promise<ServiceAccount | undefined> {
    const [row] = await this.session.run<ServiceAccount>(FIND_FOR_CHANGE, { id });
    return row;
  }

  async count(): Promise<number> {
    const [row] = await this.session.run<{ count: number }>(COUNT);
    return row?.count ?? 0;
  }

  async insert(account: ServiceAccount): Promise<void> {
    await this.session.run(INSERT, { ...account, jwks: jsonOf(account.jwks) });
  }

  /** All but the connection, which is chosen once. */
  async update(account: ServiceAccount): Promise<void> {
    await this.session.run(UPDATE, { ...account, jwks: jsonOf(account.jwks) });
  }

  async remove(id: string, at: Date): Promise<void> {
    await this.session.run(REMOVE, { id, at });
  }

  /** Holds it until the transaction ends, so that it is not removed meanwhile. */
  async hasConnection(id: string): Promise<boolean> {
    return (await this.session.run(CONNECTION_EXISTS, { id })).length > 0;
  }
}

const jsonOf = (keys: KeySet | null): string | null => keys && JSON.stringify(keys);
