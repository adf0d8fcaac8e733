import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../config/clock.js';
import type { DomainEvent, TokenFault } from '../domain/domain-event.js';
import { BoundedMap } from './bounded-map.js';

const FLUSH_MS = 1000;
/** One entry for a token in this time, however often it is tried. */
const QUIET_MS = 60_000;
const MOST_TOKENS = 10_000;

/** A token that was given to somebody once. */
export interface KnownToken {
  readonly tenantId: string;
  readonly tokenId: string;
  readonly serviceAccountId: string;
  readonly connectionId: string | null;
}

export interface AuthFailure {
  readonly token: KnownToken;
  readonly fault: TokenFault;
  readonly address: string;
  readonly requestId: string;
}

interface Told {
  readonly tenantId: string;
  readonly event: DomainEvent;
}

/**
 * Remembers that tokens of tenants were refused and writes it down beside the requests, so that guessing costs the database
 * nothing. A token nobody was given belongs to no tenant and is in no tenant's log.
 */
export class AuthFailures implements OnModuleInit, BeforeApplicationShutdown {
  private readonly toldAt = new BoundedMap<string, number>(MOST_TOKENS);
  private pending: Told[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly logger = new Logger('AuthFailures');

  constructor(
    private readonly append: (tenantId: string, events: readonly DomainEvent[]) => Promise<void>,
    private readonly clock: Clock,
  ) {}

  record({ token, fault, address, requestId }: AuthFailure): void {
    const now = this.clock.now();
    const passed = now.getTime() - (this.toldAt.get(token.tokenId) ?? Number.NEGATIVE_INFINITY);
    if (passed >= 0 && passed < QUIET_MS) return;
    this.toldAt.set(token.tokenId, now.getTime());
    const { tenantId, tokenId, serviceAccountId: id, connectionId } = token;
    const event: DomainEvent = {
      id: uuidv7({ msecs: now.getTime() }),
      type: 'auth.failed',
      occurredAt: now.toISOString(),
      actor: { type: 'service_account', id, connectionId, tokenId },
      requestId,
      subjectType: 'token',
      subjectId: tokenId,
      data: { reason: fault, address },
    };
    this.pending.push({ tenantId, event });
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  async flush(): Promise<void> {
    const told = this.pending;
    this.pending = [];
    for (const { tenantId, event } of told) {
      try {
        await this.append(tenantId, [event]);
      } catch {
        this.logger.warn(`A refused token (${event.subjectId}) could not be written to the audit log`);
      }
    }
  }
}
