import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { LIMITS } from '../config/limits.js';
import { newId } from '../config/new-id.js';
import { DomainException } from '../domain/domain-error.js';
import type { Page, PageWish } from '../domain/page.js';
import {
  createEndpoint,
  type EndpointAttributes,
  endpointEvent,
  endpointRemoved,
  reviseEndpoint,
  type WebhookEndpoint,
} from '../domain/webhook-endpoint.js';
import type { ManagementCall } from '../http/management.js';
import { noRoom } from '../http/quota.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { WebhooksRepository } from '../persistence/webhooks.repository.js';
import { causeOf } from './cause.js';
import { mistakeIn, plainPatterns } from './event-filter.js';
import { known } from './known.js';
import { mintSecret } from './signature.js';
import { valid, WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender } from './webhook-sender.js';

/** Each webhook is signed with every secret that is still good. */
const MOST_SECRETS = 4;
const HOUR_MS = 3_600_000;

/** What an admin does with webhook endpoints. Each change is written with its event; a secret is told once, when it is made. */
@Injectable()
export class WebhookEndpointsService {
  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
  ) {}

  list(call: ManagementCall, page: PageWish): Promise<Page<WebhookEndpoint>> {
    return this.endpoints(call).list(page);
  }

  async get(call: ManagementCall, id: string): Promise<WebhookEndpoint> {
    return known('Webhook endpoint', id, await this.endpoints(call).find(id));
  }

  async create(
    call: ManagementCall,
    wish: Omit<EndpointAttributes, 'status'>,
  ): Promise<WebhookEndpoint & { readonly secret: string }> {
    const change = createEndpoint(newId(), { ...wish, ...this.checked(wish) }, causeOf(call, this.clock));
    const secret = mintSecret();
    const stored = await this.secrets.seal(secret, change.endpoint.id);
    const maximum = LIMITS.webhookEndpoints.value;
    const created = await this.changing(call, (endpoints) => endpoints.create(change, stored, maximum));
    if (!created) throw noRoom('webhookEndpoints', maximum);
    return { ...change.endpoint, secret };
  }

  update(call: ManagementCall, id: string, wish: Partial<EndpointAttributes>): Promise<WebhookEndpoint> {
    const checked = { ...wish, ...this.checked(wish) };
    return this.changing(call, async (endpoints) => {
      const { secrets: _, ...endpoint } = known('Webhook endpoint', id, await endpoints.findForChange(id));
      const change = reviseEndpoint(endpoint, checked, causeOf(call, this.clock));
      if (change) await endpoints.update(change);
      return change?.endpoint ?? endpoint;
    });
  }

  remove(call: ManagementCall, id: string): Promise<void> {
    return this.changing(call, async (endpoints) => {
      const endpoint = known('Webhook endpoint', id, await endpoints.findForChange(id));
      await endpoints.remove(id, endpointRemoved(endpoint, causeOf(call, this.clock)));
    });
  }

  /** @param overlapHours for which the old secret signs too */
  async rotate(
    call: ManagementCall,
    id: string,
    overlapHours: number,
  ): Promise<{ readonly secret: string; readonly oldExpiresAt: string }> {
    const cause = causeOf(call, this.clock);
    const now = new Date(cause.at);
    const oldExpiresAt = new Date(now.getTime() + overlapHours * HOUR_MS).toISOString();
    const secret = mintSecret();
    const fresh = await this.secrets.seal(secret, id);
    return this.changing(call, async (endpoints) => {
      const { secrets } = known('Webhook endpoint', id, await endpoints.findForChange(id));
      const old = secrets.map((stored) => ({ ...stored, expiresAt: earlier(stored.expiresAt, oldExpiresAt) }));
      const kept = [fresh, ...valid(old, now)].slice(0, MOST_SECRETS);
      const event = endpointEvent('webhook_endpoint.secret_rotated', id, { after: { oldExpiresAt } }, cause);
      await endpoints.setSecrets(id, kept, event);
      return { secret, oldExpiresAt };
    });
  }

  private changing<T>(call: ManagementCall, change: (endpoints: WebhooksRepository) => Promise<T>): Promise<T> {
    const session = this.work.forTenant(call.caller.tenantId);
    return session.transaction((inside) => change(new WebhooksRepository(inside)));
  }

  private endpoints({ caller }: ManagementCall): WebhooksRepository {
    return new WebhooksRepository(this.work.forTenant(caller.tenantId));
  }

  private checked({ url, eventTypes }: Partial<EndpointAttributes>): Partial<EndpointAttributes> {
    const mistake = eventTypes && mistakeIn(eventTypes);
    if (mistake) throw new DomainException({ kind: 'invalid', attribute: 'eventTypes', detail: mistake });
    return {
      ...(url !== undefined && { url: this.checkedUrl(url) }),
      ...(eventTypes && { eventTypes: plainPatterns(eventTypes) }),
    };
  }

  /** As the URL parser writes it, so that what was checked is what is asked. */
  private checkedUrl(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !['http:', 'https:'].includes(url.protocol)) throw wrongUrl('must be a URL that begins with https://');
    if (url.username || url.password) {
      throw wrongUrl('must have no user name and no password; verify the signature to know who sends');
    }
    if (url.hash) throw wrongUrl('must have no fragment (#…); it would not be sent');
    if (this.sender.refuses(url)) throw wrongUrl(`is in a network that webhooks may not reach; ${ASK}`);
    if (url.protocol === 'http:' && !this.sender.trusts(url)) throw wrongUrl(`must be https://; for http:// ${ASK}`);
    return url.href;
  }
}

/** What only an operator can allow. */
const ASK = 'the operator would have to list the host in MUSTER_WEBHOOK_ALLOWED_HOSTS';

function wrongUrl(detail: string): DomainException {
  return new DomainException({ kind: 'invalid', attribute: 'url', detail });
}

function earlier(one: string | null, other: string): string {
  return one !== null && one < other ? one : other;
}
