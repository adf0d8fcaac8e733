import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { type MemberOperation, memberPatch, SHAPES } from '../../support/member-operations.js';
import { Scene } from './scene.js';

let scene: Scene;
let people: readonly string[];
beforeAll(async () => {
  scene = await Scene.open();
  people = await scene.people(9);
});
afterAll(() => scene.close());

/** Has the form of an id and is nobody's. */
const NOBODY = uuid();

const sorted = (ids: Iterable<string>) => [...ids].sort();
const minus = (one: ReadonlySet<string>, other: ReadonlySet<string>) => sorted([...one].filter((id) => !other.has(id)));

/** One PATCH against the model: the set, the version, the time and the event all follow, or none does. */
async function step(teamId: string, before: ReadonlySet<string>, operations: readonly MemberOperation[]) {
  const wished = operations.reduce((members, { apply }) => apply(members), new Set(before));
  const [stored, told] = [await scene.stored(teamId), await scene.told(teamId)];
  scene.clock.advance(1000);
  const change = scene.patch(
    teamId,
    operations.map(({ wire }) => wire),
  );
  const refused = wished.has(NOBODY);
  if (refused) await expect(change).rejects.toMatchObject({ error: { kind: 'invalid', attribute: 'members' } });
  else await change;

  const after = refused ? before : wished;
  const differs = minus(after, before).length + minus(before, after).length > 0;
  expect(await scene.membersOf(teamId)).toEqual(sorted(after));
  const now = await scene.stored(teamId);
  expect(now.version).toBe(stored.version + (differs ? 1 : 0));
  expect(now.updated_at).toEqual(differs ? scene.clock.now() : stored.updated_at);
  const events = (await scene.told(teamId)).slice(told.length);
  const ids = (named: readonly { readonly scimId: string }[]) => sorted(named.map(({ scimId }) => scimId));
  expect(events.map(({ added, removed }) => ({ added: ids(added), removed: ids(removed) }))).toEqual(
    differs ? [{ added: minus(after, before), removed: minus(before, after) }] : [],
  );
  return after;
}

it('Any sequence of PATCHes does to a team what it does to a set, and tells exactly that', async () => {
  const sequence = fc.array(memberPatch([...people, NOBODY]), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(sequence, async (patches) => {
      const teamId = await scene.team();
      let members: ReadonlySet<string> = new Set();
      for (const operations of patches) members = await step(teamId, members, operations);
    }),
    { numRuns: 60 },
  );
});

it.each(Object.entries(SHAPES))('"%s" with ids that are in and ids that are not', async (_name, shape) => {
  const [ada = '', bob = '', eve = ''] = people;
  await step(await scene.team([ada, bob]), new Set([ada, bob]), [shape([bob, eve])]);
});

it('The model can fail: it complains of a step that is not what was sent', async () => {
  const [ada = ''] = people;
  const teamId = await scene.team();
  const wrong = { wire: { op: 'add', path: 'members', value: [{ value: ada }] }, apply: () => new Set<string>() };
  await expect(step(teamId, new Set(), [wrong])).rejects.toThrow();
});
