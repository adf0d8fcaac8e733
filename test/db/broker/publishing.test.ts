import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { describeWithNats } from '../../support/describe-with-nats.js';
import { NatsServer } from '../../support/nats-server.js';
import { publishAll, Stage } from './stage.js';

let stage: Stage;
let nats: NatsServer;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  nats = await NatsServer.started();
});
afterEach(async () => {
  await stage.clear();
  await nats.remove();
});
afterAll(() => stage.close());

describeWithNats('Sealed events', () => {
  it('go to the subject of their tenant and type as CloudEvents, with their id as Nats-Msg-Id', async () => {
    const tenant = await stage.tenant(2);
    await publishAll(stage.publisher(nats.address));
    const ids = await stage.ids(tenant);
    expect(await nats.messages()).toEqual(
      ['tenant.created', 'member.updated'].map((type, index) => ({
        subject: `muster.${tenant.slug}.${type}`,
        messageId: ids[index],
        contentType: 'application/cloudevents+json; charset=utf-8',
        body: expect.objectContaining({
          specversion: '1.0',
          id: ids[index],
          source: `urn:muster:tenant:${tenant.id}`,
          type: `muster.${type}`,
          sequence: String(index + 1),
        }),
      })),
    );
  });

  it('keep the order of their tenant, over several batches and beside other tenants', async () => {
    const tenants = [await stage.tenant(1203), await stage.tenant(1), await stage.tenant(310)];
    await publishAll(stage.publisher(nats.address));
    const messages = await nats.messages();
    expect(messages).toHaveLength(1203 + 1 + 310);
    for (const tenant of tenants) {
      const published = messages.filter(({ subject }) => subject.startsWith(`muster.${tenant.slug}.`));
      expect(published.map(({ messageId }) => messageId)).toEqual(await stage.ids(tenant));
    }
  });

  it('are published once, and those that come later behind them', async () => {
    const tenant = await stage.tenant(3);
    const it = stage.publisher(nats.address);
    await publishAll(it);
    expect(await stage.cursor(tenant)).toBe(3);
    expect(await it.publisher.round()).toBe(0);
    await stage.happen(tenant, 2);
    expect(await it.publisher.round()).toBe(2);
    expect((await nats.messages()).map(({ messageId }) => messageId)).toEqual(await stage.ids(tenant));
  });

  it('are counted: published, behind, and failed attempts', async () => {
    await stage.tenant(5);
    const first = stage.publisher(nats.address);
    await first.publisher.round();
    expect(await first.metrics.registry.metrics()).toMatch(
      /^muster_broker_published_total 5$[\s\S]*^muster_broker_failures_total\{reason="refused"\} 0$[\s\S]*^muster_broker_lag_events 5$/m,
    );
    await first.publisher.stop();
    const second = stage.publisher(nats.address);
    await second.publisher.round();
    expect(await second.metrics.registry.metrics()).toMatch(/^muster_broker_lag_events 0$/m);
  });

  it('of a tenant that is made while the publisher runs are published too', async () => {
    const { publisher } = stage.publisher(nats.address);
    publisher.start();
    await stage.caughtUp(await stage.tenant(2));
    await stage.caughtUp(await stage.tenant(4));
    expect(await nats.messages()).toHaveLength(6);
  });

  it('that are on the way when it stops are noted before it ends', async () => {
    const tenant = await stage.tenant(400);
    const { publisher } = stage.publisher(nats.address);
    publisher.start();
    await nats.holds(1);
    await publisher.stop();
    expect(await stage.cursor(tenant)).toBe((await nats.messages()).length);
    expect(await stage.repository.acquire('broker', 'next', 5)).toBeDefined();
  });
});

describeWithNats('The stream', () => {
  it('is made when it is missing, before there is anything to publish', async () => {
    await stage.publisher(nats.address).publisher.round();
    const { config } = await (await nats.manager()).streams.info('MUSTER');
    expect(config).toMatchObject({
      subjects: ['muster.>'],
      storage: 'file',
      duplicate_window: 600e9,
      max_age: 30 * 24 * 3600e9,
    });
  });

  it('is made again when somebody deletes it under a publisher that runs', async () => {
    const tenant = await stage.tenant(2);
    const { publisher } = stage.publisher(nats.address);
    publisher.start();
    await stage.caughtUp(tenant);
    await (await nats.manager()).streams.delete('MUSTER');
    await stage.happen(tenant, 3);
    await stage.caughtUp(tenant);
    expect((await nats.messages()).map(({ messageId }) => messageId)).toEqual((await stage.ids(tenant)).slice(2));
  });

  it('keeps the settings somebody gave it', async () => {
    await nats.addStream({ max_msgs: 7, description: 'ours' });
    await stage.tenant(2);
    await publishAll(stage.publisher(nats.address));
    const { config } = await (await nats.manager()).streams.info('MUSTER');
    expect(config).toMatchObject({ max_msgs: 7, description: 'ours' });
    expect(await nats.messages()).toHaveLength(2);
  });

  it('may have another name', async () => {
    await nats.addStream({ name: 'COMPANY', subjects: ['muster.>', 'others.>'] });
    await stage.tenant(2);
    await publishAll(stage.publisher(nats.address));
    expect(await nats.messages('COMPANY')).toHaveLength(2);
    await expect((await nats.manager()).streams.info('MUSTER')).rejects.toThrow('stream not found');
  });

  it('that takes some tenants only makes the others wait, and the log says why', async () => {
    const [inside, outside] = [await stage.tenant(2), await stage.tenant(2)];
    await nats.addStream({ name: 'PART', subjects: [`muster.${inside.slug}.>`] });
    await stage.publisher(nats.address).publisher.round();
    expect([await stage.cursor(inside), await stage.cursor(outside)]).toEqual([2, 0]);
    expect(stage.lines).toEqual([
      `Events of tenant ${outside.slug} are refused and stay queued: no stream takes muster.${outside.slug}.tenant.created, ` +
        'and MUSTER could not be made: another stream has its name or some of its subjects',
    ]);
  });
});
