import { afterEach, expect, it } from '@jest/globals';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { BrokerPublisher } from '../../../src/broker/broker-publisher.js';
import { EVENTS_SEALED } from '../../../src/events/planner.js';
import { Relay } from '../../../src/events/relay.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { describeWithNats } from '../../support/describe-with-nats.js';
import { NatsServer } from '../../support/nats-server.js';
import { person } from '../users/people.js';

let app: TestApp;
let nats: NatsServer;
afterEach(async () => {
  await app.http.get(BrokerPublisher).stop();
  await app.http.get(Relay).stop();
  await app.close();
  await nats.remove();
});

describeWithNats('With NATS_URL', () => {
  it('what a request changes reaches the broker, as the relay beside it seals it', async () => {
    nats = await NatsServer.started();
    app = await startTestApp({ env: { NATS_URL: `nats://127.0.0.1:${nats.port}` } });
    app.http.get(Relay).start();
    app.http.get(BrokerPublisher).start();
    const client = await app.connection();
    const { id } = await client.create(person('kim'));
    const [before] = await app.rows('select count(*)::int as events from events');
    await nats.holds(Number(before?.events));
    const last = (await nats.messages()).at(-1);
    expect(last).toMatchObject({
      subject: `muster.${client.tenant.slug}.member.provisioned`,
      body: { type: 'muster.member.provisioned', data: { scimId: id } },
    });
  });

  it('the publisher hears of it when something was sealed', async () => {
    nats = await NatsServer.prepare();
    const listeners = ({ http }: TestApp) => http.get(EventEmitter2).listenerCount(EVENTS_SEALED);
    const without = await startTestApp();
    app = await startTestApp({ env: { NATS_URL: `nats://127.0.0.1:${nats.port}` } });
    expect(listeners(app)).toBe(listeners(without) + 1);
    await without.close();
  });

  it('and no broker, Muster serves and is ready, and the metrics say what is wrong', async () => {
    nats = await NatsServer.prepare();
    app = await startTestApp({ env: { NATS_URL: `nats://127.0.0.1:${nats.port}` } });
    const publisher = app.http.get(BrokerPublisher);
    publisher.start();
    const client = await app.connection();
    expect(await client.create(person('kim'))).toHaveProperty('id');
    const metrics = async () => (await app.call('GET', '/metrics')).text;
    while (!/^muster_broker_failures_total\{reason="unreachable"\} [1-9]/m.test(await metrics()));
    expect((await app.call('GET', '/readyz')).status).toBe(200);
  });
});
