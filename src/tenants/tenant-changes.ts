import { v7 as uuidv7 } from 'uuid';
import type { Connection } from '../domain/connection.js';
import type { Actor, AdminEventType, DomainEvent } from '../domain/domain-event.js';
import type { IdpName } from '../domain/idp-profile.js';
import type { Scope, ServiceAccount } from '../domain/service-account.js';
import type { TenantSettings } from '../domain/tenant.js';
import { AccessTokensRepository } from '../persistence/access-tokens.repository.js';
import { appendSystemEvents } from '../persistence/events.repository.js';
import { TenantsRepository } from '../persistence/tenants.repository.js';
import type { SystemSession } from '../persistence/unit-of-work.js';
import { Refusal } from './refusal.js';

/** What is stored of a token to be created; the token itself stays with whoever made it. */
export interface TokenToKeep {
  readonly serviceAccountId: string;
  readonly connectionId: string | null;
  readonly digest: string;
  readonly prefix: string;
  readonly expiresAt: Date;
}

interface Subject {
  readonly tenantId: string;
  readonly type: DomainEvent['subjectType'];
  readonly id: string;
}

/** Changes of one transaction, by one actor, at one time: each writes its row and its event. */
export class TenantChanges {
  private readonly tenants: TenantsRepository;
  private readonly tokens: AccessTokensRepository;

  constructor(
    private readonly session: SystemSession,
    private readonly actor: Actor,
    private readonly at: Date,
  ) {
    this.tenants = new TenantsRepository(session);
    this.tokens = new AccessTokensRepository(session);
  }

  /** @returns the id */
  async createTenant(slug: string): Promise<string> {
    const id = this.newId();
    await this.tenants.create({ id, slug, name: slug, settings: {} }, this.at);
    await this.tell('tenant.created', { tenantId: id, type: 'tenant', id }, { slug });
    return id;
  }

  /** Writes and tells what differs from what is, and does nothing where nothing does. @returns the settings as they are now */
  async changeSettings(tenantId: string, wish: Partial<TenantSettings>): Promise<TenantSettings> {
    const tenant = await this.tenants.findForChange(tenantId);
    if (!tenant) throw new Refusal('The tenant is gone.');
    const { settings } = tenant;
    const changed = (Object.keys(wish) as (keyof TenantSettings)[]).filter(
      (name) => JSON.stringify(wish[name]) !== JSON.stringify(settings[name]),
    );
    if (changed.length === 0) return settings;
    const pick = (from: Partial<TenantSettings>) => Object.fromEntries(changed.map((name) => [name, from[name]]));
    const subject = { tenantId, type: 'tenant', id: tenantId } as const;
    await this.tenants.setSettings(tenantId, pick(wish), this.at);
    await this.tell('tenant.settings_changed', subject, pick(wish), pick(settings));
    return { ...settings, ...wish };
  }

  async createConnection(tenantId: string, name: string, idp: IdpName): Promise<Connection> {
    const connection: Connection = { id: this.newId(), tenantId, name, idp, status: 'enabled' };
    await this.tenants.createConnection(connection, this.at);
    await this.tell('connection.created', { tenantId, type: 'connection', id: connection.id }, { name, idp });
    return connection;
  }

  async createServiceAccount(tenantId: string, name: string, scopes: readonly Scope[]): Promise<ServiceAccount> {
    const account: ServiceAccount = { id: this.newId(), tenantId, name, scopes };
    await this.tenants.createServiceAccount(account, this.at);
    await this.tell('service_account.created', { tenantId, type: 'service_account', id: account.id }, { name, scopes });
    return account;
  }

  /** @returns the id */
  async createToken(tenantId: string, token: TokenToKeep): Promise<string> {
    const id = this.newId();
    await this.tokens.create({ ...token, id, tenantId, createdAt: this.at });
    const { serviceAccountId, connectionId, prefix, expiresAt } = token;
    await this.tell(
      'token.created',
      { tenantId, type: 'token', id },
      { serviceAccountId, connectionId, prefix, expiresAt: expiresAt.toISOString() },
    );
    return id;
  }

  /** Does nothing to a token that was revoked before. */
  async revokeToken(tenantId: string, id: string): Promise<void> {
    const revoked = await this.tokens.revoke(tenantId, id, this.at);
    if (revoked)
      await this.tell('token.revoked', { tenantId, type: 'token', id }, { revokedAt: this.at.toISOString() });
  }

  private tell(
    type: AdminEventType,
    subject: Subject,
    after: Record<string, unknown>,
    before?: Record<string, unknown>,
  ): Promise<void> {
    const event: DomainEvent = {
      id: this.newId(),
      type,
      occurredAt: this.at.toISOString(),
      actor: this.actor,
      requestId: null,
      subjectType: subject.type,
      subjectId: subject.id,
      data: { changed: Object.keys(after), ...(before && { before }), after },
    };
    return appendSystemEvents(this.session, subject.tenantId, [event]);
  }

  private newId(): string {
    return uuidv7({ msecs: this.at.getTime() });
  }
}
