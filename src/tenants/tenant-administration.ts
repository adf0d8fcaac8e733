import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { DomainException } from '../domain/domain-error.js';
import type { Page, PageWish } from '../domain/page.js';
import type { Tenant, TenantSettings } from '../domain/tenant.js';
import { TenantsRepository } from '../persistence/tenants.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { AdminTransactions, type Changes } from './admin-transactions.js';
import type { Author } from './author.js';
import { type IssuedToken, issueBare } from './issued-token.js';
import { lifetimeOf } from './lifetime.js';
import type { LimitChanges } from './limit-changes.js';
import type { TenantToMake } from './tenant-changes.js';

/** What is to be different of a tenant. */
export interface TenantRevision {
  readonly name?: string | undefined;
  readonly settings?: Partial<TenantSettings> | undefined;
  /** Of operators only. */
  readonly limits?: LimitChanges | undefined;
}

/** Tenants by their ids, as operators and their own admins change them. Each change is one transaction with its events. */
@Injectable()
export class TenantAdministration {
  private readonly transactions: AdminTransactions;

  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.transactions = new AdminTransactions(work, clock);
  }

  page(page: PageWish): Promise<Page<Tenant>> {
    return this.tenants.page(page);
  }

  async get(id: string): Promise<Tenant> {
    return known(id, await this.tenants.find(id));
  }

  /** @throws Problem 409 when the slug is taken */
  create(author: Author, wish: TenantToMake): Promise<Tenant> {
    return this.transactions.change(author, async ({ tenants }) => {
      const id = await tenants.create(wish);
      return known(id, await tenants.find(id));
    });
  }

  /** What is as wished already is no change, and nothing tells of it. */
  update(author: Author, id: string, { name, settings, limits }: TenantRevision): Promise<Tenant> {
    return this.changing(author, id, async (tenant, { tenants }) => {
      if (name !== undefined) await tenants.rename(tenant, name);
      if (settings !== undefined) await tenants.set(tenant, settings);
      if (limits !== undefined) await tenants.setLimits(tenant, limits);
    });
  }

  /** Its tokens are refused within a second, on every instance. */
  suspend(author: Author, id: string): Promise<Tenant> {
    return this.changing(author, id, (tenant, { tenants }) => tenants.suspend(tenant));
  }

  resume(author: Author, id: string): Promise<Tenant> {
    return this.changing(author, id, (tenant, { tenants }) => tenants.resume(tenant));
  }

  /** A token for everything in the tenant, for whoever shall administer it. */
  async issueAdminToken(
    author: Author,
    id: string,
    expires: string,
  ): Promise<Pick<IssuedToken, 'token' | 'tokenId' | 'expiresAt'>> {
    const lifetime = lifetimeOf(expires);
    return this.transactions.change(author, async (changes) => {
      known(id, await changes.tenants.find(id));
      return issueBare(changes, {
        tenantId: id,
        connectionId: null,
        name: 'admin',
        scopes: ['tenant:admin'],
        lifetime,
      });
    });
  }

  /** @returns the tenant as it is now */
  private changing(
    author: Author,
    id: string,
    change: (tenant: Tenant, changes: Changes) => Promise<void>,
  ): Promise<Tenant> {
    return this.transactions.change(author, async (changes) => {
      await change(known(id, await changes.tenants.find(id)), changes);
      return known(id, await changes.tenants.find(id));
    });
  }

  private get tenants(): TenantsRepository {
    return new TenantsRepository(this.work.system);
  }
}

function known(id: string, tenant: Tenant | undefined): Tenant {
  if (!tenant) throw new DomainException({ kind: 'notFound', resource: 'Tenant', id });
  return tenant;
}
