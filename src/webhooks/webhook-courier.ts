import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { CLOUD_EVENT_TYPE } from '../events/cloud-event.js';
import type { ClaimedDelivery } from '../persistence/webhook-deliveries.repository.js';
import type { SentRequest } from '../persistence/webhooks.repository.js';
import { signatureHeaders } from './signature.js';
import { webhookBody } from './webhook-body.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { type WebhookAnswer, WebhookSender } from './webhook-sender.js';

/** What came of bringing one delivery; without a readable secret, or without its event, nothing is sent. */
export type Attempt =
  | { readonly kind: 'sent'; readonly request: SentRequest; readonly answer: WebhookAnswer }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'forgotten' };

/** Signs deliveries and sends them. */
@Injectable()
export class WebhookCourier {
  constructor(
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async bring({ tenantId, seq, event, endpoint }: ClaimedDelivery, stop: AbortSignal): Promise<Attempt> {
    if (event === null) return { kind: 'forgotten' };
    const at = this.clock.now();
    const secrets = await this.secrets.open(endpoint.secrets, endpoint.id, at);
    if (secrets === undefined) return { kind: 'unsigned' };
    const { url } = endpoint;
    const body = webhookBody({ tenantId, seq, event });
    const signed = signatureHeaders({ id: event.id, timestamp: Math.floor(at.getTime() / 1000), body }, secrets);
    const headers = { 'content-type': CLOUD_EVENT_TYPE, 'user-agent': 'Muster', ...signed };
    const { 'webhook-signature': _, ...kept } = headers;
    return {
      kind: 'sent',
      request: { url, headers: kept },
      answer: await this.sender.send({ url, headers, body }, stop),
    };
  }
}
