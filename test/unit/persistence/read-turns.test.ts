import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../../../src/config/limits.js';
import { DomainException } from '../../../src/domain/domain-error.js';
import { ReadTurns } from '../../../src/persistence/read-turns.js';

const NEVER_MS = 60_000;
const soon = () => new Promise(setImmediate);
const turnsOf = (idleMs = NEVER_MS, refused: string[] = []) => new ReadTurns(() => refused.push('refused'), idleMs);

/** Whether the turn has begun by now. */
async function hasBegun(turn: Promise<unknown>): Promise<boolean> {
  let begun = false;
  void turn.then(() => {
    begun = true;
  });
  await soon();
  return begun;
}

describe('Reads of many pages', () => {
  it('come one after the other for a tenant, and side by side for two', async () => {
    const turns = turnsOf();
    const first = await turns.begin('a');
    const second = turns.begin('a');
    expect([await hasBegun(second), await hasBegun(turns.begin('b'))]).toEqual([false, true]);
    first.end();
    expect(await hasBegun(second)).toBe(true);
  });

  it('give up one turn only, however often they end', async () => {
    const turns = turnsOf();
    const first = await turns.begin('a');
    const [second, third] = [turns.begin('a'), turns.begin('a')];
    first.end();
    first.end();
    expect([await hasBegun(second), await hasBegun(third)]).toEqual([true, false]);
    (await second).end();
    (await third).end();
  });

  it('make room for the next when their client reads nothing for a while', async () => {
    const turns = turnsOf(20);
    await turns.begin('a');
    const next = await turns.begin('a');
    next.end();
  });

  it('keep their turn while they go on', async () => {
    const turns = turnsOf(1000);
    const first = await turns.begin('a');
    const next = turns.begin('a');
    for (let page = 0; page < 12; page++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      first.renew();
    }
    expect(await hasBegun(next)).toBe(false);
    first.end();
    (await next).end();
  });

  it('are refused as busy when too many wait, and that is counted', async () => {
    const refused: string[] = [];
    const turns = turnsOf(NEVER_MS, refused);
    const first = await turns.begin('a');
    const waiting = Array.from({ length: LIMITS.waitingLargeReads.value }, () => turns.begin('a'));
    await expect(turns.begin('a')).rejects.toThrow(DomainException);
    expect(refused).toHaveLength(1);
    first.end();
    for (const turn of waiting) (await turn).end();
  });
});
