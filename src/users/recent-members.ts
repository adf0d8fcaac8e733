import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { LIMITS } from '../config/limits.js';
import type { Member } from '../domain/member.js';
import { ByteCache } from '../http/byte-cache.js';
import { resourceText } from '../persistence/resource-text.js';

/** How long a member stays, in milliseconds. Older members are removed as often, so no personal data stays twice as long. */
const MAX_AGE_MS = 60_000;
/** What a member takes in memory: a part that all have, and a multiple of its JSON text for the text and the objects. */
const MEMBER_BYTES = 1024;
const BYTES_PER_CHARACTER = 4;
const TEAM_BYTES = 256;

interface Seen {
  readonly member: Member;
  readonly until: number;
}

/**
 * Members as this instance last wrote them. An identity provider changes a member several times in a row, so the next change can be
 * tried without reading first; the version tells the statement that writes it whether the member is still the same (ADR 15).
 */
@Injectable()
export class RecentMembers implements OnModuleInit, BeforeApplicationShutdown {
  private readonly seen = new ByteCache<Seen>({
    total: LIMITS.recentMembersBytes.value,
    share: LIMITS.recentMembersTenantBytes.value,
  });
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Estimate of what all members take in memory. */
  get bytes(): number {
    return this.seen.bytes;
  }

  find(tenantId: string, scimId: string): Member | undefined {
    const seen = this.seen.get(tenantId, scimId.toLowerCase());
    return seen && seen.until > this.now() ? seen.member : undefined;
  }

  note(tenantId: string, member: Member): void {
    if (member.scimId === null) return;
    const seen = { member, until: this.now() + MAX_AGE_MS };
    this.seen.set(tenantId, member.scimId.toLowerCase(), seen, bytesOf(member));
  }

  forget(tenantId: string, scimId: string): void {
    this.seen.delete(tenantId, scimId.toLowerCase());
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.sweep(), MAX_AGE_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @returns how many are left */
  sweep(): number {
    const now = this.now();
    this.seen.sweep(({ until }) => until <= now);
    return this.seen.size;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** The text is at hand: it was made when the member was written. */
function bytesOf({ resource, teams }: Member): number {
  return MEMBER_BYTES + BYTES_PER_CHARACTER * resourceText(resource).length + TEAM_BYTES * teams.length;
}
