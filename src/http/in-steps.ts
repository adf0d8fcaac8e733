import { setImmediate } from 'node:timers/promises';
import type { Steps } from '../scim/index.js';

/** Does long work a stretch at a time: other requests get their turn in between. */
export async function inSteps<T>(steps: Steps<T>): Promise<T> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await setImmediate();
  }
}
