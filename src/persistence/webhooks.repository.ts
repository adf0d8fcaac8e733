import type { DomainEvent } from '../domain/domain-event.js';
import { type Page, type PageWish, pageOf } from '../domain/page.js';
import type { RecordedEvent } from '../domain/sealed-event.js';
import type { EndpointChange, WebhookEndpoint } from '../domain/webhook-endpoint.js';
import { type EventRow, toRecordedEvent } from './event-rows.js';
import { eventValues } from './events.repository.js';
import { idTime } from './membership-events.js';
import type { TenantStatement, Values } from './statement.js';
import { lockTenant } from './tenant-lock.js';
import type { TenantSession } from './unit-of-work.js';
import * as statements from './webhook-statements.js';

/** A secret as it is kept: encrypted by the application, null while nothing has replaced it. */
export interface StoredSecret {
  readonly sealed: string;
  /** ISO 8601. */
  readonly expiresAt: string | null;
}

export interface EndpointWithSecrets extends WebhookEndpoint {
  /** The newest first. */
  readonly secrets: readonly StoredSecret[];
}

/** What was sent, but for the body, which is made from the event, and the signatures, which are not kept. */
export interface SentRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One attempt, as the log shows it. */
export interface LoggedAttempt {
  readonly attempt: number;
  readonly at: string;
  /** Null when nothing was sent. */
  readonly request: SentRequest | null;
  readonly status: number | null;
  readonly latencyMs: number;
  readonly responseExcerpt: string | null;
  readonly error: string | null;
}

export interface LoggedDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly seq: number;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly attemptCount: number;
  readonly nextAttemptAt: string | null;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  /** Those that ended, the first first. */
  readonly attempts: readonly LoggedAttempt[];
}

/** A delivery with the event it brings. */
export interface DeliveryOfEvent {
  readonly delivery: LoggedDelivery;
  readonly event: RecordedEvent;
}

/** What is to be sent once more: one delivery, or the events of a stretch of the log that the endpoint wants. */
export type Replay =
  | { readonly deliveryId: string }
  | {
      readonly fromSeq: number;
      readonly toSeq: number;
      readonly since: string;
      readonly eventTypes: readonly string[];
    };

export interface Replayed {
  readonly planned: number;
  /** Null when nothing was planned. */
  readonly lastSeq: number | null;
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const BEHIND_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Webhook endpoints of the session's tenant. Each write is one statement with its event and outbox entry. */
export class WebhooksRepository {
  constructor(private readonly session: TenantSession) {}

  async list({ after = BEFORE_ALL, limit }: PageWish): Promise<Page<WebhookEndpoint>> {
    const rows = await this.session.run<WebhookEndpoint>(statements.LIST, { after, limit: limit + 1 });
    return pageOf(rows, limit, ({ id }) => id);
  }

  enabled(): Promise<Pick<WebhookEndpoint, 'id' | 'eventTypes'>[]> {
    return this.session.run(statements.LIST_ENABLED);
  }

  async find(id: string): Promise<WebhookEndpoint | undefined> {
    const [row] = await this.session.run<WebhookEndpoint>(statements.FIND, { id });
    return row;
  }

  /** Locks it until the transaction ends. */
  async findForChange(id: string): Promise<EndpointWithSecrets | undefined> {
    const [row] = await this.session.run<EndpointWithSecrets>(statements.FIND_FOR_CHANGE, { id });
    return row;
  }

  /** Needs a transaction. False, and nothing is written, when the tenant has `most` already. */
  async create({ endpoint, event }: EndpointChange, secret: StoredSecret, most: number): Promise<boolean> {
    await lockTenant(this.session);
    return this.write(statements.INSERT, { ...endpoint, secrets: JSON.stringify([secret]), most }, event);
  }

  update({ endpoint, event }: EndpointChange): Promise<boolean> {
    return this.write(statements.UPDATE, { ...endpoint }, event);
  }

  setSecrets(id: string, secrets: readonly StoredSecret[], event: DomainEvent): Promise<boolean> {
    return this.write(statements.SET_SECRETS, { id, secrets: JSON.stringify(secrets) }, event);
  }

  /** What still waited for the endpoint is given up. */
  remove(id: string, event: DomainEvent): Promise<boolean> {
    return this.write(statements.DELETE, { id }, event);
  }

  /** The newest first; undefined when there is no such endpoint. */
  async deliveries(id: string, { after = BEHIND_ALL, limit }: PageWish): Promise<Page<LoggedDelivery> | undefined> {
    const rows = await this.session.run<LoggedDelivery | { readonly id: null }>(statements.LIST_DELIVERIES, {
      id,
      before: after,
      limit: limit + 1,
    });
    if (rows.length === 0) return undefined;
    const found = rows.filter((row): row is LoggedDelivery => row.id !== null);
    return pageOf(found, limit, (delivery) => delivery.id);
  }

  async findDelivery(id: string, deliveryId: string): Promise<DeliveryOfEvent | undefined> {
    const [row] = await this.session.run<EventRow & LoggedDelivery>(statements.FIND_DELIVERY, { id, deliveryId });
    return row && { delivery: toDelivery(row), event: toRecordedEvent({ ...row, id: row.eventId }) };
  }

  /** Plans deliveries at once, in the order of the log. */
  async replay(id: string, replay: Replay, limit: number, event: DomainEvent): Promise<Replayed> {
    const statement = 'deliveryId' in replay ? statements.REPLAY_ONE : statements.REPLAY_MANY;
    const values = { ...replay, id, limit, ...eventValues(event), idTime: idTime(event.occurredAt) };
    const [row] = await this.session.run<Replayed>(statement, values);
    return row ?? { planned: 0, lastSeq: null };
  }

  private async write(statement: TenantStatement, values: Values, event: DomainEvent): Promise<boolean> {
    return (await this.session.run(statement, { ...values, ...eventValues(event) })).length > 0;
  }
}

function toDelivery(row: LoggedDelivery): LoggedDelivery {
  const {
    id,
    eventId,
    eventType,
    seq,
    state,
    attemptCount,
    nextAttemptAt,
    lastError,
    createdAt,
    deliveredAt,
    attempts,
  } = row;
  return {
    id,
    eventId,
    eventType,
    seq,
    state,
    attemptCount,
    nextAttemptAt,
    lastError,
    createdAt,
    deliveredAt,
    attempts,
  };
}
