import { digest, mintToken, tokenPrefix } from '../auth/token.js';
import type { Clock } from '../config/clock.js';
import type { Connection } from '../domain/connection.js';
import type { Actor } from '../domain/domain-event.js';
import type { Scope } from '../domain/service-account.js';
import type { Tenant, TenantSettings } from '../domain/tenant.js';
import { AccessTokensRepository, type TokenSummary } from '../persistence/access-tokens.repository.js';
import { uniqueViolation } from '../persistence/pg-errors.js';
import { TenantsRepository } from '../persistence/tenants.repository.js';
import type { UnitOfWork } from '../persistence/unit-of-work.js';
import { DEFAULT_LIFETIME, lifetimeOf } from './lifetime.js';
import { idpName, scopes, slug } from './names.js';
import { Refusal } from './refusal.js';
import { type SettingsWish, settingsIn } from './settings-wish.js';
import { TenantChanges } from './tenant-changes.js';

/** A new token: the only time that it is seen. */
export interface IssuedToken {
  readonly token: string;
  readonly tokenId: string;
  readonly tenant: string;
  readonly connection: Connection;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date;
}

/** All as the operator wrote it; what is missing has its default. */
export interface TokenWish {
  readonly tenant: string;
  readonly scopes: readonly string[];
  /** Name or id; the tenant's only connection when it has just one. */
  readonly connection?: string | undefined;
  /** Name of the service account. */
  readonly name?: string | undefined;
  /** Such as `90d`. */
  readonly expires?: string | undefined;
}

export interface ConnectionWish {
  readonly tenant: string;
  readonly idp: string;
  readonly name?: string | undefined;
}

/** What an identity provider needs, and nothing more. */
const SCIM_SCOPES: readonly Scope[] = ['members:write', 'teams:write'];
const DEMO = 'demo';

const OPERATOR: Actor = { type: 'operator', id: null, connectionId: null, tokenId: null };
const SYSTEM: Actor = { type: 'system', id: null, connectionId: null, tokenId: null };

/** Tenants and who may speak for them. Each method is one transaction; each throws Refusal for a wish that cannot be met. */
export class TenantsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async createTenant(name: string): Promise<{ id: string; slug: string }> {
    const checked = slug(name);
    const id = await this.change(OPERATOR, (changes) => changes.createTenant(checked));
    return { id, slug: checked };
  }

  listTenants(): Promise<Tenant[]> {
    return this.tenants.list();
  }

  /** @returns the settings as they are now */
  async changeSettings(tenant: string, wish: SettingsWish): Promise<TenantSettings> {
    const { id } = await this.findTenant(tenant);
    const settings = settingsIn(wish);
    return this.change(OPERATOR, (changes) => changes.changeSettings(id, settings));
  }

  /** A connection, and the token that its identity provider needs. */
  async createConnection(wish: ConnectionWish): Promise<IssuedToken> {
    const tenant = await this.findTenant(wish.tenant);
    const idp = idpName(wish.idp);
    const name = slug(wish.name ?? idp);
    return this.change(OPERATOR, async (changes) => {
      const connection = await changes.createConnection(tenant.id, name, idp);
      return this.issue(changes, {
        tenant,
        connection,
        name,
        scopes: SCIM_SCOPES,
        lifetime: lifetimeOf(DEFAULT_LIFETIME),
      });
    });
  }

  async createToken(wish: TokenWish): Promise<IssuedToken> {
    const tenant = await this.findTenant(wish.tenant);
    const connection = await this.connection(tenant, wish.connection);
    const order = {
      tenant,
      connection,
      name: wish.name ?? connection.name,
      scopes: scopes(wish.scopes),
      lifetime: lifetimeOf(wish.expires ?? DEFAULT_LIFETIME),
    };
    return this.change(OPERATOR, (changes) => this.issue(changes, order));
  }

  async listTokens(tenant: string): Promise<TokenSummary[]> {
    const { id } = await this.findTenant(tenant);
    return this.tokens.list(id);
  }

  /** @param idOrPrefix as lists show them; a prefix must be of one token */
  async revokeToken(tenant: string, idOrPrefix: string): Promise<TokenSummary> {
    const { id: tenantId } = await this.findTenant(tenant);
    const all = await this.tokens.list(tenantId);
    const [token, ...others] = all.filter(({ id, prefix }) => id === idOrPrefix || prefix === idOrPrefix);
    if (!token) throw new Refusal(`Tenant ${tenant} has no token with the id or prefix "${idOrPrefix}".`);
    if (others.length > 0) throw new Refusal(`Several tokens begin with ${idOrPrefix}; give the id of one of them.`);
    await this.change(OPERATOR, (changes) => changes.revokeToken(tenantId, token.id));
    return token;
  }

  /** The first tenant of an empty installation; undefined when there is a tenant already. */
  async createDemo(): Promise<IssuedToken | undefined> {
    const existing = await this.tenants.list();
    if (existing.length > 0) return undefined;
    return this.change(SYSTEM, async (changes) => {
      const tenant = { id: await changes.createTenant(DEMO), slug: DEMO };
      const connection = await changes.createConnection(tenant.id, DEMO, 'generic');
      return this.issue(changes, {
        tenant,
        connection,
        name: DEMO,
        scopes: SCIM_SCOPES,
        lifetime: lifetimeOf(DEFAULT_LIFETIME),
      });
    });
  }

  private async issue(changes: TenantChanges, order: TokenOrder): Promise<IssuedToken> {
    const { tenant, connection, name, scopes, lifetime } = order;
    const token = mintToken();
    const expiresAt = new Date(this.clock.now().getTime() + lifetime);
    const account = await changes.createServiceAccount(tenant.id, name, scopes);
    const tokenId = await changes.createToken(tenant.id, {
      serviceAccountId: account.id,
      connectionId: connection.id,
      digest: digest(token),
      prefix: tokenPrefix(token),
      expiresAt,
    });
    return { token, tokenId, tenant: tenant.slug, connection, scopes, expiresAt };
  }

  private async change<T>(actor: Actor, work: (changes: TenantChanges) => Promise<T>): Promise<T> {
    try {
      return await this.unitOfWork.system.transaction((session) =>
        work(new TenantChanges(session, actor, this.clock.now())),
      );
    } catch (error) {
      const sentence = NAME_TAKEN[uniqueViolation(error) ?? ''];
      throw sentence === undefined ? error : new Refusal(sentence);
    }
  }

  /** @throws Refusal when there is none */
  async findTenant(slug: string): Promise<Tenant> {
    const tenant = await this.tenants.findBySlug(slug);
    if (tenant) return tenant;
    throw new Refusal(`There is no tenant ${slug}.${choices('The tenants are', await this.tenants.list(), 'slug')}`);
  }

  private async connection(tenant: Tenant, nameOrId: string | undefined): Promise<Connection> {
    const all = await this.tenants.listConnections(tenant.id);
    const fitting = nameOrId === undefined ? all : all.filter(({ id, name }) => [id, name].includes(nameOrId));
    const [connection, ...others] = fitting;
    const named = choices('Its connections are', all, 'name');
    if (!connection && nameOrId !== undefined) {
      throw new Refusal(`Tenant ${tenant.slug} has no connection ${nameOrId}.${named}`);
    }
    if (!connection) throw new Refusal(`Tenant ${tenant.slug} has no connection yet; create one first.`);
    if (others.length > 0) throw new Refusal(`Tenant ${tenant.slug} has several connections; choose one.${named}`);
    return connection;
  }

  private get tenants(): TenantsRepository {
    return new TenantsRepository(this.unitOfWork.system);
  }

  private get tokens(): AccessTokensRepository {
    return new AccessTokensRepository(this.unitOfWork.system);
  }
}

interface TokenOrder {
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly connection: Connection;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds. */
  readonly lifetime: number;
}

const NAME_TAKEN: Readonly<Record<string, string>> = {
  tenants_slug_key: 'There is a tenant of this name already.',
  connections_name_key: 'The tenant has a connection of this name already; choose another with --name.',
};

/** " The tenants are a, b." or nothing when there is no choice. */
function choices<K extends string>(intro: string, things: readonly Readonly<Record<K, string>>[], key: K): string {
  return things.length === 0 ? '' : ` ${intro} ${things.map((thing) => thing[key]).join(', ')}.`;
}
