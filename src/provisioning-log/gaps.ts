/** Connections whose losses are told one by one; those of others are only counted. */
const MAX_GAPS = 10_000;
/** A connection has one notice in this time. */
const PAUSE_MS = 60_000;

/** Requests of one connection that were not recorded. Times in milliseconds since 1970. */
export interface Gap {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly requests: number;
  readonly since: number;
  readonly until: number;
}

/** What is missing in the log, by connection, until a notice tells of it. */
export class Gaps {
  private readonly gaps = new Map<string, Gap>();
  /** When a notice of a connection was taken. */
  private readonly takenAt = new Map<string, number>();

  add(gap: Gap): void {
    const known = this.gaps.get(gap.connectionId);
    if (!known && this.gaps.size >= MAX_GAPS) return;
    this.gaps.set(gap.connectionId, {
      ...gap,
      requests: gap.requests + (known?.requests ?? 0),
      since: Math.min(gap.since, known?.since ?? gap.since),
      until: Math.max(gap.until, known?.until ?? gap.until),
    });
  }

  /** @param now leaves out connections of which a notice was taken within the last minute; absent: none */
  take(now?: number): readonly Gap[] {
    if (now !== undefined) this.forgetPauses(now);
    const taken = [...this.gaps.values()].filter(
      ({ connectionId }) => now === undefined || !this.takenAt.has(connectionId),
    );
    for (const { connectionId } of taken) {
      this.gaps.delete(connectionId);
      if (now !== undefined) this.takenAt.set(connectionId, now);
    }
    return taken;
  }

  /** They could not be told of. */
  giveBack(gaps: readonly Gap[]): void {
    for (const gap of gaps) {
      this.takenAt.delete(gap.connectionId);
      this.add(gap);
    }
  }

  private forgetPauses(now: number): void {
    for (const [connectionId, at] of this.takenAt) if (now - at >= PAUSE_MS) this.takenAt.delete(connectionId);
  }
}
