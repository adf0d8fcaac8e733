import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebhookSpace } from './webhook-space.js';

const HOUR = 3_600_000;

let space: WebhookSpace;

beforeAll(async () => {
  space = await WebhookSpace.open();
});
afterAll(() => space.close());
beforeEach(() => space.fresh());
afterEach(() => space.tidy());

describe('An endpoint', () => {
  it('is told each event it wants once, in the order of the log', async () => {
    await space.endpoint('/all', []);
    await space.endpoint('/teams', ['team.*']);
    const id = await space.create('kim@example.com');
    for (const name of ['one', 'two', 'three', 'four', 'five']) await space.rename(id, name);
    await space.create('ada@example.com');
    await space.deliver();
    const members = space.receiver.at('/all').filter(({ event }) => event.type.startsWith('muster.member.'));
    expect(new Set(members.map(({ event }) => event.id)).size).toBe(7);
    expect(members).toHaveLength(7);
    const kim = members[0]?.event.subject;
    const names = members
      .filter(({ event }) => event.subject === kim)
      .map(({ event }) => event.data.after?.displayName);
    expect(names).toEqual([undefined, 'one', 'two', 'three', 'four', 'five']);
    expect(space.receiver.at('/teams')).toEqual([]);
  });

  it('that fails is asked again after a while, and what comes later for the same person waits', async () => {
    const hook = await space.endpoint('/hook');
    let failures = 1;
    space.receiver.replies.set('/hook', (response) => void response.writeHead(failures-- > 0 ? 500 : 200).end('oops'));
    const id = await space.create('kim@example.com');
    await space.rename(id, 'Kim');
    await space.create('ada@example.com');
    await space.deliver();
    const types = () => space.receiver.at('/hook').map(({ event }) => event.type);
    expect(types()).toEqual(['muster.member.provisioned', 'muster.member.provisioned']);
    expect(await space.log(hook)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          state: 'pending',
          attemptCount: 1,
          lastError: 'Answered 500.',
          attempts: [expect.objectContaining({ attempt: 1, status: 500, responseExcerpt: 'oops' })],
        }),
      ]),
    );
    space.app.clock.advance(6000);
    await space.deliver();
    expect(types().slice(2)).toEqual(['muster.member.provisioned', 'muster.member.updated']);
    const states = (await space.log(hook)).map(({ state }) => state);
    expect(states).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('that never recovers is given up after three days, and disabled after five', async () => {
    const hook = await space.endpoint('/hook');
    space.receiver.replies.set('/hook', (response) => void response.writeHead(503).end());
    await space.create('kim@example.com');
    for (const hours of [1, 1, 1, 1, 1, 2, 4, 7, 14, 27, 27, 24]) {
      await space.deliver();
      space.app.clock.advance(hours * HOUR);
    }
    expect(await space.log(hook)).toEqual([expect.objectContaining({ state: 'dead', attemptCount: 12 })]);
    expect((await space.call('GET', `/${hook.id}`)).json.status).toBe('enabled');
    space.app.clock.advance(12 * HOUR);
    await space.create('ada@example.com');
    await space.deliver();
    const { json } = await space.call('GET', `/${hook.id}`);
    expect(json).toMatchObject({ status: 'disabled', disabledReason: 'failing' });
    const events = await space.app.rows(
      `select data from events where type = 'webhook_endpoint.disabled' and subject_id = $1`,
      [hook.id],
    );
    expect(events).toEqual([
      {
        data: expect.objectContaining({
          after: { status: 'disabled', disabledReason: 'failing', failingSince: expect.any(String) },
        }),
      },
    ]);
  });

  it('that answers 410 is disabled at once, and gets what waited when it is enabled again', async () => {
    const hook = await space.endpoint('/hook');
    space.receiver.replies.set('/hook', (response) => void response.writeHead(410).end());
    const id = await space.create('kim@example.com');
    await space.rename(id, 'Kim');
    await space.deliver();
    expect(space.receiver.at('/hook')).toHaveLength(1);
    expect((await space.call('GET', `/${hook.id}`)).json).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    space.receiver.replies.clear();
    await space.rename(id, 'Kimberly');
    await space.deliver();
    expect(space.receiver.at('/hook')).toHaveLength(1);
    const { json } = await space.call('PATCH', `/${hook.id}`, { status: 'enabled' });
    expect(json).toMatchObject({ status: 'enabled', disabledReason: null });
    await space.deliver();
    expect(space.receiver.at('/hook').map(({ event }) => event.data.after?.displayName)).toEqual([undefined, 'Kim']);
  });

  it('that never existed long enough: what was planned while it was removed is given up', async () => {
    const hook = await space.endpoint('/hook');
    await space.create('kim@example.com');
    await space.seal();
    await space.app.rows('delete from webhook_endpoints where id = $1', [hook.id]);
    await space.deliver();
    expect(await space.app.rows('select state, last_error from deliveries where sink_id = $1', [hook.id])).toEqual([
      { state: 'dead', last_error: 'The endpoint was removed.' },
    ]);
    expect(space.receiver.at('/hook')).toEqual([]);
  });

  it('whose secret cannot be decrypted is disabled with the reason, and gets all of it after a new secret', async () => {
    const hook = await space.endpoint('/hook');
    await space.app.rows(
      `update webhook_endpoints set secrets = '[{"sealed":"bm90IHNlYWxlZCBieSBhbnlib2R5IGF0IGFsbA==","expiresAt":null}]'
       where id = $1`,
      [hook.id],
    );
    await space.create('kim@example.com');
    await space.deliver();
    expect((await space.call('GET', `/${hook.id}`)).json).toMatchObject({
      status: 'disabled',
      disabledReason: 'unreadable_secret',
    });
    const [waiting] = await space.log(hook);
    expect(waiting).toMatchObject({
      state: 'pending',
      lastError: 'The secret of the endpoint cannot be decrypted: rotate it, then enable the endpoint.',
      attempts: [{ request: null, status: null }],
    });
    expect(space.receiver.at('/hook')).toEqual([]);
    await space.call('POST', `/${hook.id}/rotate-secret`, {});
    await space.call('PATCH', `/${hook.id}`, { status: 'enabled' });
    await space.deliver();
    expect(space.receiver.at('/hook')).toHaveLength(1);
    expect(await space.log(hook)).toMatchObject([{ id: waiting?.id, state: 'delivered', attemptCount: 2 }]);
  });

  it('whose event is no longer kept is not told of it', async () => {
    const hook = await space.endpoint('/hook');
    await space.create('kim@example.com');
    await space.seal();
    await space.app.rows(`delete from events where id in (select event_id from deliveries where sink_id = $1)`, [
      hook.id,
    ]);
    await space.deliver();
    expect(await space.log(hook)).toMatchObject([
      { state: 'dead', lastError: 'The event is older than events are kept.', attempts: [{ request: null }] },
    ]);
  });
});

describe('The log', () => {
  it('shows each request as it was sent, but for the signature, and the body when one is asked for', async () => {
    const hook = await space.endpoint('/hook');
    space.receiver.replies.set('/hook', (response) => void response.writeHead(500).end('x'.repeat(5000)));
    await space.create('kim@example.com');
    await space.deliver();
    const [sent] = space.receiver.at('/hook');
    const { 'webhook-id': id, 'webhook-timestamp': timestamp } = sent?.headers ?? {};
    const [delivery] = await space.log(hook);
    expect(delivery?.attempts).toEqual([
      {
        attempt: 1,
        at: space.app.clock.now().toISOString(),
        request: {
          url: space.receiver.url('/hook'),
          headers: {
            'content-type': 'application/cloudevents+json; charset=utf-8',
            'user-agent': 'Muster',
            'webhook-id': id,
            'webhook-timestamp': timestamp,
          },
        },
        status: 500,
        latencyMs: expect.any(Number),
        responseExcerpt: 'x'.repeat(1024),
        error: 'Answered 500.',
      },
    ]);
    const { status, json, text } = await space.call('GET', `/${hook.id}/deliveries/${delivery?.id}`);
    expect(status).toBe(200);
    expect(json).toEqual({ ...delivery, requestBody: sent?.body });
    expect(text).not.toContain(String(sent?.headers['webhook-signature']).slice('v1,'.length));
  });

  it('goes back 30 days; what still waits stays in it', async () => {
    const hook = await space.endpoint('/hook');
    await space.create('kim@example.com');
    await space.deliver();
    await space.create('ada@example.com');
    await space.seal();
    await space.call('PATCH', `/${hook.id}`, { status: 'disabled' });
    space.app.clock.advance(30 * 24 * HOUR);
    await space.deliver();
    expect((await space.log(hook)).map(({ state }) => state)).toEqual(['pending', 'delivered']);
    space.app.clock.advance(60_000);
    await space.deliver();
    expect((await space.log(hook)).map(({ state }) => state)).toEqual(['pending']);
    const left =
      'select count(*)::int as left from webhook_attempts where delivery_id not in (select id from deliveries)';
    expect(await space.app.rows(left)).toEqual([{ left: 0 }]);
  });

  it('counts for Prometheus what came of attempts, and what waits', async () => {
    const hook = await space.endpoint('/hook');
    await space.create('kim@example.com');
    await space.deliver();
    await space.call('PATCH', `/${hook.id}`, { status: 'disabled' });
    await space.create('ada@example.com');
    await space.seal();
    space.app.clock.advance(60_000);
    await space.deliver();
    const { text } = await space.app.call('GET', '/metrics');
    expect(text).toMatch(/^muster_webhook_attempts_total\{outcome="delivered"\} [1-9]/m);
    expect(text).toMatch(/^muster_webhook_attempts_total\{outcome="retry"\} [1-9]/m);
    expect(text).toMatch(/^muster_webhook_attempts_total\{outcome="given_up"\} [1-9]/m);
    expect(text).toMatch(/^muster_webhook_deliveries\{state="pending"\} \d/m);
    expect(text).toMatch(/^muster_webhook_deliveries\{state="held"\} [1-9]/m);
    expect(text).toMatch(/^muster_webhook_oldest_pending_seconds \d/m);
    expect(text).toMatch(/^muster_webhook_endpoints_disabled_total\{reason="gone"\} 1$/m);
    expect(text).not.toContain(hook.id);
  });
});
