/** Event types of decisions 35 that exist so far. CloudEvents names are made from them when they travel. */
export type MemberEventType =
  | 'member.provisioned'
  | 'member.updated'
  | 'member.deactivated'
  | 'member.reactivated'
  | 'member.removed'
  | 'member.linked'
  | 'member.unlinked';

export type TeamEventType =
  | 'team.created'
  | 'team.renamed'
  | 'team.updated'
  | 'team.removed'
  | 'team.unlinked'
  | 'team.membership_changed'
  | 'team.link_created'
  | 'team.link_changed'
  | 'team.link_removed'
  | 'team.grant_added'
  | 'team.grant_removed';

export type AdminEventType =
  | 'tenant.created'
  | 'tenant.renamed'
  | 'tenant.settings_changed'
  | 'tenant.suspended'
  | 'tenant.resumed'
  | 'tenant.removal_requested'
  | 'tenant.removed'
  | 'connection.created'
  | 'connection.updated'
  | 'connection.enabled'
  | 'connection.disabled'
  | 'connection.removed'
  | 'service_account.created'
  | 'token.created'
  | 'token.revoked';

export type WebhookEventType =
  | 'webhook_endpoint.created'
  | 'webhook_endpoint.updated'
  | 'webhook_endpoint.enabled'
  | 'webhook_endpoint.disabled'
  | 'webhook_endpoint.removed'
  | 'webhook_endpoint.secret_rotated'
  | 'webhook_endpoint.tested'
  | 'webhook_endpoint.replayed';

/** What is told without a change: who read the audit log, and tokens of ours that were refused. */
export type AuditEventType = 'audit.read' | 'audit.exported' | 'auth.failed';

/** Who caused a change: an IdP's token, or an operator at the shell. */
export interface Actor {
  readonly type: 'service_account' | 'operator' | 'system';
  readonly id: string | null;
  readonly connectionId: string | null;
  readonly tokenId: string | null;
}

/** Why a token that was good once no longer is. */
export type TokenFault = 'expired' | 'revoked' | 'tenant_suspended' | 'connection_disabled';

/** An immutable fact, committed with the change it tells of. `before` and `after` hold the changed attributes only, never a secret. */
export interface DomainEvent {
  /** UUIDv7; consumers drop duplicates by it. */
  readonly id: string;
  readonly type: MemberEventType | TeamEventType | AdminEventType | WebhookEventType | AuditEventType;
  /** ISO 8601, UTC, milliseconds. */
  readonly occurredAt: string;
  readonly actor: Actor;
  /** `X-Request-Id` of the request that caused it; null for the CLI. */
  readonly requestId: string | null;
  readonly subjectType: 'member' | 'team' | 'tenant' | 'connection' | 'service_account' | 'token' | 'webhook_endpoint';
  /** The stable id (for a member the account's id, not the SCIM id). */
  readonly subjectId: string;
  readonly data: {
    readonly scimId?: string | null;
    /** Why an event that looks like any other of its type is special, such as `restored`; or why a token was refused. */
    readonly reason?: 'restored' | 'erased' | TokenFault;
    /** Where a refused token was sent from, the last time. */
    readonly address?: string;
    /** How often it was, since it was told of before. */
    readonly attempts?: number;
    /** What was asked of the audit log. */
    readonly query?: Readonly<Record<string, unknown>>;
    /** The group of a link: all its members gain, change or lose what `before` and `after` say. */
    readonly groupId?: string;
    readonly changed?: readonly string[];
    readonly before?: Readonly<Record<string, unknown>>;
    readonly after?: Readonly<Record<string, unknown>>;
  };
}
