import type { DomainEvent, WebhookEventType } from './domain-event.js';
import type { Cause } from './member.js';

/** Switched off by an admin; answered 410; failed for days; or nothing can be signed, because its secret cannot be decrypted. */
export const DISABLED_REASONS = ['manual', 'gone', 'failing', 'unreadable_secret'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** Where a tenant wants to be told what happened. Its secrets are kept apart. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** `member.provisioned`, or `member.*`; none at all means every event. */
  readonly eventTypes: readonly string[];
  readonly status: 'enabled' | 'disabled';
  /** Null while enabled. */
  readonly disabledReason: DisabledReason | null;
  /** ISO 8601: since then no attempt has succeeded; null when the last one did. */
  readonly failingSince: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What an admin says of an endpoint. */
export type EndpointAttributes = Pick<WebhookEndpoint, 'url' | 'description' | 'eventTypes' | 'status'>;

/**
 * What an event shows of a URL: scheme, host and port. The path and the query of a webhook URL are often its secret, and readers of
 * events need not be the admins who may see endpoints.
 */
export function shownUrl(url: string): string {
  return /^https?:\/\/[^/?#]*/i.exec(url)?.[0] ?? '';
}

/** An endpoint as it will be, and the event that tells of it. */
export interface EndpointChange {
  readonly endpoint: WebhookEndpoint;
  readonly event: DomainEvent;
}

const ATTRIBUTES = ['url', 'description', 'eventTypes', 'status'] as const;

export function createEndpoint(id: string, wish: Omit<EndpointAttributes, 'status'>, cause: Cause): EndpointChange {
  const endpoint: WebhookEndpoint = {
    id,
    ...wish,
    status: 'enabled',
    disabledReason: null,
    failingSince: null,
    createdAt: cause.at,
    updatedAt: cause.at,
  };
  return {
    endpoint,
    event: endpointEvent('webhook_endpoint.created', id, { after: { ...wish, url: shownUrl(wish.url) } }, cause),
  };
}

/** Undefined when nothing differs. Whoever enables an endpoint again gives it all the time it had at first. */
export function reviseEndpoint(
  endpoint: WebhookEndpoint,
  wish: Partial<EndpointAttributes>,
  cause: Cause,
): EndpointChange | undefined {
  const wanted = { ...endpoint, ...wish };
  const changed = ATTRIBUTES.filter((name) => JSON.stringify(wanted[name]) !== JSON.stringify(endpoint[name]));
  if (changed.length === 0) return undefined;
  const pick = (from: WebhookEndpoint) =>
    Object.fromEntries(changed.map((name) => [name, name === 'url' ? shownUrl(from.url) : from[name]]));
  const switched = changed.includes('status');
  const revised: WebhookEndpoint = {
    ...wanted,
    ...(switched && { disabledReason: wanted.status === 'disabled' ? 'manual' : null, failingSince: null }),
    updatedAt: cause.at,
  };
  const type = switched ? (`webhook_endpoint.${revised.status}` as const) : 'webhook_endpoint.updated';
  const data = { changed, before: pick(endpoint), after: pick(revised) };
  return { endpoint: revised, event: endpointEvent(type, endpoint.id, data, cause) };
}

/** Nobody did it: what happened to deliveries gave the reason. */
export function endpointDisabled(
  { id, failingSince }: Pick<WebhookEndpoint, 'id' | 'failingSince'>,
  reason: Exclude<DisabledReason, 'manual'>,
  cause: Cause,
): DomainEvent {
  const data = {
    changed: ['status'],
    before: { status: 'enabled' },
    after: { status: 'disabled', disabledReason: reason, failingSince },
  };
  return endpointEvent('webhook_endpoint.disabled', id, data, cause);
}

export function endpointRemoved({ id, url }: WebhookEndpoint, cause: Cause): DomainEvent {
  return endpointEvent('webhook_endpoint.removed', id, { before: { url: shownUrl(url) } }, cause);
}

export function endpointEvent(
  type: WebhookEventType,
  id: string,
  data: DomainEvent['data'],
  cause: Cause,
): DomainEvent {
  const { eventId, at, actor, requestId } = cause;
  return { id: eventId, type, occurredAt: at, actor, requestId, subjectType: 'webhook_endpoint', subjectId: id, data };
}
