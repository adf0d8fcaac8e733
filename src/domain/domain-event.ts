/** Event types. CloudEvents names are made from them when they travel. */
export type MemberEventType =
  | 'member.provisioned'
  | 'member.updated'
  | 'member.deactivated'
  | 'member.reactivated'
  | 'member.removed'
  | 'member.linked'
  | 'member.unlinked'
  | 'member.external_id_changed'
  | 'member.break_glass_changed'
  | 'member.adoption_requested'
  | 'member.adoption_rejected';

export type TeamEventType =
  | 'team.created'
  | 'team.renamed'
  | 'team.updated'
  | 'team.removed'
  | 'team.unlinked'
  | 'team.membership_changed'
  | 'team.members_skipped'
  | 'team.link_created'
  | 'team.link_changed'
  | 'team.link_removed'
  | 'team.grant_added'
  | 'team.grant_removed';

export type AdminEventType =
  | 'tenant.created'
  | 'tenant.renamed'
  | 'tenant.settings_changed'
  | 'tenant.limits_changed'
  | 'tenant.mails_limited'
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

/** Service accounts, their secrets and identities, and what becomes of tokens besides being created and revoked. */
export type AccountEventType =
  | 'service_account.updated'
  | 'service_account.removed'
  | 'service_account.secret_created'
  | 'service_account.secret_rotated'
  | 'service_account.secret_revoked'
  | 'service_account.identity_added'
  | 'service_account.identity_removed'
  | 'token.rotated'
  | 'token.issued';

export type WebhookEventType =
  | 'webhook_endpoint.created'
  | 'webhook_endpoint.updated'
  | 'webhook_endpoint.enabled'
  | 'webhook_endpoint.disabled'
  | 'webhook_endpoint.removed'
  | 'webhook_endpoint.secret_rotated'
  | 'webhook_endpoint.tested'
  | 'webhook_endpoint.replayed';

/** What is told without a change: who read the audit log, and tokens and clients of ours that were refused. */
export type AuditEventType = 'audit.read' | 'audit.exported' | 'auth.failed' | 'auth.client_failed';

/** Who caused a change: an IdP's token, or an operator at the shell. */
export interface Actor {
  readonly type: 'service_account' | 'operator' | 'system';
  readonly id: string | null;
  readonly connectionId: string | null;
  readonly tokenId: string | null;
}

/** Why a token that was good once no longer is. */
export type TokenFault = 'expired' | 'revoked' | 'tenant_suspended' | 'connection_disabled' | 'address_not_allowed';

/** Why a client that the token endpoint knows was refused there. */
export type ClientFault =
  | 'wrong_secret'
  | 'secret_expired'
  | 'secret_revoked'
  | 'wrong_assertion'
  | 'assertion_replayed'
  | 'tenant_suspended'
  | 'connection_disabled'
  | 'address_not_allowed';

/** An immutable fact, committed with the change it tells of. `before` and `after` hold the changed attributes only, never a secret. */
export interface DomainEvent {
  /** UUIDv7; consumers drop duplicates by it. */
  readonly id: string;
  readonly type:
    | MemberEventType
    | TeamEventType
    | AdminEventType
    | AccountEventType
    | WebhookEventType
    | AuditEventType;
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
    readonly reason?: 'restored' | 'erased' | 'approved' | 'override' | TokenFault | ClientFault;
    /** Where a refused token was sent from, the last time. */
    readonly address?: string;
    /** How often it was, since it was told of before. */
    readonly attempts?: number;
    /** What was asked of the audit log. */
    readonly query?: Readonly<Record<string, unknown>>;
    /** The connection that asks to adopt a member, and the review that it waits for. */
    readonly connectionId?: string;
    readonly reviewId?: string;
    /** The group of a link: all its members gain, change or lose what `before` and `after` say. */
    readonly groupId?: string;
    readonly changed?: readonly string[];
    readonly before?: Readonly<Record<string, unknown>>;
    readonly after?: Readonly<Record<string, unknown>>;
  };
}
