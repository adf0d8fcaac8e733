import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { v7 as uuid } from 'uuid';
import type { PlannedDelivery } from '../../src/domain/delivery.js';
import type { DomainEvent } from '../../src/domain/domain-event.js';
import type { SealedEvent } from '../../src/domain/sealed-event.js';
import { createEndpoint, endpointDisabled } from '../../src/domain/webhook-endpoint.js';
import { EVENT_SEALED } from '../../src/events/planner.js';
import { appendEvents } from '../../src/persistence/events.repository.js';
import { systemStatement } from '../../src/persistence/statement.js';
import {
  type ClaimedDelivery,
  type Outcome,
  WebhookDeliveriesRepository,
} from '../../src/persistence/webhook-deliveries.repository.js';
import { WebhooksRepository } from '../../src/persistence/webhooks.repository.js';
import { TenantsService } from '../../src/tenants/tenants.service.js';
import { FixedClock } from '../support/fixed-clock.js';
import { relayOver, sealAll, someEvent } from '../support/relays.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';

const CLAIM_MS = 60_000;
/** A claim is for all tenants, also for those of the tests before. */
const CLEAR = systemStatement('test.clear_deliveries', 'delete from deliveries');
const SUBJECTS = ['a', 'b', 'c'].map(() => uuid());

let workspace: Workspace;
let deliveries: WebhookDeliveriesRepository;
let clock: FixedClock;
let tenantId: string;
let endpoints: string[];
let names = 0;

beforeAll(async () => {
  workspace = await openWorkspace();
  deliveries = new WebhookDeliveriesRepository(workspace.work.system);
});
afterAll(() => workspace.close());
beforeEach(async () => {
  await workspace.work.system.run(CLEAR);
  clock = new FixedClock();
  names += 1;
  tenantId = (await new TenantsService(workspace.work, clock).createTenant(`tenant-${names}`)).id;
  endpoints = [];
});

const cause = () => ({
  at: clock.now().toISOString(),
  eventId: uuid(),
  actor: { type: 'operator', id: null, connectionId: null, tokenId: null } as const,
  requestId: null,
});

async function endpoint(): Promise<string> {
  const wish = { url: 'https://example.com/', description: '', eventTypes: [] };
  const change = createEndpoint(uuid(), wish, cause());
  await new WebhooksRepository(workspace.work.forTenant(tenantId)).create(change, { sealed: '', expiresAt: null }, 9);
  endpoints.push(change.endpoint.id);
  return change.endpoint.id;
}

/** One event for each subject named, planned for every endpoint of the test. */
async function happen(...subjects: (string | undefined)[]): Promise<void> {
  await record(subjects.map((subjectId = uuid()) => someEvent({ id: uuid(), subjectId })));
}

const EMPTY = JSON.stringify({ after: { text: '' } });

/** One event of each size, planned for every endpoint of the test. */
const happenOfBytes = (...sizes: number[]) =>
  record(sizes.map((size) => someEvent({ id: uuid(), data: { after: { text: 'x'.repeat(size - EMPTY.length) } } })));

async function record(events: DomainEvent[]): Promise<void> {
  await appendEvents(workspace.work.forTenant(tenantId), events);
  const emitter = new EventEmitter2();
  emitter.on(EVENT_SEALED, ({ event }: SealedEvent): PlannedDelivery[] =>
    event.type === 'member.updated'
      ? endpoints.map((sinkId) => ({ sink: 'webhook', sinkId, orderKey: event.subjectId }))
      : [],
  );
  const relay = relayOver(workspace.work, emitter, clock);
  await sealAll(relay);
  await relay.stop();
}

const BYTES = { perTenant: 1_000_000, inAll: 1_000_000 };
const MANY = { perEndpoint: 10, perTenant: 100, inAll: 100 };

async function claim(perEndpoint = 10, busy = new Map<string, number>(), places = MANY): Promise<ClaimedDelivery[]> {
  const at = clock.now();
  const claimed = await deliveries.claim({
    at,
    until: new Date(at.getTime() + CLAIM_MS),
    places: { ...places, perEndpoint },
    bytes: BYTES,
    busy: new Map([...busy].map(([id, sending]) => [id, { tenantId, sending, bytes: 0 }])),
  });
  return [...claimed.deliveries];
}

const subjectsOf = (claimed: readonly ClaimedDelivery[]) => claimed.map(({ event }) => event?.subjectId);

function outcome(changes: Partial<Outcome> = {}): Outcome {
  const none = { request: null, latencyMs: 5, excerpt: '', error: null, nextAttemptAt: null };
  return { at: clock.now(), status: 200, state: 'delivered', ...none, ...changes };
}

const failed = (waitMs: number): Outcome =>
  outcome({
    status: 500,
    state: 'pending',
    error: 'Answered 500.',
    nextAttemptAt: new Date(clock.now().getTime() + waitMs),
  });

describe('A claim', () => {
  it('takes the first of each subject, and the next when that one is over', async () => {
    await endpoint();
    const [a, b] = SUBJECTS;
    await happen(a, a, b, a);
    const first = await claim();
    expect(subjectsOf(first)).toEqual([a, b]);
    expect(await claim()).toEqual([]);
    await deliveries.finish(first[0]!, outcome());
    const second = await claim();
    expect(subjectsOf(second)).toEqual([a]);
    await deliveries.finish(second[0]!, outcome());
    const third = await claim();
    expect(third.map(({ seq }) => seq)).toEqual([Math.max(...[...first, ...second, ...third].map(({ seq }) => seq))]);
  });

  it('takes nothing behind one that is to be tried again', async () => {
    await endpoint();
    const [a] = SUBJECTS;
    await happen(a, a);
    const [first] = await claim();
    await deliveries.finish(first!, failed(5000));
    await happen(a);
    clock.advance(4999);
    expect(await claim()).toEqual([]);
    clock.advance(1);
    expect((await claim()).map(({ id, attempt }) => ({ id, attempt }))).toEqual([{ id: first!.id, attempt: 2 }]);
  });

  it('puts nothing off behind one that ends while it looks', async () => {
    await endpoint();
    const subjects = Array.from({ length: 40 }, () => uuid());
    await happen(...subjects);
    const first = await claim(subjects.length);
    for (let round = 0; round < 10; round++) {
      await happen(...subjects);
      const looks = first.map(async (delivery) => {
        const [, claimed] = await Promise.all([deliveries.finish(delivery, outcome()), claim(subjects.length)]);
        return claimed;
      });
      const claimed = [...(await Promise.all(looks)).flat(), ...(await claim(subjects.length))];
      expect(subjectsOf(claimed).sort()).toEqual([...subjects].sort());
      first.splice(0, first.length, ...claimed);
    }
  });

  it('takes what comes behind one that was given up', async () => {
    await endpoint();
    const [a] = SUBJECTS;
    await happen(a, a);
    const [first] = await claim();
    await deliveries.finish(first!, outcome({ status: 500, state: 'dead', error: 'Answered 500.' }));
    expect(subjectsOf(await claim())).toEqual([a]);
  });

  it('is never given twice, however many ask at once', async () => {
    await endpoint();
    await happen(...Array.from({ length: 40 }, () => undefined));
    const claimed = (await Promise.all([claim(), claim(), claim(), claim()])).flat();
    expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
    expect(claimed.length).toBeGreaterThanOrEqual(10);
  });

  it('ends, and then another may have it; whoever was too late writes nothing', async () => {
    await endpoint();
    await happen(undefined);
    const [late] = await claim();
    clock.advance(CLAIM_MS);
    const [now] = await claim();
    expect(now).toMatchObject({ id: late!.id, attempt: 2 });
    await deliveries.finish(late!, outcome({ state: 'dead' }));
    expect(await log(now!)).toMatchObject({ state: 'pending', attempts: [] });
    await deliveries.finish(now!, outcome());
    expect(await log(now!)).toMatchObject({ state: 'delivered', attempts: [{ attempt: 2, status: 200 }] });
  });

  it('can be given back, as if it had never been', async () => {
    await endpoint();
    await happen(undefined);
    const [first] = await claim();
    await deliveries.release(first!, clock.now());
    expect(await claim()).toMatchObject([{ id: first!.id, attempt: 1 }]);
  });

  it('keeps to the places of each endpoint; a crowd before one hides no other', async () => {
    const crowded = await endpoint();
    await happen(...Array.from({ length: 150 }, () => undefined));
    const quiet = await endpoint();
    await happen(undefined);
    expect((await claim(4)).map(({ endpoint: { id } }) => id).sort()).toEqual(
      [crowded, crowded, crowded, crowded, quiet].sort(),
    );
    const busy = new Map([[crowded, 4]]);
    expect(await claim(4, busy)).toEqual([]);
    busy.set(crowded, 3);
    expect(await claim(4, busy)).toHaveLength(1);
  });

  it('gives one place to an endpoint that fails, and all of them when it has recovered', async () => {
    await endpoint();
    await happen(...Array.from({ length: 6 }, () => undefined));
    const [first] = await claim(1);
    await deliveries.finish(first!, failed(1));
    const [second, ...none] = await claim(4);
    expect(none).toEqual([]);
    await deliveries.finish(second!, outcome());
    expect(await claim(4)).toHaveLength(4);
  });

  it('gives a tenant with many endpoints its places and no more, what it is sending included', async () => {
    const ids = [await endpoint(), await endpoint(), await endpoint()];
    await happen(...Array.from({ length: 20 }, () => undefined));
    const places = { ...MANY, perTenant: 5 };
    expect(await claim(4, new Map([[ids[0]!, 3]]), places)).toHaveLength(2);
    expect(await claim(4, new Map(), MANY)).toHaveLength(12);
  });

  it('gives one place to each tenant before a second one to any, when there are few in all', async () => {
    await endpoint();
    await happen(...Array.from({ length: 20 }, () => undefined));
    const loud = tenantId;
    tenantId = (await new TenantsService(workspace.work, clock).createTenant(`quiet-${names}`)).id;
    endpoints = [];
    await endpoint();
    await happen(undefined);
    const claimed = await claim(4, new Map(), { ...MANY, inAll: 2 });
    expect(claimed.map((delivery) => delivery.tenantId).sort()).toEqual([loud, tenantId].sort());
  });

  describe('of large events', () => {
    const claimWithin = (perTenant: number, inAll: number, busy: Record<string, number> = {}) =>
      deliveries.claim({
        at: clock.now(),
        until: new Date(clock.now().getTime() + CLAIM_MS),
        places: MANY,
        bytes: { perTenant, inAll },
        busy: new Map(Object.entries(busy).map(([id, bytes]) => [id, { tenantId, sending: 1, bytes }])),
      });
    const sizesOf = (claimed: { deliveries: readonly ClaimedDelivery[] }) =>
      claimed.deliveries.map(({ bytes }) => bytes);

    it('takes no more bytes for a tenant than it has free, in order, and says which limit was reached', async () => {
      const id = await endpoint();
      await happenOfBytes(400, 400, 400, 50);
      const first = await claimWithin(1000, 10_000);
      expect(sizesOf(first)).toEqual([400, 400]);
      expect(first.reached).toEqual(['webhookBytesSending']);
      expect(sizesOf(await claimWithin(1000, 10_000, { [id]: 800 }))).toEqual([]);
      expect(sizesOf(await claimWithin(1000, 10_000, { [id]: 400 }))).toEqual([400, 50]);
    });

    it('takes all of them without the limit: the control', async () => {
      await endpoint();
      await happenOfBytes(400, 400, 400, 50);
      const claimed = await claimWithin(10_000, 10_000);
      expect(sizesOf(claimed)).toEqual([400, 400, 400, 50]);
      expect(claimed.reached).toEqual([]);
    });

    it('takes one that is larger than the share alone, when the tenant sends nothing else', async () => {
      const id = await endpoint();
      await happenOfBytes(5000, 50);
      expect(sizesOf(await claimWithin(1000, 10_000, { [id]: 10 }))).toEqual([]);
      expect(sizesOf(await claimWithin(1000, 10_000))).toEqual([5000]);
      expect(sizesOf(await claimWithin(1000, 10_000, { [id]: 5000 }))).toEqual([]);
      expect(sizesOf(await claimWithin(1000, 10_000))).toEqual([50]);
    });

    it('takes no more bytes in all than are free, of one tenant after the other', async () => {
      await endpoint();
      await happenOfBytes(400, 400, 400);
      const loud = tenantId;
      tenantId = (await new TenantsService(workspace.work, clock).createTenant(`small-${names}`)).id;
      endpoints = [];
      const id = await endpoint();
      await happenOfBytes(100);
      const claimed = await claimWithin(1000, 600);
      expect(claimed.deliveries.map((delivery) => delivery.tenantId).sort()).toEqual([loud, tenantId].sort());
      expect(claimed.reached).toContain('webhookBytesSendingInAll');
      expect(sizesOf(await claimWithin(1000, 600, { [id]: 500 }))).toEqual([]);
    });

    it('takes one that is larger than all bytes when nothing is under way', async () => {
      const id = await endpoint();
      await happenOfBytes(5000);
      expect(sizesOf(await claimWithin(1000, 2000, { [id]: 1 }))).toEqual([]);
      expect(sizesOf(await claimWithin(1000, 2000))).toEqual([5000]);
    });
  });

  it('takes nothing for an endpoint that is disabled', async () => {
    const id = await endpoint();
    await happen(undefined);
    await deliveries.disable(tenantId, 'gone', endpointDisabled({ id, failingSince: null }, 'gone', cause()));
    expect(await claim()).toEqual([]);
  });
});

async function log({ id, endpoint }: ClaimedDelivery): Promise<unknown> {
  const repository = new WebhooksRepository(workspace.work.forTenant(tenantId));
  const page = await repository.deliveries(endpoint.id, { limit: 200 });
  return page?.items.find((delivery) => delivery.id === id);
}
