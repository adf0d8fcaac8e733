import type { Clock } from '../config/clock.js';
import type { Connection } from '../domain/connection.js';
import type { Tenant } from '../domain/tenant.js';
import { AccessTokensRepository, type TokenSummary } from '../persistence/access-tokens.repository.js';
import { ConnectionsRepository } from '../persistence/connections.repository.js';
import { TenantsRepository } from '../persistence/tenants.repository.js';
import type { UnitOfWork } from '../persistence/unit-of-work.js';
import { AdminTransactions } from './admin-transactions.js';
import { OPERATOR, SYSTEM } from './author.js';
import { ConnectionsService } from './connections.service.js';
import { type IssuedToken, issueToken, SCIM_SCOPES } from './issued-token.js';
import { DEFAULT_LIFETIME, lifetimeOf } from './lifetime.js';
import { idpName, scopes, slug } from './names.js';
import { Refusal } from './refusal.js';

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
  /** How long its token lives, such as `90d`. */
  readonly expires?: string | undefined;
}

const DEMO = 'demo';
/** The token of the first start is printed where others may read it, so it is good for a day. */
const DEMO_LIFETIME = '24h';

/** Tenants and who may speak for them, by the names that operators use. Each method throws Refusal for a wish that cannot be met. */
export class TenantsService {
  private readonly transactions: AdminTransactions;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {
    this.transactions = new AdminTransactions(unitOfWork, clock);
  }

  async createTenant(name: string): Promise<{ id: string; slug: string }> {
    const checked = slug(name);
    const wish = { slug: checked, name: checked, settings: {} };
    const id = await this.transactions.change(OPERATOR, ({ tenants }) => tenants.create(wish));
    return { id, slug: checked };
  }

  listTenants(): Promise<Tenant[]> {
    return this.tenants.list();
  }

  async listConnections(tenant: string): Promise<Connection[]> {
    const { id } = await this.findTenant(tenant);
    return this.connections.list(id);
  }

  /** A connection, and the token that its identity provider needs. */
  async createConnection(wish: ConnectionWish): Promise<IssuedToken> {
    const tenant = await this.findTenant(wish.tenant);
    const idp = idpName(wish.idp);
    const connections = new ConnectionsService(this.unitOfWork, this.clock);
    const made = { idp, name: slug(wish.name ?? idp), expires: wish.expires, token: true };
    const { issued } = await connections.create(OPERATOR, tenant.id, made);
    if (!issued) throw new Error('A connection was made without the token that was asked for.');
    return issued;
  }

  async createToken(wish: TokenWish): Promise<IssuedToken> {
    const tenant = await this.findTenant(wish.tenant);
    const connection = await this.findConnection(tenant, wish.connection);
    const order = {
      tenant,
      connection,
      name: wish.name ?? connection.name,
      scopes: scopes(wish.scopes),
      lifetime: lifetimeOf(wish.expires ?? DEFAULT_LIFETIME),
    };
    return this.transactions.change(OPERATOR, (changes) => issueToken(changes, order));
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
    await this.transactions.change(OPERATOR, ({ tokens }) => tokens.revokeToken(tenantId, token.id));
    return token;
  }

  /** The first tenant of an empty installation; undefined when there is a tenant already. */
  async createDemo(): Promise<IssuedToken | undefined> {
    const existing = await this.tenants.list();
    if (existing.length > 0) return undefined;
    return this.transactions.change(SYSTEM, async (changes) => {
      const wish = { slug: DEMO, name: DEMO, settings: {} };
      const tenant = { id: await changes.tenants.create(wish), slug: DEMO };
      const connection = await changes.connections.create(tenant.id, { name: DEMO, idp: 'generic' });
      const lifetime = lifetimeOf(DEMO_LIFETIME);
      return issueToken(changes, { tenant, connection, name: DEMO, scopes: SCIM_SCOPES, lifetime });
    });
  }

  /** @throws Refusal when there is none */
  async findTenant(slug: string): Promise<Tenant> {
    const tenant = await this.tenants.findBySlug(slug);
    if (tenant) return tenant;
    throw new Refusal(`There is no tenant ${slug}.${choices('The tenants are', await this.tenants.list(), 'slug')}`);
  }

  /**
   * @param nameOrId undefined for the tenant's only one
   * @throws Refusal when there is none, or several answer
   */
  async findConnection(tenant: Tenant, nameOrId: string | undefined): Promise<Connection> {
    const all = await this.connections.list(tenant.id);
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

  private get connections(): ConnectionsRepository {
    return new ConnectionsRepository(this.unitOfWork.system);
  }

  private get tokens(): AccessTokensRepository {
    return new AccessTokensRepository(this.unitOfWork.system);
  }
}

/** " The tenants are a, b." or nothing when there is no choice. */
function choices<K extends string>(intro: string, things: readonly Readonly<Record<K, string>>[], key: K): string {
  return things.length === 0 ? '' : ` ${intro} ${things.map((thing) => thing[key]).join(', ')}.`;
}
