const WINDOW_MS = 60_000;

interface Window<T> {
  value: T;
  /** Occurrences that were not told of. */
  count: number;
  /** When the first and the last of them happened, and when they are told; milliseconds since 1970. */
  since: number;
  last: number;
  until: number;
}

/** Occurrences of one kind that are told of together. Times in milliseconds since 1970. */
export interface Repeats<T> {
  readonly value: T;
  readonly count: number;
  readonly since: number;
  readonly last: number;
}

/**
 * Tells of the first occurrence of a kind at once, and of those within the minute after it together when the minute is over. Each owner
 * has a bounded number of kinds, so that one takes no place from another.
 */
export class RepeatFold<T> {
  private readonly owners = new Map<string, Map<string, Window<T>>>();

  /**
   * @param maximum kinds of one owner
   * @param tell is to be quick
   */
  constructor(
    private readonly maximum: number,
    private readonly tell: (repeats: Repeats<T>) => void,
  ) {}

  /** @returns false when the owner has no place left, and nothing is told */
  add(owner: string, kind: string, value: T, now: number): boolean {
    if (this.repeat(owner, kind, now, value)) return true;
    const windows = this.owners.get(owner) ?? new Map<string, Window<T>>();
    if (windows.size >= this.maximum) return false;
    windows.set(kind, { value, count: 0, since: now, last: now, until: now + WINDOW_MS });
    this.owners.set(owner, windows);
    this.tell({ value, count: 1, since: now, last: now });
    return true;
  }

  /**
   * Counts one more of a kind that was told of within the last minute.
   * @param value to tell instead of the first one
   * @returns false when it was not, and nothing is counted
   */
  repeat(owner: string, kind: string, now: number, value?: T): boolean {
    const window = this.owners.get(owner)?.get(kind);
    if (!window) return false;
    if (window.count === 0) window.since = now;
    window.count += 1;
    window.last = now;
    window.value = value ?? window.value;
    return true;
  }

  /** Tells what the windows counted that are over, all of them at the end of the process. */
  end(now: number, all = false): void {
    for (const [owner, windows] of this.owners) {
      for (const [kind, window] of windows) {
        if (!all && window.until > now) continue;
        if (window.count === 0) windows.delete(kind);
        else this.tell({ ...window });
        window.count = 0;
        window.until = now + WINDOW_MS;
      }
      if (windows.size === 0) this.owners.delete(owner);
    }
  }
}
