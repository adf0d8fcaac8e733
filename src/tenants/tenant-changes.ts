import { createHash } from 'node:crypto';
import type { Tenant, TenantSettings } from '../domain/tenant.js';
import {
  type ExportState,
  type RemovalRequest,
  TenantRemovalRepository,
} from '../persistence/tenant-removal.repository.js';
import { TenantsRepository } from '../persistence/tenants.repository.js';
import type { SystemSession } from '../persistence/unit-of-work.js';
import { type AdminEvents, differenceOf, type Subject } from './admin-events.js';
import { changedLimits, type LimitChanges } from './limit-changes.js';

/** What is said of a new tenant. */
export interface TenantToMake {
  readonly slug: string;
  readonly name: string;
  /** Those that are not to be as by default. */
  readonly settings: Partial<TenantSettings>;
}

/** Changes of tenants in one transaction: each writes its row and its event. A tenant that is changed was locked before. */
export class TenantChanges {
  private readonly tenants: TenantsRepository;
  private readonly removal: TenantRemovalRepository;

  constructor(
    session: SystemSession,
    private readonly events: AdminEvents,
  ) {
    this.tenants = new TenantsRepository(session);
    this.removal = new TenantRemovalRepository(session);
  }

  /** @returns the id */
  async create({ slug, name, settings }: TenantToMake): Promise<string> {
    const id = this.events.newId();
    await this.tenants.create({ id, slug, name, settings }, this.events.at);
    const chosen = Object.keys(settings).length > 0 && { settings };
    await this.events.made('tenant.created', subjectOf(id), { slug, name, ...chosen });
    return id;
  }

  /** Locks it until the transaction ends. */
  find(id: string): Promise<Tenant | undefined> {
    return this.tenants.findForChange(id);
  }

  async rename({ id, name: before }: Tenant, name: string): Promise<void> {
    const difference = differenceOf({ name: before }, { name });
    if (!difference) return;
    await this.tenants.rename(id, name, this.events.at);
    await this.events.changed('tenant.renamed', subjectOf(id), difference);
  }

  /** Writes and tells what differs from what is, and does nothing where nothing does. */
  async set({ id, settings }: Tenant, wish: Partial<TenantSettings>): Promise<void> {
    const difference = differenceOf(settings, wish);
    if (!difference) return;
    await this.tenants.setSettings(id, difference.after, this.events.at);
    await this.events.changed('tenant.settings_changed', subjectOf(id), difference);
  }

  /** Values of the operator; null: the default again. */
  async setLimits({ id, limits }: Tenant, wish: LimitChanges): Promise<void> {
    const revised = changedLimits(limits, wish);
    const names = Object.keys(wish).filter((name) => revised[name] !== limits[name]);
    if (names.length === 0) return;
    await this.tenants.setLimits(id, revised, this.events.at);
    const pick = (from: Tenant['limits']) => Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
    const difference = { changed: names, before: pick(limits), after: pick(revised) };
    await this.events.changed('tenant.limits_changed', subjectOf(id), difference);
  }

  async suspend({ id, status }: Tenant): Promise<void> {
    const difference = differenceOf({ status }, { status: 'suspended' });
    if (!difference) return;
    await this.tenants.suspend(id, this.events.at);
    await this.events.changed('tenant.suspended', subjectOf(id), difference);
  }

  async resume({ id, status }: Tenant): Promise<void> {
    const difference = differenceOf({ status }, { status: 'active' });
    if (!difference) return;
    await this.tenants.resume(id, this.events.at);
    await this.events.changed('tenant.resumed', subjectOf(id), difference);
  }

  /** @param code whoever has it may remove the tenant until it expires; only its digest is kept */
  async askRemoval({ id }: Tenant, code: string, expiresAt: string): Promise<void> {
    await this.removal.ask(id, digestOf(code), this.events.at);
    await this.events.made('tenant.removal_requested', subjectOf(id), { expiresAt });
  }

  removalRequest({ id }: Tenant): Promise<RemovalRequest | undefined> {
    return this.removal.request(id);
  }

  exportState({ id }: Tenant): Promise<ExportState> {
    return this.removal.exportState(id);
  }

  async remove({ id, slug, name }: Tenant): Promise<void> {
    await this.removal.remove(id, this.events.at);
    await this.events.removed('tenant.removed', subjectOf(id), { slug, name });
  }
}

/** SHA-256 in hexadecimal digits. */
export function digestOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

const subjectOf = (id: string): Subject => ({ tenantId: id, type: 'tenant', id });
