import { describe, expect, it } from '@jest/globals';
import { Turns } from '../../../src/groups/turns.js';

/** Work that notes its beginning and its end, and ends when it is told to. */
function works() {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string) => () => {
    log.push(`${name} begins`);
    return new Promise<string>((resolve) => {
      ends.set(name, () => {
        log.push(`${name} ends`);
        resolve(name);
      });
    });
  };
  return { log, start, end: (name: string) => ends.get(name)?.() };
}

describe('Turns', () => {
  it('begin at once when nobody has the key, one after another in the order of asking when somebody has', async () => {
    const { log, start, end } = works();
    const turns = new Turns();
    const all = ['a', 'b', 'c'].map((name) => turns.take('team', start(name)));
    expect(log).toEqual(['a begins']);
    end('a');
    await all[0];
    end('b');
    await all[1];
    end('c');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('of different keys do not wait for each other', () => {
    const { log, start } = works();
    const turns = new Turns();
    void turns.take('one', start('a'));
    void turns.take('other', start('b'));
    expect(log).toEqual(['a begins', 'b begins']);
  });

  it('go on behind one that fails, and each learns only of its own failure', async () => {
    const turns = new Turns();
    const failing = turns.take('team', () => Promise.reject(new Error('mine')));
    const next = turns.take('team', async () => 'done');
    await expect(failing).rejects.toThrow('mine');
    expect(await next).toBe('done');
  });

  it('leave nothing behind', async () => {
    const turns = new Turns();
    await Promise.all([turns.take('team', async () => 1), turns.take('team', async () => 2)]);
    await new Promise((next) => setImmediate(next));
    expect(turns.waiting).toBe(0);
  });
});
