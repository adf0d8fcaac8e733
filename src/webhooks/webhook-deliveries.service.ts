import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { DomainException } from '../domain/domain-error.js';
import type { Page, PageWish } from '../domain/page.js';
import { endpointEvent, type WebhookEndpoint } from '../domain/webhook-endpoint.js';
import type { ManagementCall } from '../http/management.js';
import { appendEvents } from '../persistence/events.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { type LoggedDelivery, type Replay, WebhooksRepository } from '../persistence/webhooks.repository.js';
import { causeOf } from './cause.js';
import { known } from './known.js';
import { webhookBody } from './webhook-body.js';

/** Events that one call plans again; whoever wants more goes on where it ended. */
const MOST_AT_ONCE = 10_000;
/** PostgreSQL's calendar has no year 0. */
const EARLIEST = new Date(0).toISOString();

/** As an admin asks for it: a delivery, or a stretch of the log. */
export interface ReplayRequest {
  readonly deliveryId?: string;
  readonly fromSeq?: number;
  readonly toSeq?: number;
  readonly since?: string;
}

/** What was sent to an endpoint, and what shall be sent once more. */
@Injectable()
export class WebhookDeliveriesService {
  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(call: ManagementCall, id: string, page: PageWish): Promise<Page<LoggedDelivery>> {
    return known('Webhook endpoint', id, await this.endpoints(call).deliveries(id, page));
  }

  async get(
    call: ManagementCall,
    id: string,
    deliveryId: string,
  ): Promise<LoggedDelivery & { readonly requestBody: string }> {
    const { delivery, event } = known('Delivery', deliveryId, await this.endpoints(call).findDelivery(id, deliveryId));
    return { ...delivery, requestBody: webhookBody({ tenantId: call.caller.tenantId, seq: delivery.seq, event }) };
  }

  /** An event of its own, which goes to this endpoint whatever its filter says, the way of all others. */
  async test(call: ManagementCall, id: string): Promise<{ readonly eventId: string }> {
    await this.enabled(call, id);
    const event = endpointEvent('webhook_endpoint.tested', id, {}, causeOf(call, this.clock));
    await appendEvents(this.work.forTenant(call.caller.tenantId), [event]);
    return { eventId: event.id };
  }

  async replay(
    call: ManagementCall,
    id: string,
    request: ReplayRequest,
  ): Promise<{ readonly planned: number; readonly nextSeq: number | null }> {
    const endpoint = await this.enabled(call, id);
    const endpoints = this.endpoints(call);
    const replay = replayOf(request, endpoint);
    if ('deliveryId' in replay)
      known('Delivery', replay.deliveryId, await endpoints.findDelivery(id, replay.deliveryId));
    const cause = causeOf(call, this.clock);
    const event = endpointEvent('webhook_endpoint.replayed', id, { after: { ...request } }, cause);
    const { planned, lastSeq } = await endpoints.replay(id, replay, MOST_AT_ONCE, event);
    return { planned, nextSeq: planned < MOST_AT_ONCE || lastSeq === null ? null : lastSeq + 1 };
  }

  private async enabled(call: ManagementCall, id: string): Promise<WebhookEndpoint> {
    const endpoint = known('Webhook endpoint', id, await this.endpoints(call).find(id));
    if (endpoint.status === 'enabled') return endpoint;
    throw invalid('status', 'the endpoint is disabled and gets nothing; enable it first');
  }

  private endpoints({ caller }: ManagementCall): WebhooksRepository {
    return new WebhooksRepository(this.work.forTenant(caller.tenantId));
  }
}

function replayOf({ deliveryId, fromSeq, toSeq, since }: ReplayRequest, { eventTypes }: WebhookEndpoint): Replay {
  const ofLog = fromSeq !== undefined || toSeq !== undefined || since !== undefined;
  if (deliveryId !== undefined) {
    if (ofLog) throw invalid('deliveryId', 'is asked for alone, or not at all');
    return { deliveryId };
  }
  if (!ofLog) throw invalid('since', 'say what to replay: deliveryId, fromSeq, toSeq or since');
  const [from, to] = [fromSeq ?? 1, toSeq ?? Number.MAX_SAFE_INTEGER];
  if (from > to) throw invalid('toSeq', `is before fromSeq, ${from}; the stretch would be empty`);
  return { fromSeq: from, toSeq: to, since: since === undefined ? EARLIEST : timeOf(since), eventTypes };
}

function timeOf(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw invalid('since', 'is no time of any calendar; such as 2026-11-22T12:48:24Z');
  return new Date(Math.max(time, 0)).toISOString();
}

function invalid(attribute: string, detail: string): DomainException {
  return new DomainException({ kind: 'invalid', attribute, detail });
}
