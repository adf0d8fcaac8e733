import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Relay } from '../../../src/events/relay.js';
import { WebhookDeliveriesRepository } from '../../../src/persistence/webhook-deliveries.repository.js';
import { WebhookCourier } from '../../../src/webhooks/webhook-courier.js';
import { WebhookMetrics } from '../../../src/webhooks/webhook-metrics.js';
import { WebhookWorker } from '../../../src/webhooks/webhook-worker.js';
import { type Answer, type Method, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { sealAll } from '../../support/relays.js';
import { Receiver } from './receiver.js';

const HOUR = 3_600_000;
const PATH = '/api/v1/webhook-endpoints';

let app: TestApp;
let receiver: Receiver;
let idp: ScimClient;
let token: string;
/** A worker that goes on by itself. */
let background: WebhookWorker | undefined;
const lines: string[] = [];

beforeAll(async () => {
  app = await startTestApp({ lines, env: { MUSTER_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1', MUSTER_ROLE: 'api' } });
});
afterAll(() => app.close());
beforeEach(async () => {
  receiver = await Receiver.open();
  idp = await app.connection();
  token = await tokenOf(idp);
});
afterEach(async () => {
  await background?.stop();
  background = undefined;
  await receiver.close();
});

async function tokenOf(client: ScimClient, scopes = ['webhooks:write']): Promise<string> {
  return (await app.tenants.createToken({ tenant: client.tenant.slug, scopes })).token;
}

const call = (method: Method, path: string, body?: object, as = token): Promise<Answer> =>
  app.call(method, `${PATH}${path}`, body, {
    token: as,
    ...(body && { headers: { 'content-type': 'application/json' } }),
  });

interface Endpoint {
  readonly id: string;
  readonly secret: string;
}

async function endpoint(path: string, eventTypes: readonly string[] = ['member.*']): Promise<Endpoint> {
  const { status, json, text } = await call('POST', '', { url: receiver.url(path), eventTypes });
  if (status !== 201) throw new Error(text);
  return { id: String(json.id), secret: String(json.secret) };
}

async function log({ id }: Endpoint): Promise<Record<string, unknown>[]> {
  return (await call('GET', `/${id}/deliveries`)).json.items as Record<string, unknown>[];
}

/** Seals what happened, and delivers what is due until nothing more comes of it. */
async function deliver(): Promise<void> {
  await sealAll(app.http.get(Relay));
  const worker = app.http.get(WebhookWorker);
  let before: number;
  do {
    before = receiver.received.length;
    await worker.round();
    await worker.idle();
  } while (receiver.received.length > before);
}

const person = (userName: string) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName });
const rename = (id: string, displayName: string) =>
  idp.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: displayName }]);

describe('An endpoint', () => {
  it('is told each event it wants once, in the order of the log', async () => {
    await endpoint('/all', []);
    await endpoint('/teams', ['team.*']);
    const { id } = await idp.create(person('kim@example.com'));
    for (const name of ['one', 'two', 'three', 'four', 'five']) await rename(id, name);
    await idp.create(person('ada@example.com'));
    await deliver();
    const members = receiver.at('/all').filter(({ event }) => event.type.startsWith('muster.member.'));
    expect(new Set(members.map(({ event }) => event.id)).size).toBe(7);
    expect(members).toHaveLength(7);
    const kim = members[0]?.event.subject;
    const names = members
      .filter(({ event }) => event.subject === kim)
      .map(({ event }) => event.data.after?.displayName);
    expect(names).toEqual([undefined, 'one', 'two', 'three', 'four', 'five']);
    expect(receiver.at('/teams')).toEqual([]);
  });

  it('can verify who sent it, and that nobody changed it', async () => {
    const { secret } = await endpoint('/hook');
    await idp.create(person('kim@example.com'));
    await deliver();
    const [first] = receiver.at('/hook');
    const headers = first?.headers as Record<string, string>;
    expect(headers['webhook-id']).toBe(first?.event.id);
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    // The reference library reads the clock of the machine, and ours stands still.
    const content = [headers['webhook-id'], headers['webhook-timestamp'], first?.body] as const;
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    expect(at.toISOString()).toBe(
      app.clock
        .now()
        .toISOString()
        .replace(/\.\d+Z/, '.000Z'),
    );
    expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(content[0] ?? '', at, content[2] ?? ''));
  });

  it('that fails is asked again after a while, and what comes later for the same person waits', async () => {
    const hook = await endpoint('/hook');
    let failures = 1;
    receiver.replies.set('/hook', (response) => void response.writeHead(failures-- > 0 ? 500 : 200).end('oops'));
    const { id } = await idp.create(person('kim@example.com'));
    await rename(id, 'Kim');
    await idp.create(person('ada@example.com'));
    await deliver();
    const types = () => receiver.at('/hook').map(({ event }) => event.type);
    expect(types()).toEqual(['muster.member.provisioned', 'muster.member.provisioned']);
    expect(await log(hook)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          state: 'pending',
          attemptCount: 1,
          lastError: 'Answered 500.',
          attempts: [expect.objectContaining({ attempt: 1, status: 500, responseExcerpt: 'oops' })],
        }),
      ]),
    );
    app.clock.advance(6000);
    await deliver();
    expect(types().slice(2)).toEqual(['muster.member.provisioned', 'muster.member.updated']);
    const states = (await log(hook)).map(({ state }) => state);
    expect(states).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('that never recovers is given up after three days, and disabled after five', async () => {
    const hook = await endpoint('/hook');
    receiver.replies.set('/hook', (response) => void response.writeHead(503).end());
    await idp.create(person('kim@example.com'));
    for (const hours of [1, 1, 1, 1, 1, 2, 4, 7, 14, 27, 27, 24]) {
      await deliver();
      app.clock.advance(hours * HOUR);
    }
    expect(await log(hook)).toEqual([expect.objectContaining({ state: 'dead', attemptCount: 12 })]);
    expect((await call('GET', `/${hook.id}`)).json.status).toBe('enabled');
    app.clock.advance(12 * HOUR);
    await idp.create(person('ada@example.com'));
    await deliver();
    const { json } = await call('GET', `/${hook.id}`);
    expect(json).toMatchObject({ status: 'disabled', disabledReason: 'failing' });
    const events = await app.rows(
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
    const hook = await endpoint('/hook');
    receiver.replies.set('/hook', (response) => void response.writeHead(410).end());
    const { id } = await idp.create(person('kim@example.com'));
    await rename(id, 'Kim');
    await deliver();
    expect(receiver.at('/hook')).toHaveLength(1);
    expect((await call('GET', `/${hook.id}`)).json).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    receiver.replies.clear();
    await rename(id, 'Kimberly');
    await deliver();
    expect(receiver.at('/hook')).toHaveLength(1);
    const { json } = await call('PATCH', `/${hook.id}`, { status: 'enabled' });
    expect(json).toMatchObject({ status: 'enabled', disabledReason: null });
    await deliver();
    expect(receiver.at('/hook').map(({ event }) => event.data.after?.displayName)).toEqual([undefined, 'Kim']);
  });

  it('that is slow delays no other', async () => {
    await endpoint('/slow');
    await endpoint('/quick');
    const held: (() => void)[] = [];
    receiver.replies.set('/slow', (response) => void held.push(() => void response.end()));
    for (let number = 0; number < 12; number++) await idp.create(person(`member-${number}@example.com`));
    await sealAll(app.http.get(Relay));
    background = new WebhookWorker(
      app.http.get(WebhookDeliveriesRepository),
      app.http.get(WebhookCourier),
      app.http.get(WebhookMetrics),
      app.clock,
    );
    background.start();
    await Promise.all([receiver.until('/quick', 12), receiver.until('/slow', 4)]);
    expect(receiver.at('/slow')).toHaveLength(4);
    receiver.replies.clear();
    for (const release of held) release();
    await receiver.until('/slow', 12);
  });
});

describe('A secret', () => {
  const signatures = (received: { readonly headers: NodeJS.Dict<string | string[]> } | undefined) =>
    String(received?.headers['webhook-signature']).split(' ');

  function signedWith(secret: string, received: ReturnType<Receiver['at']>[number] | undefined): boolean {
    if (!received) return false;
    const { 'webhook-id': id, 'webhook-timestamp': seconds } = received.headers;
    const at = new Date(Number(seconds) * 1000);
    return signatures(received).includes(new Webhook(secret).sign(String(id), at, received.body));
  }

  it('is replaced without a gap: for a time both sign, then the new one alone', async () => {
    const hook = await endpoint('/hook');
    const { json } = await call('POST', `/${hook.id}/rotate-secret`, { overlapHours: 2 });
    const fresh = String(json.secret);
    await idp.create(person('kim@example.com'));
    await deliver();
    expect([hook.secret, fresh].map((secret) => signedWith(secret, receiver.at('/hook')[0]))).toEqual([true, true]);
    app.clock.advance(2 * HOUR);
    await idp.create(person('ada@example.com'));
    await deliver();
    expect([hook.secret, fresh].map((secret) => signedWith(secret, receiver.at('/hook')[1]))).toEqual([false, true]);
    expect(signatures(receiver.at('/hook')[1])).toHaveLength(1);
  });

  it('is in no table, no log line and no later answer', async () => {
    const hook = await endpoint('/hook', []);
    const { json } = await call('POST', `/${hook.id}/rotate-secret`, {});
    await deliver();
    const dump = await app.rows(
      `select query_to_xml('select * from ' || quote_ident(table_name), true, true, '')::text as rows
       from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const answers = await Promise.all(['', `/${hook.id}`, `/${hook.id}/deliveries`].map((path) => call('GET', path)));
    const bodies = receiver.received.map(({ body }) => body);
    const everything = [JSON.stringify(dump), ...lines, ...answers.map(({ text }) => text), ...bodies].join('\n');
    expect(everything).toContain(hook.id);
    for (const secret of [hook.secret, String(json.secret)]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(secret.slice('whsec_'.length, 30));
    }
  });
});

describe('An admin', () => {
  it('sends a test event, whatever the filter says', async () => {
    const hook = await endpoint('/hook', ['team.created']);
    const { status, json } = await call('POST', `/${hook.id}/test`);
    await deliver();
    expect(status).toBe(202);
    expect(receiver.at('/hook').map(({ event }) => [event.id, event.type])).toEqual([
      [json.eventId, 'muster.webhook_endpoint.tested'],
    ]);
  });

  it('replays one delivery, a stretch of the log and a time, under the ids that were sent before', async () => {
    const hook = await endpoint('/hook');
    for (const name of ['kim', 'ada', 'mara']) await idp.create(person(`${name}@example.com`));
    await deliver();
    const sent = receiver.at('/hook').map(({ event }) => event);
    expect(sent).toHaveLength(3);
    const again = async (wish: object) => {
      const before = receiver.at('/hook').length;
      const { status, json, text } = await call('POST', `/${hook.id}/replay`, wish);
      if (status !== 202) throw new Error(text);
      await deliver();
      const ids = receiver.at('/hook').map(({ event }) => event.id);
      return { planned: json.planned, nextSeq: json.nextSeq, ids: ids.slice(before).sort() };
    };
    const ids = sent.map(({ id }) => id).sort();
    const second = (await log(hook)).find(({ eventId }) => eventId === sent[1]?.id);
    expect(await again({ deliveryId: second?.id })).toEqual({ planned: 1, nextSeq: null, ids: [sent[1]?.id] });
    const window = { fromSeq: Number(sent[0]?.sequence), toSeq: Number(sent[1]?.sequence) };
    expect(await again(window)).toEqual({ planned: 2, nextSeq: null, ids: [sent[0]!.id, sent[1]!.id].sort() });
    expect(await again({ since: '2020-01-01T00:00:00Z' })).toEqual({ planned: 3, nextSeq: null, ids });
    expect(await again({ since: '2099-01-01T00:00:00Z' })).toEqual({ planned: 0, nextSeq: null, ids: [] });
  });

  it.each([
    ['nothing', {}],
    ['everything at once', { deliveryId: '0198c0de-0000-7000-8000-000000000001', fromSeq: 1 }],
    ['a place before the first', { fromSeq: 0 }],
    ['no time', { since: 'yesterday' }],
    ['a null', { since: null }],
    ['a year no calendar has', { since: '2026-13-01T00:00:00Z' }],
  ])('cannot replay %s', async (_what, wish) => {
    const hook = await endpoint('/hook');
    expect((await call('POST', `/${hook.id}/replay`, wish)).status).toBe(422);
  });

  it.each([
    ['another protocol', { url: 'ftp://example.com/' }],
    ['no URL', { url: 'example.com' }],
    ['a password', { url: 'https://user:password@example.com/' }],
    ['the metadata service', { url: 'http://169.254.169.254/latest' }],
    ['loopback in hexadecimal', { url: 'http://0x7f000002/' }],
    ['a pattern that is none', { url: 'https://example.com/', eventTypes: ['*'] }],
    ['a description with a line of its own', { url: 'https://example.com/', description: 'a\u0000b' }],
    ['a null', { url: 'https://example.com/', eventTypes: null }],
    ['a name nobody knows', { url: 'https://example.com/', secret: 'mine' }],
  ])('cannot add an endpoint with %s', async (_what, wish) => {
    expect((await call('POST', '', wish)).status).toBe(422);
  });

  it('reads, changes and removes an endpoint, and each change is an event', async () => {
    const hook = await endpoint('/hook');
    const changed = await call('PATCH', `/${hook.id}`, { description: 'for billing', eventTypes: [] });
    expect(changed.json).toMatchObject({ description: 'for billing', eventTypes: [], url: receiver.url('/hook') });
    await call('PATCH', `/${hook.id}`, { description: 'for billing' });
    expect((await call('PATCH', `/${hook.id}`, { status: 'disabled' })).json.disabledReason).toBe('manual');
    expect((await call('POST', `/${hook.id}/test`)).status).toBe(422);
    expect((await call('DELETE', `/${hook.id}`)).status).toBe(204);
    expect((await call('GET', `/${hook.id}`)).status).toBe(404);
    const events = await app.rows(
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
    const hook = await endpoint('/hook');
    receiver.replies.set('/hook', (response) => void response.writeHead(500).end());
    await idp.create(person('kim@example.com'));
    await deliver();
    await call('DELETE', `/${hook.id}`);
    const left = await app.rows('select state, last_error from deliveries where sink_id = $1', [hook.id]);
    expect(left).toEqual([{ state: 'dead', last_error: 'The endpoint was removed.' }]);
  });
});

describe('Another tenant', () => {
  it('sees nothing of an endpoint, changes nothing, and its events go elsewhere', async () => {
    const hook = await endpoint('/hook');
    await idp.create(person('kim@example.com'));
    await deliver();
    const [delivery] = await log(hook);
    const stranger = await app.connection();
    const theirs = await tokenOf(stranger);
    expect((await call('GET', '', undefined, theirs)).json.items).toEqual([]);
    const requests: [Method, string, object?][] = [
      ['GET', ''],
      ['PATCH', '', { status: 'disabled' }],
      ['DELETE', ''],
      ['GET', '/deliveries'],
      ['POST', '/test'],
      ['POST', '/rotate-secret', {}],
      ['POST', '/replay', { deliveryId: delivery?.id }],
    ];
    for (const [method, path, body] of requests) {
      expect([path, (await call(method, `/${hook.id}${path}`, body, theirs)).status]).toEqual([path, 404]);
    }
    const own = String((await call('POST', '', { url: receiver.url('/theirs') }, theirs)).json.id);
    expect((await call('POST', `/${own}/replay`, { deliveryId: delivery?.id }, theirs)).status).toBe(404);
    await stranger.create(person('eve@example.com'));
    await deliver();
    expect(receiver.at('/hook')).toHaveLength(1);
    expect(receiver.at('/theirs').filter(({ body }) => body.includes('kim@example.com'))).toEqual([]);
    expect((await call('GET', `/${hook.id}`)).json.status).toBe('enabled');
  });

  it('and a token without the scope are refused', async () => {
    const weak = await tokenOf(idp, ['members:write', 'teams:write', 'audit:read', 'events:read']);
    expect((await call('GET', '', undefined, weak)).status).toBe(403);
  });
});
