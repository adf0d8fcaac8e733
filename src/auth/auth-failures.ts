import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import type { LimitCounter } from '../config/limit-counter.js';
import { LIMITS } from '../config/limits.js';
import { newId } from '../config/new-id.js';
import type { ClientFault, DomainEvent, TokenFault } from '../domain/domain-event.js';
import { RepeatFold } from '../http/repeat-fold.js';

const FLUSH_MS = 1000;

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
  private readonly refusals = new RepeatFold<AuthFailure>(LIMITS.authFailuresFolded.value, ({ value, count }) =>
    this.tell(value, count, this.clock.now()),
  );
  private pending: Told[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly logger = new Logger('AuthFailures');

  constructor(
    private readonly append: (tenantId: string, events: readonly DomainEvent[]) => Promise<void>,
    private readonly clock: Clock,
    private readonly limits: LimitCounter,
  ) {}

  record(failure: AuthFailure): void {
    const { tenantId } = failure.token;
    const isTold = this.refusals.add(tenantId, subjectOf(failure.token).subjectId, failure, this.clock.now().getTime());
    if (!isTold) this.limits.add('authFailuresFolded');
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.refusals.end(this.clock.now().getTime(), true);
    await this.flush();
  }

  async flush(): Promise<void> {
    this.refusals.end(this.clock.now().getTime());
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
