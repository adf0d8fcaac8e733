import type { DisabledReason } from './webhook-endpoint.js';

/** A team as mails name it. */
export interface NamedTeam {
  readonly id: string;
  readonly name: string;
}

/** What changed for one member in one window, after what cancels out is gone. */
export type MemberNotice =
  | { readonly kind: 'activated' | 'deactivated' }
  /** `isNew`: the team was made in the same window. */
  | { readonly kind: 'joined'; readonly team: NamedTeam; readonly isNew: boolean }
  | { readonly kind: 'left' | 'teamRemoved'; readonly team: NamedTeam }
  | { readonly kind: 'teamRenamed'; readonly team: NamedTeam; readonly before: string };

/** How often something happened in a window. */
export const COUNTED = [
  'activated',
  'deactivated',
  'joined',
  'left',
  'teamCreated',
  'teamRenamed',
  'teamRemoved',
] as const;
export type Counts = Readonly<Record<(typeof COUNTED)[number], number>>;

export interface DisabledEndpoint {
  readonly id: string;
  /** Without path and query: those may hold secrets. Null when the endpoint was removed since. */
  readonly host: string | null;
  readonly description: string;
  readonly reason: Exclude<DisabledReason, 'manual'>;
  /** ISO 8601. */
  readonly at: string;
}

export interface ExpiringToken {
  readonly prefix: string;
  /** Of the service account. */
  readonly name: string;
  readonly connection: string | null;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

/** What a mail says, as it is kept until the mail is sent. */
export type MailContent =
  | { readonly kind: 'changes'; readonly notices: readonly MemberNotice[] }
  /** Times in ISO 8601. */
  | { readonly kind: 'digest'; readonly from: string; readonly to: string; readonly counts: Counts }
  | { readonly kind: 'endpointDisabled'; readonly endpoints: readonly DisabledEndpoint[] }
  | { readonly kind: 'tokensExpire'; readonly tokens: readonly ExpiringToken[] };

export type MailKind = MailContent['kind'];

/** A member, whose address is looked up when the mail is sent, or an address of the tenant's admins. */
export type MailRecipient = { readonly memberId: string } | { readonly address: string };

/** A mail that is to be sent. */
export interface PlannedMail {
  readonly recipient: MailRecipient;
  readonly content: MailContent;
}

/** One mail to each address, so that one that is refused does not keep it from the others. */
export function toAdmins(addresses: readonly string[], content: MailContent): PlannedMail[] {
  return addresses.map((address) => ({ recipient: { address }, content }));
}

/** What is about security goes to the admins in any case: nobody can unsubscribe from it. */
export function isSecurityMail(kind: MailKind): boolean {
  return kind === 'endpointDisabled' || kind === 'tokensExpire';
}
