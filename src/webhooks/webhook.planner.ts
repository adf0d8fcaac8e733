import { Injectable } from '@nestjs/common';
import type { PlannedDelivery } from '../domain/delivery.js';
import type { SealedEvent } from '../domain/sealed-event.js';
import { PlansDeliveries, PreparesPlanning, type Sealing } from '../events/planner.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { WebhooksRepository } from '../persistence/webhooks.repository.js';
import { wants } from './event-filter.js';

interface Listener {
  readonly id: string;
  readonly eventTypes: readonly string[];
}

/** One delivery of each event to each endpoint of its tenant that wants it, in order per endpoint and subject. */
@Injectable()
export class WebhookPlanner {
  /** Of the tenant whose events are about to be sealed; tenants without endpoints are not kept. */
  private readonly listeners = new Map<string, readonly Listener[]>();

  constructor(private readonly work: UnitOfWork) {}

  @PreparesPlanning()
  async prepare({ tenantId }: Sealing): Promise<void> {
    const enabled = await new WebhooksRepository(this.work.forTenant(tenantId)).enabled();
    if (enabled.length > 0) this.listeners.set(tenantId, enabled);
    else this.listeners.delete(tenantId);
  }

  @PlansDeliveries()
  plan({ tenantId, event: { type, subjectId } }: SealedEvent): readonly PlannedDelivery[] {
    const isTestOf = (id: string) => type === 'webhook_endpoint.tested' && subjectId === id;
    return (this.listeners.get(tenantId) ?? [])
      .filter(({ id, eventTypes }) => wants(eventTypes, type) || isTestOf(id))
      .map(({ id }) => ({ sink: 'webhook', sinkId: id, orderKey: subjectId }));
  }
}
