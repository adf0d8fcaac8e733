import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { PlannedDelivery } from '../domain/delivery.js';
import type { DomainEvent } from '../domain/domain-event.js';
import { dataOf, type SealedEvent } from '../domain/sealed-event.js';
import { PlansDeliveries, PreparesPlanning, type Sealing } from '../events/planner.js';
import { MailAudienceRepository } from '../persistence/mail-audience.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { windowOf } from './notification-window.js';

/** Order key of deliveries that wait for no window. */
export const SECURITY = 'security';

const CHANGES: ReadonlySet<DomainEvent['type']> = new Set<DomainEvent['type']>([
  'member.provisioned',
  'member.deactivated',
  'member.reactivated',
  'member.removed',
  'member.linked',
  'team.created',
  'team.renamed',
  'team.removed',
  'team.membership_changed',
]);

interface Wishes {
  readonly changes: boolean;
  readonly warnings: boolean;
}

/**
 * One delivery of each event that people may be told of, to the tenant as a whole: whom it concerns is found out when its
 * window is over, so that the transaction which seals it writes one row, however many people a team has.
 */
@Injectable()
export class NotificationPlanner {
  /** Of tenants that want any mail. */
  private readonly wishes = new Map<string, Wishes>();

  constructor(
    private readonly work: UnitOfWork,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @PreparesPlanning()
  async prepare({ tenantId }: Sealing): Promise<void> {
    if (!this.config.smtp) return;
    const settings = await new MailAudienceRepository(this.work.forTenant(tenantId)).settings();
    const wishes = { changes: settings.notifications, warnings: settings.adminEmails.length > 0 };
    if (wishes.changes || wishes.warnings) this.wishes.set(tenantId, wishes);
    else this.wishes.delete(tenantId);
  }

  @PlansDeliveries()
  plan({ tenantId, sealedAt, event }: SealedEvent): readonly PlannedDelivery[] {
    const wishes = this.wishes.get(tenantId);
    if (wishes?.changes && CHANGES.has(event.type)) {
      const { to, over } = windowOf(tenantId, sealedAt);
      return [{ sink: 'email', sinkId: tenantId, orderKey: to, notBefore: over }];
    }
    if (wishes?.warnings && event.type === 'webhook_endpoint.disabled' && dataOf(event).after?.disabledReason) {
      return [{ sink: 'email', sinkId: tenantId, orderKey: SECURITY }];
    }
    return [];
  }
}
