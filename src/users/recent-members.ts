import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import type { Member } from '../domain/member.js';
import { BoundedMap } from '../http/bounded-map.js';

const MOST = 5000;
/** So long a member is of use, in milliseconds; what is older is swept out as often, so no personal data stays twice as long. */
const LONGEST = 60_000;

interface Seen {
  readonly member: Member;
  readonly until: number;
}

/**
 * Members as this instance last wrote them. An identity provider changes somebody several times in a row, so the next change can be
 * tried without reading first; whether the member is still the same the version tells the statement that writes it (ADR 15).
 */
@Injectable()
export class RecentMembers implements OnModuleInit, BeforeApplicationShutdown {
  private readonly seen = new BoundedMap<string, Seen>(MOST);
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  find(tenantId: string, scimId: string): Member | undefined {
    const seen = this.seen.get(keyOf(tenantId, scimId));
    return seen && seen.until > this.now() ? seen.member : undefined;
  }

  note(tenantId: string, member: Member): void {
    if (member.scimId === null) return;
    this.seen.set(keyOf(tenantId, member.scimId), { member, until: this.now() + LONGEST });
  }

  forget(tenantId: string, scimId: string): void {
    this.seen.delete(keyOf(tenantId, scimId));
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.sweep(), LONGEST).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @returns how many are left */
  sweep(): number {
    const now = this.now();
    for (const [key, { until }] of this.seen) {
      // They are in the order in which they were noted.
      if (until > now) break;
      this.seen.delete(key);
    }
    return this.seen.size;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

function keyOf(tenantId: string, scimId: string): string {
  return `${tenantId} ${scimId.toLowerCase()}`;
}
