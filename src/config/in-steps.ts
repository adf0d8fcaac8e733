import { setImmediate } from 'node:timers/promises';

/** Does long work a stretch at a time: other requests get their turn in between. */
export async function inSteps<T>(steps: Generator<undefined, T, undefined>): Promise<T> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await setImmediate();
  }
}
