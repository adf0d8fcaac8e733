import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Scene } from './scene.js';

let scene: Scene;
let ada: string;
let bob: string;
let eve: string;
beforeAll(async () => {
  scene = await Scene.open();
  [ada = '', bob = '', eve = ''] = await scene.people(3);
});
afterAll(() => scene.close());

/** Runs the changes at once, all of them begun before the first may end: each sees the team as it is now. */
async function together(teamId: string, changes: readonly (readonly object[])[]): Promise<readonly string[]> {
  const letGo = await hold(teamId);
  const running = Promise.all(changes.map((operations) => scene.patch(teamId, operations)));
  await untilTheyWait(changes.length);
  await letGo();
  await running;
  return scene.membersOf(teamId);
}

/** Locks the team as a change of it would, until the answer is called. */
async function hold(teamId: string): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: scene.space.database.superuserUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from teams where id = $1 for no key update', [teamId]);
  return async () => {
    await holder.query('commit');
    await holder.end();
  };
}

/** Until all wait for the lock, or as many as the tenant's share of connections lets through: the others wait in its queue. */
async function untilTheyWait(most: number): Promise<void> {
  let count = 0;
  for (let unchanged = 0; count < most && (count === 0 || unchanged < 25); ) {
    await new Promise((next) => setTimeout(next, 20));
    const now = await waiting();
    unchanged = now === count ? unchanged + 1 : 0;
    count = now;
  }
}

/** How many connections wait for a lock. */
async function waiting(): Promise<number> {
  const [row] = await scene.rows(`select count(*)::int as n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`);
  return Number(row?.n);
}

const add = (...ids: string[]) => ({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
const remove = (...ids: string[]) => ({ op: 'remove', path: 'members', value: ids.map((value) => ({ value })) });
const replace = (...ids: string[]) => ({ op: 'replace', path: 'members', value: ids.map((value) => ({ value })) });

describe('Changes of one team at the same time come out as if one had been first', () => {
  it('two replacements: one of them is what stays, not both', async () => {
    const found = await together(await scene.team(), [[replace(ada)], [replace(bob)]]);
    expect([[ada], [bob]]).toContainEqual(found);
  });

  it('two exchanges the other way round: one or the other, never both or nobody', async () => {
    const found = await together(await scene.team([bob]), [
      [add(ada), remove(bob)],
      [remove(ada), add(bob)],
    ]);
    expect([[ada], [bob]]).toContainEqual(found);
  });

  it('two removals of two beside an addition of two', async () => {
    const found = await together(await scene.team([bob]), [[add(ada, bob)], [remove(ada, bob)]]);
    expect([[], [ada, bob]]).toContainEqual(found);
  });

  it('additions of the same people add each of them once', async () => {
    const teamId = await scene.team();
    expect(await together(teamId, [[add(ada, bob)], [add(bob, eve)], [add(eve, ada)]])).toEqual([ada, bob, eve]);
    const told = await scene.told(teamId);
    expect(told.flatMap(({ added }) => added.map(({ id }) => id)).sort()).toEqual([ada, bob, eve]);
    expect((await scene.stored(teamId)).version).toBe(1 + told.length);
  });

  it('many replacements of one team all end, each as a version of its own', async () => {
    const teamId = await scene.team([ada, bob, eve]);
    const found = await together(
      teamId,
      Array.from({ length: 9 }, (_, n) => [replace([ada, bob, eve][n % 3] ?? '')]),
    );
    expect(found).toHaveLength(1);
    expect((await scene.stored(teamId)).version).toBe(1 + (await scene.told(teamId)).length);
  });
});

describe('Changes of one team that wait within one instance', () => {
  it.each([
    ['hold one connection between them', true, 1],
    ['would hold one each if each had an instance to itself', false, 3],
  ])('%s', async (_what, isOneInstance, connections) => {
    const teamId = await scene.team();
    const people = await scene.people(3);
    const letGo = await hold(teamId);
    const groups = isOneInstance ? scene.groups() : undefined;
    const running = Promise.all(people.map((person) => scene.patch(teamId, [add(person)], groups)));
    while ((await waiting()) < connections) await new Promise((next) => setImmediate(next));
    // Nothing of the others is under way: a team that nobody holds is changed at once.
    await scene.patch(await scene.team(), [add(ada)], groups);
    expect(await waiting()).toBe(connections);
    await letGo();
    expect((await running).sort((a, b) => a - b)).toEqual([2, 3, 4]);
    expect(await scene.membersOf(teamId)).toEqual([...people]);
  });
});
