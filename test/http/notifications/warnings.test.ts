import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { createEndpoint, endpointDisabled, reviseEndpoint } from '../../../src/domain/webhook-endpoint.js';
import { TokenExpiryWarner } from '../../../src/notifications/token-expiry-warner.js';
import { UnitOfWork } from '../../../src/persistence/unit-of-work.js';
import { WebhookDeliveriesRepository } from '../../../src/persistence/webhook-deliveries.repository.js';
import { WebhooksRepository } from '../../../src/persistence/webhooks.repository.js';
import type { ScimClient, TestApp } from '../../support/app.js';
import { changeSettings } from '../../support/change-settings.js';
import { FixedClock } from '../../support/fixed-clock.js';
import { SmtpCatcher } from '../../support/smtp-catcher.js';
import { deliver, seal, send, startOffice } from './office.js';

const DAY = 24 * 3_600_000;

let app: TestApp;
let catcher: SmtpCatcher;
let idp: ScimClient;
beforeAll(async () => {
  catcher = await SmtpCatcher.open();
});
afterAll(() => catcher.goAway());
beforeEach(async () => {
  catcher.mails.length = 0;
  app = await startOffice(catcher, { clock: new FixedClock() });
  idp = await app.connection();
});

const admins = (...adminEmails: readonly string[]) => changeSettings(app, idp.tenant.id, { adminEmails });
const lines = () =>
  catcher.mails.map(({ parsed }) => (parsed.text ?? '').split('\n').filter((line) => /^- /.test(line)));

/** As each of several processes does it, hour by hour, for a number of days. */
async function watch(days: number): Promise<string[]> {
  const told: string[] = [];
  for (let day = 0; day < days; day += 1) {
    catcher.mails.length = 0;
    const warners = [1, 2, 3].map(() => new TokenExpiryWarner(app.http.get(UnitOfWork), app.clock));
    await Promise.all(warners.map((warner) => warner.round()));
    await send(app);
    told.push(...catcher.mails.flatMap(({ to }) => to.map((address) => `${day} ${address}`)));
    app.clock.advance(DAY);
  }
  return told;
}

describe('A token that is about to end', () => {
  it('is announced 30, 14, 3 and 1 days ahead, once each, to each admin, whether or not members get mails', async () => {
    await admins('ada@example.com', 'bob@example.com');
    await app.tenants.createToken({ tenant: idp.tenant.slug, scopes: ['members:read'], expires: '40d', name: 'crm' });
    expect((await watch(42)).sort()).toEqual(
      [10, 26, 37, 39].flatMap((day) => [`${day} ada@example.com`, `${day} bob@example.com`]).sort(),
    );
    await app.close();
  });

  it('is told of with what is needed to find it, all tokens in one mail', async () => {
    await admins('ada@example.com');
    const wish = { tenant: idp.tenant.slug, scopes: ['members:read'], expires: '31d' };
    const { token } = await app.tenants.createToken({ ...wish, name: 'crm' });
    await app.tenants.createToken({ ...wish, name: 'erp' });
    await watch(2);
    expect(catcher.mails).toHaveLength(1);
    const [mail] = catcher.mails;
    expect(lines()[0]).toHaveLength(2);
    expect(lines()[0]?.[0]).toMatch(
      /^- muster_\w+… \((crm|erp), connection generic-1\) ends 2026-02-15 10:00 UTC; last used never$/,
    );
    expect(mail?.raw).not.toContain(token);
    expect(mail?.parsed.headers.has('list-unsubscribe')).toBe(false);
    await app.close();
  });

  it('is announced late, and once, when nobody could announce it in time', async () => {
    await admins('ada@example.com');
    await app.tenants.createToken({ tenant: idp.tenant.slug, scopes: ['members:read'], expires: '40d' });
    app.clock.advance(38 * DAY);
    expect(await watch(1)).toEqual(['0 ada@example.com']);
    expect(await watch(1)).toEqual(['0 ada@example.com']);
    expect(await watch(1)).toEqual([]);
    await app.close();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['has no admins', () => app.tenants.createToken({ ...wishOf(), expires: '20d' })],
    [
      'was revoked',
      async () => {
        await admins('ada@example.com');
        const { tokenId } = await app.tenants.createToken({ ...wishOf(), expires: '20d' });
        await app.tenants.revokeToken(idp.tenant.slug, tokenId);
      },
    ],
    [
      'lives for a few hours',
      async () => {
        await admins('ada@example.com');
        await app.tenants.createToken({ ...wishOf(), expires: '12h' });
      },
    ],
  ])('is not announced when it, or its tenant, %s', async (_what, make) => {
    await make();
    expect(await watch(20)).toEqual([]);
    await app.close();
  });
});

const wishOf = () => ({ tenant: idp.tenant.slug, scopes: ['members:read'] });

describe('A webhook endpoint that was disabled', () => {
  const cause = () => ({
    at: app.clock.now().toISOString(),
    eventId: uuid(),
    actor: { type: 'system', id: null, connectionId: null, tokenId: null } as const,
    requestId: null,
  });

  async function endpoint() {
    const wish = { url: 'https://hooks.example.com/secret-path?key=hidden', description: '', eventTypes: [] };
    const made = createEndpoint(uuid(), wish, cause());
    const webhooks = new WebhooksRepository(app.work.forTenant(idp.tenant.id));
    await webhooks.create(made, { sealed: '', expiresAt: null }, 9);
    return { made: made.endpoint, webhooks };
  }

  it('by what it answered is told to the admins at once, without what its URL may hide, and to unsubscribed ones too', async () => {
    await admins('ada@example.com');
    const { made } = await endpoint();
    const deliveries = new WebhookDeliveriesRepository(app.work.system);
    await deliveries.disable(idp.tenant.id, 'gone', endpointDisabled(made, 'gone', cause()));
    await seal(app);
    await send(app);
    expect(lines()).toEqual([
      [`- hooks. example. com (${made.id}), disabled 2026-01-15 10:00 UTC: it answered 410 Gone`],
    ]);
    expect(catcher.mails[0]?.raw).not.toMatch(/secret-path|hidden|[Uu]nsubscribe/);
    await deliver(app);
    expect(catcher.mails).toHaveLength(1);
    await app.close();
  });

  it('by an admin is no news for them', async () => {
    await admins('ada@example.com');
    const { made, webhooks } = await endpoint();
    await webhooks.update(reviseEndpoint(made, { status: 'disabled' }, cause())!);
    await deliver(app);
    expect(catcher.mails).toEqual([]);
    await app.close();
  });
});
