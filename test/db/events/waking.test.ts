import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { appendEvents } from '../../../src/persistence/events.repository.js';
import { SealsRepository } from '../../../src/persistence/seals.repository.js';
import { relayOver, someEvent } from '../../support/relays.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
});
afterAll(() => space.close());

describe('Whoever waits for committed events in the same process', () => {
  it('is told when they are committed, once for each commit, and of nothing else', async () => {
    let told = 0;
    space.work.onQueued(() => {
      told += 1;
    });
    const app = space.work.forTenant(uuid());
    await appendEvents(app, [someEvent()]);
    expect(told).toBe(1);
    await app.transaction((session) => appendEvents(session, [someEvent(), someEvent()]));
    expect(told).toBe(2);
    const failing = app.transaction(async (session) => {
      await appendEvents(session, [someEvent()]);
      throw new Error('taken back');
    });
    await expect(failing).rejects.toThrow('taken back');
    await new SealsRepository(app).page(0, 10);
    expect(told).toBe(2);
  });

  it('seals without being asked, as long as it runs', async () => {
    const app = space.work.forTenant(uuid());
    const relay = relayOver(space.work);
    space.work.onQueued(() => relay.wake());
    relay.start();
    for (let seq = 1; seq <= 3; seq++) {
      await appendEvents(app, [someEvent()]);
      while ((await new SealsRepository(app).last()).seq < seq);
    }
    await relay.stop();
    await appendEvents(app, [someEvent()]);
    expect(await relayOver(space.work).round()).toBe(1);
  });
});
