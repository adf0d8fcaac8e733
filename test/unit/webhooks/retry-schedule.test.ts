import { describe, expect, it } from '@jest/globals';
import { waitAfter } from '../../../src/webhooks/retry-schedule.js';

const HOUR = 3_600_000;

/** The waits after attempt 1, 2 … until there is none. */
function waits(chance: number): number[] {
  const found: number[] = [];
  for (;;) {
    const wait = waitAfter(found.length + 1, chance);
    if (wait === undefined) return found;
    found.push(wait);
  }
}

describe('The waits between attempts', () => {
  it('begin with seconds, never become shorter, and end after about three days', () => {
    const all = waits(0.5);
    expect(all[0]).toBe(5000);
    expect(all).toEqual([...all].sort((one, other) => one - other));
    const total = all.reduce((sum, wait) => sum + wait, 0);
    expect(total / HOUR).toBeGreaterThan(66);
    expect(total / HOUR).toBeLessThan(78);
  });

  it('are up to a tenth shorter or longer, as chance has it', () => {
    expect(waits(0)[0]).toBe(4500);
    expect(waits(1)[0]).toBe(5500);
    expect(waits(1)).toHaveLength(waits(0).length);
  });
});
