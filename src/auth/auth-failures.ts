import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { newId } from '../config/new-id.js';
import type { ClientFault, DomainEvent, TokenFault } from '../domain/domain-event.js';
import { BoundedMap } from '../http/bounded-map.js';

const FLUSH_MS = 1000;
/** The first refusal of a token is told at once; those within this time after it are told together, when it is over. */
const WINDOW_MS = 60_000;
const MOST_TOKENS = 10_000;

/** A token that was given to somebody once, or a client of the token endpoint. */
export interface KnownToken {
  readonly tenantId: string;
  /** Null: the client asked for a token, and got none. */
  readonly tokenId: string | null;
  readonly serviceAccountId: string;
  readonly connectionId: string | null;
}

export interface AuthFailure {
  readonly token: KnownToken;
  readonly fault: TokenFault | ClientFault;
  readonly address: string;
  readonly requestId: string;
}

/** What has been refused of one token and not been told. */
interface Window {
  /** Milliseconds since 1970. */
  until: number;
  attempts: number;
  last: AuthFailure;
}

interface Told {
  readonly tenantId: string;
  readonly event: DomainEvent;
}

/**
 * Remembers that tokens and clients of tenants were refused and writes it down beside the requests: one entry a minute for each,
 * with the number of attempts, so that a flood costs the database nothing. A token nobody was given belongs to no tenant and is in no
 * tenant's log.
 */
export class AuthFailures implements OnModuleInit, BeforeApplicationShutdown {
  private readonly windows = new BoundedMap<string, Window>(MOST_TOKENS);
  private pending: Told[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly logger = new Logger('AuthFailures');

  constructor(
    private readonly append: (tenantId: string, events: readonly DomainEvent[]) => Promise<void>,
    private readonly clock: Clock,
  ) {}

  record(failure: AuthFailure): void {
    const subject = subjectOf(failure.token);
    const window = this.windows.get(subject.subjectId);
    if (window) {
      window.attempts += 1;
      window.last = failure;
      return;
    }
    const now = this.clock.now();
    this.windows.set(subject.subjectId, { until: now.getTime() + WINDOW_MS, attempts: 0, last: failure });
    this.tell(failure, 1, now);
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.endWindows(Number.POSITIVE_INFINITY);
    await this.flush();
  }

  async flush(): Promise<void> {
    this.endWindows(this.clock.now().getTime());
    const told = this.pending;
    this.pending = [];
    for (const { tenantId, event } of told) {
      try {
        await this.append(tenantId, [event]);
      } catch {
        this.logger.warn(`A refusal (${event.subjectId}) could not be written to the audit log`);
      }
    }
  }

  private endWindows(time: number): void {
    const now = this.clock.now();
    for (const [id, window] of this.windows) {
      if (window.until > time) continue;
      if (window.attempts === 0) this.windows.delete(id);
      else this.tell(window.last, window.attempts, now);
      window.attempts = 0;
      window.until = now.getTime() + WINDOW_MS;
    }
  }

  private tell({ token, fault, address, requestId }: AuthFailure, attempts: number, at: Date): void {
    const { tenantId, tokenId, serviceAccountId: id, connectionId } = token;
    const event: DomainEvent = {
      id: newId({ msecs: at.getTime() }),
      occurredAt: at.toISOString(),
      actor: { type: 'service_account', id, connectionId, tokenId },
      requestId,
      ...subjectOf(token),
      data: { reason: fault, address, attempts },
    };
    this.pending.push({ tenantId, event });
  }
}

function subjectOf({ tokenId, serviceAccountId }: KnownToken): Pick<DomainEvent, 'type' | 'subjectType' | 'subjectId'> {
  return tokenId === null
    ? { type: 'auth.client_failed', subjectType: 'service_account', subjectId: serviceAccountId }
    : { type: 'auth.failed', subjectType: 'token', subjectId: tokenId };
}
