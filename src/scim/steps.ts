import { SCIM_LIMITS } from './limits.js';

/**
 * Work that a request of any size may ask for. It yields whenever it has done as much as may be done at a stretch, so that
 * the caller can let other work run.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all of the work at once: for requests that are bounded by another limit. */
export function finishSteps<T>(steps: Steps<T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** Counts steps, and says when it is time to yield. */
export class Stretch {
  private taken = 0;

  /** Whether the work before these steps fills the stretch. Then a new stretch begins with them. */
  isFull(steps: number): boolean {
    this.taken += steps;
    if (this.taken <= SCIM_LIMITS.stepsAtOnce.value) return false;
    this.taken = steps;
    return true;
  }
}
