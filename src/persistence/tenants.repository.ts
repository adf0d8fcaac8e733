import type { Connection } from '../domain/connection.js';
import type { ServiceAccount } from '../domain/service-account.js';
import { DEFAULT_SETTINGS, type Tenant, type TenantSettings } from '../domain/tenant.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** A tenant as it is stored: only the settings it has chosen, so that the others follow their defaults. */
export type StoredTenant = Omit<Tenant, 'settings'> & { readonly settings: Partial<TenantSettings> };

const TENANT_COLUMNS = 'id, slug, name, settings';
const CONNECTION_COLUMNS = 'id, tenant_id as "tenantId", name, idp, status';

const CREATE_TENANT = systemStatement(
  'tenants.create',
  `insert into tenants (id, slug, name, settings, created_at, updated_at) values ($id, $slug, $name, $settings, $at, $at)`,
);
const FIND_TENANT = systemStatement('tenants.find', `select ${TENANT_COLUMNS} from tenants where slug = $slug`);
const FIND_TENANT_FOR_CHANGE = systemStatement(
  'tenants.find_for_change',
  `select ${TENANT_COLUMNS} from tenants where id = $id for update`,
);
const SET_SETTINGS = systemStatement(
  'tenants.set_settings',
  'update tenants set settings = settings || $settings::jsonb, updated_at = $at where id = $id',
);
const LIST_TENANTS = systemStatement('tenants.list', `select ${TENANT_COLUMNS} from tenants order by slug`);

const CREATE_CONNECTION = systemStatement(
  'connections.create',
  `insert into connections (tenant_id, id, name, idp, status, created_at, updated_at) values ($tenantId, $id, $name, $idp, $status, $at, $at)`,
);
const LIST_CONNECTIONS = systemStatement(
  'connections.list',
  `select ${CONNECTION_COLUMNS} from connections where tenant_id = $tenantId order by name`,
);

const CREATE_SERVICE_ACCOUNT = systemStatement(
  'service_accounts.create',
  `insert into service_accounts (tenant_id, id, name, scopes, created_at) values ($tenantId, $id, $name, $scopes, $at)`,
);

/** Tenants, their connections and service accounts, seen from above: for the first start, the CLI and administration. */
export class TenantsRepository {
  constructor(private readonly session: SystemSession) {}

  /** @throws a unique violation of tenants_slug_key */
  async create(tenant: StoredTenant, at: Date): Promise<void> {
    await this.session.run(CREATE_TENANT, { ...tenant, settings: JSON.stringify(tenant.settings), at });
  }

  async findBySlug(slug: string): Promise<Tenant | undefined> {
    const [row] = await this.session.run<StoredTenant>(FIND_TENANT, { slug });
    return row && withDefaults(row);
  }

  /** Locks it until the transaction ends. */
  async findForChange(id: string): Promise<Tenant | undefined> {
    const [row] = await this.session.run<StoredTenant>(FIND_TENANT_FOR_CHANGE, { id });
    return row && withDefaults(row);
  }

  /** The settings given; the others stay as they are. */
  async setSettings(id: string, settings: Partial<TenantSettings>, at: Date): Promise<void> {
    await this.session.run(SET_SETTINGS, { id, settings: JSON.stringify(settings), at });
  }

  async list(): Promise<Tenant[]> {
    const rows = await this.session.run<StoredTenant>(LIST_TENANTS);
    return rows.map(withDefaults);
  }

  /** @throws a unique violation of connections_name_key */
  async createConnection(connection: Connection, at: Date): Promise<void> {
    await this.session.run(CREATE_CONNECTION, { ...connection, at });
  }

  listConnections(tenantId: string): Promise<Connection[]> {
    return this.session.run<Connection>(LIST_CONNECTIONS, { tenantId });
  }

  async createServiceAccount(account: ServiceAccount, at: Date): Promise<void> {
    await this.session.run(CREATE_SERVICE_ACCOUNT, { ...account, at });
  }
}

const withDefaults = (row: StoredTenant): Tenant => ({ ...row, settings: { ...DEFAULT_SETTINGS, ...row.settings } });
