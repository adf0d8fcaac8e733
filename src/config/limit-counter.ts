import { LIMITS, type LimitName } from './limits.js';

/** Counts how often each limit of the server was reached. The metrics page shows the counts. */
export class LimitCounter {
  private readonly counts = new Map<LimitName, number>();

  add(name: LimitName): void {
    this.counts.set(name, this.of(name) + 1);
  }

  of(name: LimitName): number {
    return this.counts.get(name) ?? 0;
  }

  /** Every limit with its count, zero included. */
  entries(): readonly (readonly [LimitName, number])[] {
    return (Object.keys(LIMITS) as LimitName[]).map((name) => [name, this.of(name)]);
  }
}
