import { describe, expect, it } from '@jest/globals';
import { ToleranceUses } from '../../../src/http/tolerance-uses.js';

const use = (connectionId: string, uses = 1, lastUsedAt = 0) =>
  ({ tenantId: 't', connectionId, tolerance: 'op-capitalised', uses, lastUsedAt }) as const;

describe('Uses of tolerances that are still to be written down', () => {
  it('add up to one for each connection and tolerance, with the latest time', () => {
    const pending = new ToleranceUses();
    for (const each of [use('a', 1, 5), use('a', 2, 3), use('b')]) pending.add(each);
    expect(pending.take().get('t')).toEqual([use('a', 3, 5), use('b')]);
    expect(pending.take().size).toBe(0);
  });

  it('can be given back and go on adding up', () => {
    const pending = new ToleranceUses();
    pending.add(use('a'));
    const taken = pending.take();
    pending.add(use('a'));
    for (const each of taken.get('t') ?? []) pending.add(each);
    expect(pending.take().get('t')).toEqual([use('a', 2)]);
  });

  it('are bounded: what is known goes on being counted, what is new beyond the bound is not remembered', () => {
    const pending = new ToleranceUses();
    for (let connection = 0; connection < 60_000; connection++) pending.add(use(String(connection)));
    pending.add(use('0'));
    const taken = pending.take().get('t');
    expect(taken).toHaveLength(50_000);
    expect(taken?.[0]).toEqual(use('0', 2));
    pending.add(use('59999'));
    expect(pending.take().get('t')).toEqual([use('59999')]);
  });
});
