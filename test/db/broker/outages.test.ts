import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { NatsBroker } from '../../../src/broker/nats-broker.js';
import { describeWithNats } from '../../support/describe-with-nats.js';
import { NatsServer } from '../../support/nats-server.js';
import { publishAll, Stage, type StageTenant } from './stage.js';

let stage: Stage;
let nats: NatsServer;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  nats = await NatsServer.prepare();
});
afterEach(async () => {
  await stage.clear();
  await nats.remove();
});
afterAll(() => stage.close());

const publishedIds = async () => (await nats.messages()).map(({ messageId }) => messageId);

const message = (id: string, size = 10) => ({
  id,
  subject: 'muster.acme.member.updated',
  contentType: 'text/plain',
  body: JSON.stringify('x'.repeat(size)),
});

/** Publishes as an instance that dies before it can note what was acknowledged. */
async function publishAndDie(): Promise<void> {
  await stage.sql('revoke insert, update on broker_cursors from muster_system');
  await expect(stage.publisher(nats.address).publisher.round()).rejects.toThrow('permission denied');
  await stage.sql('grant insert, update on broker_cursors to muster_system');
  await stage.expireLease();
}

describeWithNats('A broker that is away', () => {
  it('at the start gets everything when it comes, and the log has a line for its absence and one for its return', async () => {
    const tenant = await stage.tenant(3);
    const { publisher, metrics } = stage.publisher(nats.address);
    publisher.start();
    const failures = async () =>
      Number(/failures_total\{reason="unreachable"\} (\d+)/.exec(await metrics.registry.metrics())?.[1]);
    while ((await failures()) < 4) await pause(20);
    expect(await metrics.registry.metrics()).toMatch(/^muster_broker_lag_events 3$/m);
    await nats.start();
    await stage.caughtUp(tenant);
    expect(await publishedIds()).toEqual(await stage.ids(tenant));
    while (stage.lines.length < 2) await pause(20);
    expect(stage.lines).toEqual([
      'Events could not be published and stay queued: connection refused',
      'Events are published again.',
    ]);
  });

  it('because it was killed has all events in order when it is back with its store', async () => {
    await nats.start();
    const tenants = [await stage.tenant(50), await stage.tenant(50)];
    const { publisher } = stage.publisher(nats.address);
    publisher.start();
    for (let round = 0; round < 3; round++) {
      for (const tenant of tenants) await stage.happen(tenant, 400);
      await nats.holds(100 + round * 810 + 300);
      await nats.kill();
      for (const tenant of tenants) await stage.happen(tenant, 5);
      await nats.start();
    }
    for (const tenant of tenants) await stage.caughtUp(tenant);
    const messages = await nats.messages();
    for (const tenant of tenants) {
      const published = messages.filter(({ subject }) => subject.startsWith(`muster.${tenant.slug}.`));
      expect(published.map(({ messageId }) => messageId)).toEqual(await stage.ids(tenant));
    }
  });

  it('is not held on to: an instance that cannot reach it gives the lease to one that can', async () => {
    await nats.start();
    const tenant = await stage.tenant(2);
    const nowhere = await NatsServer.prepare();
    stage.publisher(nowhere.address).publisher.start();
    while (stage.lines.length < 1) await pause(20);
    stage.publisher(nats.address).publisher.start();
    await stage.caughtUp(tenant);
    await nowhere.remove();
    expect(await publishedIds()).toEqual(await stage.ids(tenant));
  });
});

describeWithNats('An instance that dies between publishing and noting it', () => {
  let tenant: StageTenant;
  beforeEach(async () => {
    await nats.start();
    tenant = await stage.tenant(4);
  });

  it('leaves no duplicate: the broker knows the ids', async () => {
    await publishAndDie();
    expect(await stage.cursor(tenant)).toBe(0);
    await publishAll(stage.publisher(nats.address));
    expect(await stage.cursor(tenant)).toBe(4);
    expect(await publishedIds()).toEqual(await stage.ids(tenant));
  });

  it('would leave some where the broker has forgotten them (control)', async () => {
    await nats.addStream({ duplicate_window: 100e6 });
    await publishAndDie();
    await pause(500);
    await publishAll(stage.publisher(nats.address));
    const ids = await stage.ids(tenant);
    expect(await publishedIds()).toEqual([...ids, ...ids]);
  });
});

describeWithNats('Several publishers at once', () => {
  it('publish each event once and in order, however often the lease changes hands', async () => {
    await nats.start();
    const tenants = [await stage.tenant(2), await stage.tenant(2), await stage.tenant(2)];
    for (let instance = 0; instance < 3; instance++) stage.publisher(nats.address).publisher.start();
    const holders = new Set<unknown>();
    for (let round = 0; round < 8; round++) {
      for (const tenant of tenants) await stage.happen(tenant, 200);
      // Whoever takes it next, the one that had it has lost it.
      const [lease] = await stage.sql(
        `update leases set owner = 'nobody', expires_at = now() where name = 'broker' returning fencing`,
      );
      holders.add(lease?.fencing);
      await pause(150);
    }
    for (const tenant of tenants) await stage.caughtUp(tenant);
    expect(holders.size).toBeGreaterThan(1);
    const messages = await nats.messages();
    for (const tenant of tenants) {
      const published = messages.filter(({ subject }) => subject.startsWith(`muster.${tenant.slug}.`));
      expect(published.map(({ messageId }) => messageId)).toEqual(await stage.ids(tenant));
    }
  });
});

describeWithNats('An event the broker refuses', () => {
  beforeEach(() => nats.start());

  it('holds up what follows in its tenant and no other tenant, until the broker takes it', async () => {
    await nats.addStream({ max_msg_size: 4000 });
    const [blocked, free] = [await stage.tenant(2), await stage.tenant(2)];
    await stage.happen(blocked, 1, { after: { note: 'x'.repeat(5000) } });
    await stage.happen(blocked, 2);
    const { publisher, metrics } = stage.publisher(nats.address);
    publisher.start();
    await stage.caughtUp(free);
    await stage.happen(free, 3);
    await stage.caughtUp(free);
    expect(await stage.cursor(blocked)).toBe(2);
    expect(await publishedIds()).toHaveLength(2 + 5);
    expect(await metrics.registry.metrics()).toMatch(/^muster_broker_failures_total\{reason="refused"\} [1-9]/m);
    expect(stage.lines).toEqual([
      `Events of tenant ${blocked.slug} are refused and stay queued: message size exceeds maximum allowed`,
    ]);
    await (await nats.manager()).streams.update('MUSTER', { max_msg_size: -1 });
    await stage.caughtUp(blocked);
    const messages = await nats.messages();
    const published = messages.filter(({ subject }) => subject.startsWith(`muster.${blocked.slug}.`));
    expect(published.map(({ messageId }) => messageId)).toEqual(await stage.ids(blocked));
  });

  it('is not overtaken within a run', async () => {
    await nats.addStream({ max_msg_size: 1000 });
    const broker = new NatsBroker(nats.address);
    await broker.open();
    const results = await broker.publish([[message('a'), message('b', 2000), message('c')], [message('d')]]);
    expect(results).toEqual([
      { acknowledged: 1, failure: { kind: 'refused', reason: 'message size exceeds maximum allowed' } },
      { acknowledged: 1 },
    ]);
    expect(await publishedIds()).toEqual(['a', 'd']);
    await broker.close();
  });

  it('would be overtaken if messages did not say behind which they belong (control)', async () => {
    await nats.addStream({ max_msg_size: 1000 });
    const connection = await connect({ servers: [...nats.address.servers] });
    const sent = [message('a'), message('b', 2000), message('c')].map(({ id, subject, body }) =>
      jetstream(connection).publish(subject, body, { msgID: id }),
    );
    await Promise.allSettled(sent);
    expect(await publishedIds()).toEqual(['a', 'c']);
    await connection.close();
  });

  it('because somebody else wrote in between is the first of the next run', async () => {
    const broker = new NatsBroker(nats.address);
    await broker.open();
    await broker.publish([[message('a'), message('b')], [message('of another')]]);
    const again = await broker.publish([[message('a'), message('b'), message('c')]]);
    expect(again).toEqual([{ acknowledged: 2, failure: expect.objectContaining({ kind: 'interrupted' }) }]);
    expect(await broker.publish([[message('c')]])).toEqual([{ acknowledged: 1 }]);
    expect(await publishedIds()).toEqual(['a', 'b', 'of another', 'c']);
    await broker.close();
  });
});

describe('The way to the broker', () => {
  describeWithNats('with a password', () => {
    beforeEach(async () => {
      nats = await NatsServer.started('--user', 'muster', '--pass', 'a secret');
    });

    it('is open to who knows it', async () => {
      const broker = new NatsBroker({ ...nats.address, user: 'muster', pass: 'a secret' });
      await broker.open();
      expect(await broker.publish([[message('a')]])).toEqual([{ acknowledged: 1 }]);
      await broker.close();
    });

    it('is closed to others, and the log does not repeat what they said', async () => {
      const { publisher } = stage.publisher({ ...nats.address, user: 'muster', pass: 'not the secret' });
      publisher.start();
      while (stage.lines.length < 1) await pause(20);
      expect(stage.lines).toEqual([
        expect.stringMatching(/^Events could not be published and stay queued: .*authorization/i),
      ]);
      expect(stage.lines.join()).not.toContain('secret');
    });
  });

  describeWithNats('of a user who may not make the stream', () => {
    it('leads to one that is there, and without one the log says what is missing', async () => {
      nats = await NatsServer.started('--config', 'test/db/broker/nats-users.conf');
      const broker = new NatsBroker({ ...nats.address, user: 'narrow', pass: 'narrow' });
      await broker.open();
      const reason = expect.stringMatching(/no stream takes .*Permissions Violation for Publish to .*STREAM.CREATE/);
      expect(await broker.publish([[message('a')]])).toEqual([
        { acknowledged: 0, failure: { kind: 'unrouted', reason } },
      ]);
      const muster = new NatsBroker({ ...nats.address, user: 'muster', pass: 'muster' });
      await muster.open();
      expect(await broker.publish([[message('a')]])).toEqual([{ acknowledged: 1 }]);
      await Promise.all([broker.close(), muster.close()]);
    });
  });

  describeWithNats('that must be encrypted', () => {
    it('is not taken in plain text', async () => {
      await nats.start();
      const broker = new NatsBroker({ ...nats.address, tls: true });
      await expect(broker.open()).rejects.toThrow(/tls/i);
      await broker.close();
    });
  });
});
