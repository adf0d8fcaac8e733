import type { LimitCounter } from '../config/limit-counter.js';
import { LIMITS } from '../config/limits.js';

const SECOND_MS = 1000;

/**
 * An answer for everybody that costs something to make: made at most so many times a second. Requests beyond that get the one that was
 * made last, and those that come while one is made get that one.
 */
export class RepeatedAnswer<T> {
  private last: Promise<T> | undefined;
  private isBeingMade = false;
  private made = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly make: () => Promise<T>,
    private readonly limits: LimitCounter,
  ) {}

  get(): Promise<T> {
    if (this.last && this.isBeingMade) return this.last;
    if (this.last && this.made >= LIMITS.probesPerSecond.value) {
      this.limits.add('probesPerSecond');
      return this.last;
    }
    this.made++;
    this.timer ??= setTimeout(() => {
      this.made = 0;
      this.timer = undefined;
    }, SECOND_MS).unref();
    this.isBeingMade = true;
    this.last = this.make().finally(() => {
      this.isBeingMade = false;
    });
    return this.last;
  }
}
