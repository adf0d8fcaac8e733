import { type Page, type PageWish, pageOf } from '../domain/page.js';
import type { NewServiceAccount } from '../domain/service-account.js';
import { DEFAULT_SETTINGS, type Tenant, type TenantLimits, type TenantSettings } from '../domain/tenant.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** What a new tenant begins with: only the settings it has chosen are stored, so that the others follow their defaults. */
export interface NewTenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly settings: Partial<TenantSettings>;
}

type TenantRow = Omit<Tenant, 'settings'> & { readonly settings: Partial<TenantSettings> };

/** Removed tenants are in no answer: only the purge and the names that are taken know them. */
const SELECT = `select t.id, t.slug, t.name, t.settings, t.limits, t.status, t.suspended_at as "suspendedAt",
  t.created_at as "createdAt", t.updated_at as "updatedAt" from tenants t where t.status <> 'removed'`;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

const CREATE = systemStatement(
  'tenants.create',
  `insert into tenants (id, slug, name, settings, created_at, updated_at) values ($id, $slug, $name, $settings, $at, $at)`,
);
const FIND = systemStatement('tenants.find', `${SELECT} and t.id = $id`);
const FIND_BY_SLUG = systemStatement('tenants.find_by_slug', `${SELECT} and t.slug = $slug`);
const FIND_FOR_CHANGE = systemStatement('tenants.find_for_change', `${SELECT} and t.id = $id for update`);
const LIST = systemStatement('tenants.list', `${SELECT} order by t.slug`);
const PAGE = systemStatement('tenants.page', `${SELECT} and t.id > $after order by t.id limit $limit`);
const RENAME = systemStatement('tenants.rename', 'update tenants set name = $name, updated_at = $at where id = $id');
const SET_SETTINGS = systemStatement(
  'tenants.set_settings',
  'update tenants set settings = settings || $settings::jsonb, updated_at = $at where id = $id',
);
const SET_LIMITS = systemStatement(
  'tenants.set_limits',
  'update tenants set limits = $limits::jsonb, updated_at = $at where id = $id',
);
const SUSPEND = systemStatement(
  'tenants.suspend',
  `update tenants set status = 'suspended', suspended_at = $at, updated_at = $at where id = $id`,
);
const RESUME = systemStatement(
  'tenants.resume',
  `update tenants set status = 'active', suspended_at = null, removal_digest = null, removal_asked_at = null,
     updated_at = $at where id = $id`,
);

const COUNT_SERVICE_ACCOUNTS = systemStatement(
  'service_accounts.count_as_system',
  `select count(*)::int as count from service_accounts s where s.tenant_id = $tenantId::uuid and s.removed_at is null`,
);
const CREATE_SERVICE_ACCOUNT = systemStatement(
  'service_accounts.create',
  `insert into service_accounts (tenant_id, id, name, scopes, connection_id, created_at)
   values ($tenantId, $id, $name, $scopes, $connectionId, $at)`,
);

/** Tenants, seen from above: for the first start, the CLI and administration. */
export class TenantsRepository {
  constructor(private readonly session: SystemSession) {}

  /** @throws a unique violation of tenants_slug_key */
  async create(tenant: NewTenant, at: Date): Promise<void> {
    await this.session.run(CREATE, { ...tenant, settings: JSON.stringify(tenant.settings), at });
  }

  async find(id: string): Promise<Tenant | undefined> {
    return toTenant(await this.session.run<TenantRow>(FIND, { id }));
  }

  async findBySlug(slug: string): Promise<Tenant | undefined> {
    return toTenant(await this.session.run<TenantRow>(FIND_BY_SLUG, { slug }));
  }

  /** Locks it until the transaction ends. */
  async findForChange(id: string): Promise<Tenant | undefined> {
    return toTenant(await this.session.run<TenantRow>(FIND_FOR_CHANGE, { id }));
  }

  /** All, in the order of their slugs. */
  async list(): Promise<Tenant[]> {
    return (await this.session.run<TenantRow>(LIST)).map(withDefaults);
  }

  /** In the order of their creation. */
  async page({ after = BEFORE_ALL, limit }: PageWish): Promise<Page<Tenant>> {
    const rows = await this.session.run<TenantRow>(PAGE, { after, limit: limit + 1 });
    return pageOf(rows.map(withDefaults), limit, ({ id }) => id);
  }

  async rename(id: string, name: string, at: Date): Promise<void> {
    await this.session.run(RENAME, { id, name, at });
  }

  /** The settings given; the others stay as they are. */
  async setSettings(id: string, settings: Partial<TenantSettings>, at: Date): Promise<void> {
    await this.session.run(SET_SETTINGS, { id, settings: JSON.stringify(settings), at });
  }

  /** All limits that are not as by default. */
  async setLimits(id: string, limits: TenantLimits, at: Date): Promise<void> {
    await this.session.run(SET_LIMITS, { id, limits: JSON.stringify(limits), at });
  }

  async suspend(id: string, at: Date): Promise<void> {
    await this.session.run(SUSPEND, { id, at });
  }

  /** Whoever had asked for its removal has to ask again. */
  async resume(id: string, at: Date): Promise<void> {
    await this.session.run(RESUME, { id, at });
  }

  /** Removed ones do not count. */
  async countServiceAccounts(tenantId: string): Promise<number> {
    const [row] = await this.session.run<{ count: number }>(COUNT_SERVICE_ACCOUNTS, { tenantId });
    return row?.count ?? 0;
  }

  async createServiceAccount(account: NewServiceAccount, at: Date): Promise<void> {
    await this.session.run(CREATE_SERVICE_ACCOUNT, { ...account, at });
  }
}

const toTenant = ([row]: readonly TenantRow[]): Tenant | undefined => row && withDefaults(row);
const withDefaults = (row: TenantRow): Tenant => ({ ...row, settings: { ...DEFAULT_SETTINGS, ...row.settings } });
