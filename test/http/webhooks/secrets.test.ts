import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { FixedClock } from '../../support/fixed-clock.js';
import type { Received } from './receiver.js';
import { WebhookSpace } from './webhook-space.js';

const HOUR = 3_600_000;

let space: WebhookSpace;
const lines: string[] = [];

beforeAll(async () => {
  // The reference library reads the clock of the machine and refuses what is older or newer than five minutes.
  space = await WebhookSpace.open({ lines, clock: new FixedClock(new Date()) });
});
afterAll(() => space.close());
beforeEach(() => space.fresh());
afterEach(() => space.tidy());

async function next(userName: string): Promise<Received> {
  await space.create(userName);
  await space.deliver();
  const received = space.receiver.at('/hook').at(-1);
  if (!received) throw new Error('Nothing was received.');
  return received;
}

async function rotate(id: string, overlapHours: number): Promise<string> {
  const { json } = await space.call('POST', `/${id}/rotate-secret`, { overlapHours });
  return String(json.secret);
}

function isVerified(secret: string, { headers, body }: Received): boolean {
  try {
    return new Webhook(secret).verify(body, headers as Record<string, string>) !== undefined;
  } catch {
    return false;
  }
}

const signaturesOf = ({ headers }: Received) => String(headers['webhook-signature']).split(' ');

describe('A consumer', () => {
  it('can verify with the reference library who sent a webhook, and that nobody changed it', async () => {
    const { secret } = await space.endpoint('/hook');
    const received = await next('kim@example.com');
    expect(received.headers).toMatchObject({
      'webhook-id': received.event.id,
      'content-type': 'application/cloudevents+json; charset=utf-8',
    });
    expect(new Webhook(secret).verify(received.body, received.headers as Record<string, string>)).toEqual(
      JSON.parse(received.body),
    );
    expect(isVerified(secret, { ...received, body: `${received.body} ` })).toBe(false);
  });
});

describe('A secret', () => {
  it('is replaced without a gap: as long as both are good both verify, then the new one alone', async () => {
    const { id, secret: old } = await space.endpoint('/hook');
    const fresh = await rotate(id, 2);
    const between = await next('kim@example.com');
    expect([old, fresh].map((secret) => isVerified(secret, between))).toEqual([true, true]);
    const newest = await rotate(id, 0);
    const after = await next('ada@example.com');
    expect([old, fresh, newest].map((secret) => isVerified(secret, after))).toEqual([false, false, true]);
    expect(signaturesOf(after)).toHaveLength(1);
  });

  it('is in no table, no log line and no later answer', async () => {
    const hook = await space.endpoint('/hook', []);
    const fresh = await rotate(hook.id, 24);
    await space.deliver();
    const dump = await space.app.rows(
      `select query_to_xml('select * from ' || quote_ident(table_name), true, true, '')::text as rows
       from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const paths = ['', `/${hook.id}`, `/${hook.id}/deliveries`];
    const answers = await Promise.all(paths.map((path) => space.call('GET', path)));
    const bodies = space.receiver.received.map(({ body }) => body);
    const everything = [JSON.stringify(dump), ...lines, ...answers.map(({ text }) => text), ...bodies].join('\n');
    expect(everything).toContain(hook.id);
    for (const secret of [hook.secret, fresh]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(secret.slice('whsec_'.length, 30));
    }
  });

  it('that was replaced ends by itself when its time is over', async () => {
    const { id } = await space.endpoint('/hook');
    await rotate(id, 2);
    space.app.clock.advance(2 * HOUR - 1);
    expect(signaturesOf(await next('kim@example.com'))).toHaveLength(2);
    space.app.clock.advance(1);
    expect(signaturesOf(await next('ada@example.com'))).toHaveLength(1);
  });
});
