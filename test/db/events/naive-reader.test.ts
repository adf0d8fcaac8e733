import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { DomainEvent } from '../../../src/domain/domain-event.js';
import type { Relay } from '../../../src/events/relay.js';
import { appendEvents } from '../../../src/persistence/events.repository.js';
import { SealsRepository } from '../../../src/persistence/seals.repository.js';
import { relayOver, sealAll, someEvent } from '../../support/relays.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const NO_ID = '00000000-0000-0000-0000-000000000000';
const WRITERS = 8;
const EACH = 40;

let space: Workspace;
let superuser: pg.Pool;
let relay: Relay;
let tenantId: string;
let bySeal: string[];
let byId: string[];
beforeAll(async () => {
  space = await openWorkspace();
  superuser = new pg.Pool({ connectionString: space.database.superuserUrl, max: 1 });
});
beforeEach(() => {
  relay = relayOver(space.work);
  tenantId = uuid();
  [bySeal, byId] = [[], []];
});
// Leaves the lease to the next one.
afterEach(() => relay.stop());
afterAll(async () => {
  await superuser.end();
  await space.close();
});

/** Two readers take what is new to them: one behind the last seal it knows, one behind the last id. */
async function read(): Promise<void> {
  const sealed = await new SealsRepository(space.work.forTenant(tenantId)).page(bySeal.length, 1000);
  bySeal.push(...sealed.map(({ event }) => event.id));
  const { rows } = await superuser.query<{ id: string }>(
    'select id from events where tenant_id = $1 and id > $2 order by id',
    [tenantId, byId.at(-1) ?? NO_ID],
  );
  byId.push(...rows.map(({ id }) => id));
}

/** Commits the event when `until` resolves. */
function write(event: DomainEvent, written: () => void, until: Promise<unknown>): Promise<void> {
  return space.work.forTenant(tenantId).transaction(async (session) => {
    await appendEvents(session, [event]);
    written();
    await until;
  });
}

class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

describe('A reader of events above the last id it knows', () => {
  it('never sees one whose transaction commits late; a reader of seals does', async () => {
    const [late, prompt] = [someEvent({ id: uuid({ msecs: Date.now() - 1000 }) }), someEvent()];
    const [begun, held] = [new Gate(), new Gate()];
    const slow = write(late, begun.open, held.opened);
    await begun.opened;
    await write(prompt, () => undefined, Promise.resolve());
    await sealAll(relay);
    await read();
    held.open();
    await slow;
    await sealAll(relay);
    await read();
    expect(bySeal).toEqual([prompt.id, late.id]);
    expect(byId).toEqual([prompt.id]);
  });

  it(`loses some of what ${WRITERS} writers commit at once; a reader of seals loses none and sees none twice`, async () => {
    const written: string[] = [];
    let writing = WRITERS;
    const writer = async () => {
      for (let round = 0; round < EACH; round++) {
        const event = someEvent();
        await write(event, () => undefined, pause(Math.random() * 10));
        written.push(event.id);
      }
      writing -= 1;
    };
    const reader = async () => {
      while (writing > 0) {
        await relay.round();
        await read();
      }
      await sealAll(relay);
      await read();
    };
    await Promise.all([reader(), ...Array.from({ length: WRITERS }, writer)]);
    expect(written).toHaveLength(WRITERS * EACH);
    expect([...bySeal].sort()).toEqual([...written].sort());
    expect(byId.length).toBeLessThan(written.length);
  });
});
