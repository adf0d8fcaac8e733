import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { WebhookSpace } from './webhook-space.js';

const URL = 'https://example.com/';
const NOBODY = '0198c0de-0000-7000-8000-000000000001';

let space: WebhookSpace;

beforeAll(async () => {
  space = await WebhookSpace.open();
});
afterAll(() => space.close());
beforeEach(() => space.fresh());
afterEach(() => space.tidy());

describe('An admin', () => {
  it('sends a test event, whatever the filter says', async () => {
    const hook = await space.endpoint('/hook', ['team.created']);
    const { status, json } = await space.call('POST', `/${hook.id}/test`);
    await space.deliver();
    expect(status).toBe(202);
    expect(space.receiver.at('/hook').map(({ event }) => [event.id, event.type])).toEqual([
      [json.eventId, 'muster.webhook_endpoint.tested'],
    ]);
  });

  it('replays one delivery, a stretch of the log and a time, under the ids that were sent before', async () => {
    const hook = await space.endpoint('/hook');
    for (const name of ['kim', 'ada', 'mara']) await space.create(`${name}@example.com`);
    await space.deliver();
    const sent = space.receiver.at('/hook').map(({ event }) => event);
    expect(sent).toHaveLength(3);
    const again = async (wish: object) => {
      const before = space.receiver.at('/hook').length;
      const { status, json, text } = await space.call('POST', `/${hook.id}/replay`, wish);
      if (status !== 202) throw new Error(text);
      await space.deliver();
      const ids = space.receiver.at('/hook').map(({ event }) => event.id);
      return { planned: json.planned, nextSeq: json.nextSeq, ids: ids.slice(before).sort() };
    };
    const ids = sent.map(({ id }) => id).sort();
    const second = (await space.log(hook)).find(({ eventId }) => eventId === sent[1]?.id);
    expect(await again({ deliveryId: second?.id })).toEqual({ planned: 1, nextSeq: null, ids: [sent[1]?.id] });
    const window = { fromSeq: Number(sent[0]?.sequence), toSeq: Number(sent[1]?.sequence) };
    expect(await again(window)).toEqual({ planned: 2, nextSeq: null, ids: [sent[0]!.id, sent[1]!.id].sort() });
    expect(await again({ since: '2020-01-01T00:00:00Z' })).toEqual({ planned: 3, nextSeq: null, ids });
    expect(await again({ since: '2099-01-01T00:00:00Z' })).toEqual({ planned: 0, nextSeq: null, ids: [] });
  });

  it.each([
    ['nothing', {}, /say what to replay: deliveryId, fromSeq, toSeq or since/],
    ['everything at once', { deliveryId: NOBODY, fromSeq: 1 }, /asked for alone/],
    ['a place before the first', { fromSeq: 0 }, /fromSeq must not be less than 1/],
    ['an end before the beginning', { fromSeq: 9, toSeq: 8 }, /before fromSeq, 9/],
    ['no place', { toSeq: 1e300 }, /toSeq must not be greater than 9007199254740991/],
    ['no time', { since: 'yesterday' }, /since must be a time such as 2026-11-22T12:48:24Z/],
    ['a time without its zone', { since: '2026-11-22T12:48:24' }, /since must be a time such as/],
    ['a week', { since: '2026-W01' }, /since must be a time such as/],
    ['a null', { since: null }, /since must be a time such as/],
    ['a month no calendar has', { since: '2026-13-01T00:00:00Z' }, /no time of any calendar/],
    ['no id', { deliveryId: 'x' }, /deliveryId must be a UUID/],
  ])('cannot replay %s, and is told why', async (_what, wish, detail) => {
    const hook = await space.endpoint('/hook');
    const { status, text } = await space.call('POST', `/${hook.id}/replay`, wish);
    expect({ status, text }).toEqual({ status: 422, text: expect.stringMatching(detail) });
  });

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999+14:00'])('may replay since %s', async (since) => {
    const hook = await space.endpoint('/hook');
    expect((await space.call('POST', `/${hook.id}/replay`, { since })).status).toBe(202);
  });

  it('replays what one call cannot hold in several, each of which tells where the next begins', async () => {
    const hook = await space.endpoint('/hook', ['member.*']);
    await space.deliver();
    const { seq } = (
      await space.app.rows('select max(seq)::int as seq from seals where tenant_id = $1', [space.idp.tenant.id])
    )[0] as { seq: number };
    await space.app.rows(
      `with made as (
         insert into events (tenant_id, id, type, occurred_at, actor_type, subject_type, subject_id, data)
         select $1, gen_random_uuid(), 'member.updated', now(), 'operator', 'member', gen_random_uuid(), '{}'
         from generate_series(1, 10001) returning tenant_id, id, type, subject_id
       )
       insert into seals (tenant_id, seq, event_id, hash, sealed_at, type, subject_id)
       select tenant_id, $2 + row_number() over (), id, sha256('x'), now(), type, subject_id from made`,
      [space.idp.tenant.id, seq],
    );
    const from = { fromSeq: seq + 1 };
    const first = await space.call('POST', `/${hook.id}/replay`, from);
    expect(first.json).toEqual({ planned: 10_000, nextSeq: seq + 10_001 });
    const rest = await space.call('POST', `/${hook.id}/replay`, { fromSeq: first.json.nextSeq });
    expect(rest.json).toEqual({ planned: 1, nextSeq: null });
    expect((await space.call('POST', `/${hook.id}/replay`, from)).json).toEqual({ planned: 0, nextSeq: null });
    await space.call('DELETE', `/${hook.id}`);
  });

  it.each([
    ['another protocol', { url: 'ftp://example.com/' }, /must be a URL that begins with https/],
    ['no URL', { url: 'example.com' }, /must be a URL that begins with https/],
    ['no encryption', { url: 'http://example.com/' }, /must be https:.*list the host in MUSTER_WEBHOOK_ALLOWED_HOSTS/],
    ['a password', { url: 'https://user:password@example.com/' }, /no user name and no password/],
    ['a fragment', { url: 'https://example.com/#part' }, /no fragment/],
    ['the metadata service', { url: 'https://169.254.169.254/latest' }, /MUSTER_WEBHOOK_ALLOWED_HOSTS/],
    ['loopback in decimal', { url: 'https://2130706434/' }, /network that webhooks may not reach/],
    ['loopback in octal', { url: 'https://0177.0.0.2/' }, /network that webhooks may not reach/],
    ['loopback in hexadecimal', { url: 'https://0x7f000002/' }, /network that webhooks may not reach/],
    ['loopback as IPv6', { url: 'https://[::1]/' }, /network that webhooks may not reach/],
    ['loopback mapped', { url: 'https://[::ffff:127.0.0.2]/' }, /network that webhooks may not reach/],
    ['no address', { url: 'https://[::]/' }, /network that webhooks may not reach/],
    ['an address of a carrier', { url: 'https://100.64.0.1/' }, /network that webhooks may not reach/],
    ['a translated address', { url: 'https://[64:ff9b::a00:1]/' }, /network that webhooks may not reach/],
    ['an address that is too long', { url: `https://example.com/${'x'.repeat(2048)}` }, /url must be shorter/],
    ['a type nobody knows', { url: URL, eventTypes: ['member.provisoned'] }, /did you mean \\"member.provisioned\\"/],
    ['a pattern for everything', { url: URL, eventTypes: ['*'] }, /is no type of event/],
    ['too many patterns', { url: URL, eventTypes: Array(51).fill('member.*') }, /no more than 50 elements/],
    ['a number for a pattern', { url: URL, eventTypes: [1] }, /each value in eventTypes must be a string/],
    ['a description with a line of its own', { url: URL, description: 'a\u0000b' }, /description must match/],
    ['a null', { url: URL, eventTypes: null }, /eventTypes must be an array/],
    ['a name nobody knows', { url: URL, secret: 'mine' }, /property secret should not exist/],
    ['nothing', {}, /url must be a string/],
  ])('cannot add an endpoint with %s, and is told why', async (_what, wish, detail) => {
    const { status, headers, text } = await space.call('POST', '', wish);
    expect({ status, text }).toEqual({ status: 422, text: expect.stringMatching(detail) });
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('cannot change an endpoint to what could not be added', async () => {
    const hook = await space.endpoint('/hook');
    for (const wish of [{ url: 'http://example.com/' }, { eventTypes: ['members.*'] }, { status: 'gone' }]) {
      expect((await space.call('PATCH', `/${hook.id}`, wish)).status).toBe(422);
    }
    expect((await space.call('GET', `/${hook.id}`)).json.url).toBe(space.receiver.url('/hook'));
  });

  it('has 100 endpoints at most, also of 130 that are asked for at the same time', async () => {
    const wish = (number: number) => ({ url: `https://example.com/${number}`, eventTypes: ['team.created'] });
    const answers = await Promise.all(Array.from({ length: 130 }, (_, number) => space.call('POST', '', wish(number))));
    const statuses = answers.map(({ status }) => status);
    expect([201, 409].map((one) => statuses.filter((status) => status === one).length)).toEqual([100, 30]);
    const metrics = (await space.app.call('GET', '/metrics')).text;
    expect(metrics).toMatch(/muster_limit_reached_total\{limit="webhookEndpoints"\} 30\n/);
    expect(metrics).toMatch(/muster_limit_reached_total\{limit="clientSecrets"\} 0\n/);
  });

  it('has 100 endpoints at most, and is told what to do about it', async () => {
    for (let number = 0; number < 100; number++) await space.endpoint(`/${number}`);
    const { status, text } = await space.call('POST', '', { url: space.receiver.url('/one-more') });
    expect({ status, text }).toEqual({ status: 409, text: expect.stringMatching(/at most 100 .* remove one/) });
    const [{ id }] = (await space.call('GET', '?limit=1')).json.items as [{ id: string }];
    await space.call('DELETE', `/${id}`);
    await space.endpoint('/one-more');
  });

  it('reads, changes and removes an endpoint, and each change is an event', async () => {
    const hook = await space.endpoint('/hook');
    const changed = await space.call('PATCH', `/${hook.id}`, { description: 'for billing', eventTypes: [] });
    expect(changed.json).toMatchObject({
      description: 'for billing',
      eventTypes: [],
      url: space.receiver.url('/hook'),
    });
    await space.call('PATCH', `/${hook.id}`, { description: 'for billing' });
    expect((await space.call('PATCH', `/${hook.id}`, { status: 'disabled' })).json.disabledReason).toBe('manual');
    expect((await space.call('POST', `/${hook.id}/test`)).status).toBe(422);
    expect((await space.call('DELETE', `/${hook.id}`)).status).toBe(204);
    expect((await space.call('GET', `/${hook.id}`)).status).toBe(404);
    const events = await space.app.rows(
      `select e.type from events e join outbox o on o.tenant_id = e.tenant_id and o.event_id = e.id
       where e.subject_id = $1 order by e.id`,
      [hook.id],
    );
    expect(events.map(({ type }) => type)).toEqual([
      'webhook_endpoint.created',
      'webhook_endpoint.updated',
      'webhook_endpoint.disabled',
      'webhook_endpoint.removed',
    ]);
  });

  it('gives up what waited for an endpoint by removing it', async () => {
    const hook = await space.endpoint('/hook');
    space.receiver.replies.set('/hook', (response) => void response.writeHead(500).end());
    await space.create('kim@example.com');
    await space.deliver();
    await space.call('DELETE', `/${hook.id}`);
    const left = await space.app.rows('select state, last_error from deliveries where sink_id = $1', [hook.id]);
    expect(left).toEqual([{ state: 'dead', last_error: 'The endpoint was removed.' }]);
  });
});

describe('Another tenant', () => {
  it('sees nothing of an endpoint, changes nothing, and its events go elsewhere', async () => {
    const hook = await space.endpoint('/hook');
    await space.create('kim@example.com');
    await space.deliver();
    const [delivery] = await space.log(hook);
    const stranger = await space.app.connection();
    const theirs = await space.tokenOf(stranger);
    expect((await space.call('GET', '', undefined, theirs)).json.items).toEqual([]);
    const requests: [Method, string, object?][] = [
      ['GET', ''],
      ['PATCH', '', { status: 'disabled' }],
      ['DELETE', ''],
      ['GET', '/deliveries'],
      ['GET', `/deliveries/${delivery?.id}`],
      ['POST', '/test'],
      ['POST', '/rotate-secret', {}],
      ['POST', '/replay', { deliveryId: delivery?.id }],
    ];
    for (const [method, path, body] of requests) {
      expect([path, (await space.call(method, `/${hook.id}${path}`, body, theirs)).status]).toEqual([path, 404]);
    }
    const own = String((await space.call('POST', '', { url: space.receiver.url('/theirs') }, theirs)).json.id);
    expect((await space.call('GET', `/${own}/deliveries/${delivery?.id}`, undefined, theirs)).status).toBe(404);
    expect((await space.call('POST', `/${own}/replay`, { deliveryId: delivery?.id }, theirs)).status).toBe(404);
    await stranger.create({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'eve@example.com' });
    await space.deliver();
    expect(space.receiver.at('/hook')).toHaveLength(1);
    expect(space.receiver.at('/theirs').filter(({ body }) => body.includes('kim@example.com'))).toEqual([]);
    expect((await space.call('GET', `/${hook.id}`)).json.status).toBe('enabled');
  });

  it('and a token without the scope are refused', async () => {
    const weak = await space.tokenOf(space.idp, ['members:write', 'teams:write', 'audit:read', 'events:read']);
    expect((await space.call('GET', '', undefined, weak)).status).toBe(403);
  });
});
