import { randomInt } from 'node:crypto';

/** Buckets that subjects without one of their own share. */
const SHARED_BUCKETS = 256;
/** Old buckets that a new one looks at, so that full ones go faster than new ones come. */
const SWEPT = 2;
const FNV_PRIME = 16_777_619;

/**
 * Buckets by subject, in bounded memory. A full bucket says nothing and goes; a bucket that is not full is never forgotten, so no
 * flood of other subjects resets it. When the map is full of such buckets, further subjects share a few of them, chosen by a
 * hash that no client knows. Every operation takes constant time.
 */
export class BucketMap {
  private readonly own = new Map<string, number>();
  private readonly shared = new Float64Array(SHARED_BUCKETS);
  private readonly seed = randomInt(2 ** 32);
  /** When every shared bucket is full again; until then each look-up has to look there too. */
  private sharedUntil = 0;

  constructor(private readonly maximum: number) {}

  get size(): number {
    return this.own.size;
  }

  /** When the bucket of a subject is full again, in milliseconds since 1970; undefined when it is full. */
  get(subject: string, now: number): number | undefined {
    const own = this.own.get(subject);
    if (this.sharedUntil <= now) return own;
    return Math.max(own ?? 0, this.shared[this.slotOf(subject)] ?? 0);
  }

  /** @returns whether the subject has a bucket of its own */
  set(subject: string, fullAt: number, now: number): boolean {
    if (!this.own.has(subject)) {
      this.sweep(now);
      if (this.own.size >= this.maximum) {
        this.shared[this.slotOf(subject)] = fullAt;
        this.sharedUntil = Math.max(this.sharedUntil, fullAt);
        return false;
      }
    }
    this.own.set(subject, fullAt);
    return true;
  }

  /** Looks at the buckets that were looked at the longest ago: full ones go, the others are the last to be looked at again. */
  private sweep(now: number): void {
    let swept = 0;
    for (const [subject, fullAt] of this.own) {
      if (swept === SWEPT) return;
      swept += 1;
      this.own.delete(subject);
      if (fullAt > now) this.own.set(subject, fullAt);
    }
  }

  /** FNV-1a with a secret beginning. */
  private slotOf(subject: string): number {
    let hash = this.seed;
    for (let index = 0; index < subject.length; index++) {
      hash = Math.imul(hash ^ subject.charCodeAt(index), FNV_PRIME);
    }
    return (hash >>> 0) % SHARED_BUCKETS;
  }
}
