import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebhookDeliveriesRepository } from '../../../src/persistence/webhook-deliveries.repository.js';
import { BYTES, PLACES } from '../../../src/webhooks/webhook-worker.js';
import { WebhookSpace } from './webhook-space.js';

/** As long as a delivery is one worker's. */
const CLAIM_MS = 60_000;

let space: WebhookSpace;

beforeAll(async () => {
  space = await WebhookSpace.open();
});
afterAll(() => space.close());
beforeEach(() => space.fresh());
afterEach(() => space.tidy());

describe('A consumer that is slow', () => {
  it('delays no other', async () => {
    await space.endpoint('/slow');
    await space.endpoint('/quick');
    const held: (() => void)[] = [];
    space.receiver.replies.set('/slow', (response) => void held.push(() => void response.end()));
    for (let number = 0; number < 12; number++) await space.create(`member-${number}@example.com`);
    await space.seal();
    space.worker().start();
    await Promise.all([space.receiver.until('/quick', 12), space.receiver.until('/slow', 4)]);
    expect(space.receiver.at('/slow')).toHaveLength(4);
    space.receiver.replies.clear();
    for (const release of held) release();
    await space.receiver.until('/slow', 12);
  });
});

describe('Several workers', () => {
  it('send each delivery once, and those about one person one after another', async () => {
    await space.endpoint('/hook');
    const underWay = new Map<string, number>();
    let overlaps = 0;
    space.receiver.replies.set('/hook', (response, { event: { subject } }) => {
      const others = underWay.get(subject) ?? 0;
      if (others > 0) overlaps += 1;
      underWay.set(subject, others + 1);
      setTimeout(() => {
        underWay.set(subject, (underWay.get(subject) ?? 1) - 1);
        response.end();
      }, 10);
    });
    const people: string[] = [];
    for (let number = 0; number < 8; number++) people.push(await space.create(`member-${number}@example.com`));
    for (const name of ['one', 'two', 'three', 'four']) for (const id of people) await space.rename(id, name);
    for (let number = 0; number < 3; number++) space.worker().start();
    await space.seal();
    await space.receiver.until('/hook', 40);
    await space.stopWorkers();
    const sent = space.receiver.at('/hook').map(({ event }) => event);
    expect({ sent: sent.length, different: new Set(sent.map(({ id }) => id)).size }).toEqual({
      sent: 40,
      different: 40,
    });
    expect(overlaps).toBe(0);
    for (const subject of new Set(sent.map((event) => event.subject))) {
      const places = sent.filter((event) => event.subject === subject).map(({ sequence }) => Number(sequence));
      expect(places).toEqual([...places].sort((one, other) => one - other));
      expect(places).toHaveLength(5);
    }
  });
});

describe('A worker', () => {
  it('that is killed while it sends leaves the delivery to another when its claim ends, and not before', async () => {
    const hook = await space.endpoint('/hook');
    await space.create('kim@example.com');
    await space.seal();
    const at = space.app.clock.now();
    const claim = { at, until: new Date(at.getTime() + CLAIM_MS), places: PLACES, bytes: BYTES, busy: new Map() };
    // All that a killed process leaves behind.
    const { deliveries } = await space.app.http.get(WebhookDeliveriesRepository).claim(claim);
    expect(deliveries.filter(({ endpoint }) => endpoint.id === hook.id)).toHaveLength(1);
    await space.deliver();
    space.app.clock.advance(CLAIM_MS - 1);
    await space.deliver();
    expect(space.receiver.at('/hook')).toEqual([]);
    space.app.clock.advance(1);
    await space.deliver();
    expect(space.receiver.at('/hook')).toHaveLength(1);
    expect(await space.log(hook)).toMatchObject([{ state: 'delivered', attempts: [{ attempt: 2 }] }]);
  });

  it('that is stopped gives back what it had not sent to the end, as if it had never tried', async () => {
    const hook = await space.endpoint('/hook');
    space.receiver.replies.set('/hook', () => undefined);
    await space.create('kim@example.com');
    await space.seal();
    const first = space.worker();
    first.start();
    await space.receiver.until('/hook', 1);
    await first.stop();
    expect(await space.log(hook)).toMatchObject([{ state: 'pending', attemptCount: 0, attempts: [] }]);
    space.receiver.replies.clear();
    space.worker().start();
    await space.receiver.until('/hook', 2);
  });
});
