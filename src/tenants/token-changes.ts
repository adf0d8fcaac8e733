import type { NewServiceAccount } from '../domain/service-account.js';
import { assertRoom } from '../http/quota.js';
import { AccessTokensRepository } from '../persistence/access-tokens.repository.js';
import { limitOf } from '../persistence/tenant-limits.js';
import { lockTenantAsSystem } from '../persistence/tenant-lock.js';
import { TenantsRepository } from '../persistence/tenants.repository.js';
import type { SystemSession } from '../persistence/unit-of-work.js';
import type { AdminEvents } from './admin-events.js';

/** What is stored of a token to be created; the token itself stays with whoever made it. */
export interface TokenToKeep {
  readonly serviceAccountId: string;
  readonly connectionId: string | null;
  readonly digest: string;
  readonly prefix: string;
  readonly expiresAt: Date;
}

/** Changes of service accounts and tokens in one transaction: each writes its row and its event. */
export class TokenChanges {
  private readonly tenants: TenantsRepository;
  private readonly tokens: AccessTokensRepository;

  constructor(
    private readonly session: SystemSession,
    private readonly events: AdminEvents,
  ) {
    this.tenants = new TenantsRepository(session);
    this.tokens = new AccessTokensRepository(session);
  }

  /**
   * @returns the id
   * @throws Problem 409 when the tenant has as many as it may have
   */
  async createServiceAccount(wish: Omit<NewServiceAccount, 'id'>): Promise<string> {
    const id = this.events.newId();
    const { tenantId, name, scopes, connectionId } = wish;
    const maximum = limitOf(await lockTenantAsSystem(this.session, tenantId), 'serviceAccounts');
    assertRoom('serviceAccounts', await this.tenants.countServiceAccounts(tenantId), maximum);
    await this.tenants.createServiceAccount({ ...wish, id }, this.events.at);
    const subject = { tenantId, type: 'service_account', id } as const;
    await this.events.made('service_account.created', subject, { name, scopes, connectionId });
    return id;
  }

  /** @returns the id */
  async createToken(tenantId: string, token: TokenToKeep): Promise<string> {
    const id = this.events.newId();
    await this.tokens.create({ ...token, id, tenantId, createdAt: this.events.at });
    const { serviceAccountId, connectionId, prefix, expiresAt } = token;
    const after = { serviceAccountId, connectionId, prefix, expiresAt: expiresAt.toISOString() };
    await this.events.made('token.created', { tenantId, type: 'token', id }, after);
    return id;
  }

  /** Does nothing to a token that was revoked before. */
  async revokeToken(tenantId: string, id: string): Promise<void> {
    const revokedAt = this.events.at.toISOString();
    const revoked = await this.tokens.revoke(tenantId, id, this.events.at);
    if (revoked) await this.events.made('token.revoked', { tenantId, type: 'token', id }, { revokedAt });
  }
}
