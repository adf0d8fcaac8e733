import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { endpointDisabled } from '../domain/webhook-endpoint.js';
import { CLOUD_EVENT_TYPE, cloudEvent } from '../events/cloud-event.js';
import {
  type ClaimedDelivery,
  type Outcome,
  WebhookDeliveriesRepository,
} from '../persistence/webhook-deliveries.repository.js';
import { PATIENCE_MS, waitAfter } from './retry-schedule.js';
import { signatureHeaders } from './signature.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { type WebhookAnswer, WebhookSender } from './webhook-sender.js';

/** Longer than an attempt can take; after it another process may try. */
const CLAIM_MS = 60_000;
const PER_ENDPOINT = 4;
const POLL_MS = 250;
const GONE = 410;

/**
 * Brings planned deliveries to their endpoints. Any number of processes run it. Each endpoint has a few places of its own, so
 * that a slow one takes none from another; deliveries with one order key go one after another.
 */
@Injectable()
export class WebhookWorker {
  private readonly stopping = new AbortController();
  private readonly logger = new Logger('WebhookWorker');
  private readonly underWay = new Set<Promise<void>>();
  /** How many deliveries this process is making to which endpoint. */
  private readonly busy = new Map<string, number>();
  private awake = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly sender: WebhookSender,
    private readonly secrets: WebhookSecrets,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  start(): void {
    this.running ??= this.loop();
  }

  /** Cuts off what is under way and gives it back: it was not the endpoint that failed. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.awake.abort();
    await this.running;
    await this.idle();
  }

  /**
   * Claims what is due and starts to send it.
   * @returns whether there may be more to claim at once
   */
  async round(): Promise<boolean> {
    const at = this.clock.now();
    const until = new Date(at.getTime() + CLAIM_MS);
    const { deliveries, sawAll } = await this.deliveries.claim({
      at,
      until,
      perEndpoint: PER_ENDPOINT,
      busy: this.busy,
    });
    for (const delivery of deliveries) this.begin(delivery);
    return !sawAll;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.awake = new AbortController();
      const more = await this.round().catch((error: unknown) => this.warn('could not be claimed', error));
      if (!more) await pause(POLL_MS, undefined, { signal: this.awake.signal }).catch(() => undefined);
    }
  }

  private begin(delivery: ClaimedDelivery): void {
    const { id } = delivery.endpoint;
    this.busy.set(id, (this.busy.get(id) ?? 0) + 1);
    const made = this.make(delivery)
      .catch((error: unknown) => this.warn(`${delivery.id} could not be made or noted`, error))
      .then(() => {
        this.underWay.delete(made);
        const left = (this.busy.get(id) ?? 1) - 1;
        if (left > 0) this.busy.set(id, left);
        else this.busy.delete(id);
        this.awake.abort();
      });
    this.underWay.add(made);
  }

  private async make(delivery: ClaimedDelivery): Promise<void> {
    const answer = await this.attempt(delivery);
    const at = this.clock.now();
    if (answer.status === null && this.stopping.signal.aborted) return this.deliveries.release(delivery, at);
    await this.deliveries.finish(delivery, outcomeOf(answer, delivery.attempt, at));
    await this.judge(delivery, answer, at);
  }

  private async attempt({ tenantId, seq, event, endpoint }: ClaimedDelivery): Promise<WebhookAnswer> {
    const at = this.clock.now();
    const body = JSON.stringify(cloudEvent({ tenantId, seq, event }));
    const secrets = await this.secrets.open(endpoint.secrets, endpoint.id, at);
    const timestamp = Math.floor(at.getTime() / 1000);
    const headers = {
      'content-type': CLOUD_EVENT_TYPE,
      'user-agent': 'Muster',
      ...signatureHeaders({ id: event.id, timestamp, body }, secrets),
    };
    return this.sender.send({ url: endpoint.url, headers, body }, this.stopping.signal);
  }

  /** Stops asking an endpoint that says it is gone, or from which nothing but failures came for days. */
  private async judge({ tenantId, endpoint }: ClaimedDelivery, { status }: WebhookAnswer, at: Date): Promise<void> {
    const { id, failingSince } = endpoint;
    const isTried = failingSince !== null && at.getTime() - Date.parse(failingSince) >= PATIENCE_MS;
    const reason = status === GONE ? 'gone' : !isSuccess(status) && isTried ? 'failing' : undefined;
    if (reason === undefined) return;
    const actor = { type: 'system', id: null, connectionId: null, tokenId: null } as const;
    const cause = { at: at.toISOString(), eventId: uuid(), actor, requestId: null };
    await this.deliveries.disable(tenantId, reason, endpointDisabled(id, reason, cause));
  }

  private warn(what: string, error: unknown): false {
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn(`Webhook deliveries: ${what}: ${reason}`);
    return false;
  }
}

const isSuccess = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

function outcomeOf({ status, latencyMs, excerpt, error }: WebhookAnswer, attempt: number, at: Date): Outcome {
  const ended = { at, status, latencyMs, excerpt, nextAttemptAt: null };
  if (isSuccess(status)) return { ...ended, error: null, state: 'delivered' };
  const reason = error ?? `Answered ${status}.`;
  const wait = status === GONE ? undefined : waitAfter(attempt, Math.random());
  if (wait === undefined) return { ...ended, error: reason, state: 'dead' };
  return { ...ended, error: reason, state: 'pending', nextAttemptAt: new Date(at.getTime() + wait) };
}
