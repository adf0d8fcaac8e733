import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { LimitCounter } from '../config/limit-counter.js';
import { LIMITS } from '../config/limits.js';
import { type DisabledEndpoint, type PlannedMail, toAdmins } from '../domain/mail.js';
import { dataOf, type RecordedEvent } from '../domain/sealed-event.js';
import type { TenantSettings } from '../domain/tenant.js';
import { DISABLED_REASONS, type WebhookEndpoint } from '../domain/webhook-endpoint.js';
import { appendSystemEvents } from '../persistence/events.repository.js';
import { MailAudienceRepository } from '../persistence/mail-audience.repository.js';
import { type MailWindow, MailWindowsRepository } from '../persistence/mail-windows.repository.js';
import { MailsRepository } from '../persistence/mails.repository.js';
import { type SystemSession, UnitOfWork } from '../persistence/unit-of-work.js';
import { mailsLimited } from './mail-limits.js';
import { SECURITY } from './notification.planner.js';
import { windowUntil } from './notification-window.js';
import { type Surroundings, WindowFold } from './window-fold.js';

/** Events at a time, so that a window of any size takes little memory and no statement takes long. */
const PAGE = 1000;
const REASONS = DISABLED_REASONS.filter((reason) => reason !== 'manual');
const SWITCHED_OFF = 'Notifications were switched off.';

/** Where a page of a window begins and ends, by seq. */
interface Stretch {
  readonly after: number;
  readonly last: number;
}

/**
 * Turns windows that are over into mails. A window becomes all of its mails in one transaction, or none: a process that is
 * killed leaves it as it was, and two processes never make them twice.
 */
@Injectable()
export class MailGatherer {
  private readonly logger = new Logger('MailGatherer');

  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly limits: LimitCounter,
  ) {}

  /** Gathers every window that is over. What is wrong with one tenant holds up no other; it is tried again. */
  async round(): Promise<void> {
    const tenants = await new MailWindowsRepository(this.work.system).dueTenants(this.clock.now());
    for (const tenantId of tenants) {
      await this.gatherAll(tenantId).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.warn(`Mails of tenant ${tenantId} could not be gathered and wait: ${reason}`);
      });
    }
  }

  private async gatherAll(tenantId: string): Promise<void> {
    while (await this.gather(tenantId));
  }

  /** @returns whether there was a window */
  private gather(tenantId: string): Promise<boolean> {
    return this.work.system.transaction(async (session) => {
      const at = this.clock.now();
      const windows = new MailWindowsRepository(session);
      const window = await windows.hold(tenantId, at);
      if (!window) return false;
      const settings = await this.audience(tenantId).settings();
      const reading =
        window.orderKey === SECURITY ? this.endpointMails(tenantId, settings) : this.changeMails(window, settings);
      const stretches = await readAll(windows, window, reading);
      const isDropped = window.orderKey !== SECURITY && !settings.notifications;
      if (!isDropped) await this.add(session, tenantId, await reading.mails());
      for (const { after, last } of stretches) {
        await windows.close(window, after, last, at, isDropped ? SWITCHED_OFF : null);
      }
      return stretches.length > 0;
    });
  }

  /** As many as may wait of a tenant; an event tells of the rest, which is dropped. */
  private async add(session: SystemSession, tenantId: string, mails: readonly PlannedMail[]): Promise<void> {
    const at = this.clock.now();
    const queue = new MailsRepository(session);
    const maximum = LIMITS.mailsPending.value;
    const room = maximum - (await queue.pendingOf(tenantId, maximum));
    await queue.add(tenantId, mails.slice(0, room), at);
    const dropped = mails.length - room;
    if (dropped <= 0) return;
    this.limits.add('mailsPending');
    await appendSystemEvents(session, tenantId, [mailsLimited(tenantId, at, { outcome: 'dropped', mails: dropped })]);
  }

  private changeMails({ tenantId, orderKey }: MailWindow, settings: TenantSettings): Reading {
    const fold = new WindowFold(settings.digestAbove);
    const mails = async (): Promise<PlannedMail[]> => {
      const surroundings = await this.surroundings(tenantId, fold, settings.digestAbove);
      if (fold.isMass) {
        const { from, to } = windowUntil(orderKey);
        return toAdmins(settings.adminEmails, { kind: 'digest', from, to, counts: fold.counts });
      }
      const notices = [...fold.notices(surroundings)];
      return notices.map(([memberId, its]) => ({
        recipient: { memberId },
        content: { kind: 'changes', notices: its },
      }));
    };
    return { add: (event) => fold.add(event), mails };
  }

  private endpointMails(tenantId: string, settings: TenantSettings): Reading {
    const events: RecordedEvent[] = [];
    const mails = async (): Promise<PlannedMail[]> => {
      const known = await this.audience(tenantId).webhookEndpoints(events.map(({ subjectId }) => subjectId));
      const endpoints = events.map((event) =>
        disabledEndpoint(
          event,
          known.find(({ id }) => id === event.subjectId),
        ),
      );
      return toAdmins(settings.adminEmails, { kind: 'endpointDisabled', endpoints });
    };
    return { add: (event) => void events.push(event), mails };
  }

  /** Looks no further than to see that there are too many people to tell each. */
  private async surroundings(tenantId: string, fold: WindowFold, digestAbove: number): Promise<Surroundings> {
    const audience = this.audience(tenantId);
    const audiences = new Map<string, readonly string[]>();
    for (const { id, removed } of fold.teamsWithAudience()) {
      const most = digestAbove + 1;
      const people = removed ? await audience.formerMembersOf(id, most) : await audience.membersOf(id, most);
      audiences.set(id, people);
      fold.concern(people);
      if (fold.isMass) break;
    }
    const nameless = fold.namelessTeams();
    return { audiences, names: nameless.length > 0 ? await audience.teamNames(nameless) : new Map() };
  }

  private audience(tenantId: string): MailAudienceRepository {
    return new MailAudienceRepository(this.work.forTenant(tenantId));
  }
}

/** A window on its way from events to mails. */
interface Reading {
  add(event: RecordedEvent): void;
  mails(): Promise<PlannedMail[]>;
}

/** @returns where its pages begin and end, so that they can be closed one by one */
async function readAll(windows: MailWindowsRepository, window: MailWindow, reading: Reading): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  let after = 0;
  for (;;) {
    const page = await windows.page(window, after, PAGE);
    if (!page) return stretches;
    for (const event of page.events) reading.add(event);
    stretches.push({ after, last: page.last });
    after = page.last;
  }
}

function disabledEndpoint(
  event: RecordedEvent,
  endpoint: Pick<WebhookEndpoint, 'url' | 'description'> | undefined,
): DisabledEndpoint {
  const told = dataOf(event).after?.disabledReason;
  return {
    id: event.subjectId,
    host: endpoint ? new URL(endpoint.url).host : null,
    description: endpoint?.description ?? '',
    reason: REASONS.find((reason) => reason === told) ?? 'failing',
    at: event.occurredAt,
  };
}
