import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { digest, looksLikeToken } from '../../../src/auth/token.js';
import { AccessTokensRepository } from '../../../src/persistence/access-tokens.repository.js';
import { systemStatement } from '../../../src/persistence/statement.js';
import { TenantsService } from '../../../src/tenants/tenants.service.js';
import { FixedClock } from '../../support/fixed-clock.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const clock = new FixedClock('2026-01-15T10:00:00.000Z');
let space: Workspace;
let tenants: TenantsService;
beforeAll(async () => {
  space = await openWorkspace();
  tenants = new TenantsService(space.work, clock);
});
afterAll(() => space.close());

const EVENTS = systemStatement(
  'test.events',
  `select e.type, e.actor_type, e.subject_type, e.data, o.event_id is not null as queued
   from events e left join outbox o on o.tenant_id = e.tenant_id and o.event_id = e.id
   join tenants t on t.id = e.tenant_id where t.slug = $slug`,
);
const eventsOf = (slug: string) => space.work.system.run<{ type: string }>(EVENTS, { slug });
const tokens = () => new AccessTokensRepository(space.work.system);

describe('The first start', () => {
  it('makes tenant, connection and token once', async () => {
    const issued = await tenants.createDemo();
    expect(issued).toMatchObject({
      tenant: 'demo',
      connection: { name: 'demo', idp: 'generic' },
      scopes: ['members:write', 'teams:write'],
      expiresAt: new Date('2026-01-16T10:00:00.000Z'),
    });
    expect(await tenants.createDemo()).toBeUndefined();
  });

  it('leaves an event of each thing made, all queued, without the secret', async () => {
    const events = await eventsOf('demo');
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['tenant.created', 'connection.created', 'service_account.created', 'token.created']),
    );
    expect(events).toHaveLength(4);
    expect(events).toEqual(
      events.map((event) => expect.objectContaining({ ...event, actor_type: 'system', queued: true })),
    );
    expect(JSON.stringify(events)).not.toMatch(/muster_[0-9A-Za-z]{20}/);
  });
});

describe('A connection', () => {
  it('comes with the token its identity provider needs', async () => {
    await tenants.createTenant('acme');
    const issued = await tenants.createConnection({ tenant: 'acme', idp: 'okta' });
    expect(looksLikeToken(issued.token)).toBe(true);
    expect(issued.connection).toMatchObject({ name: 'okta', idp: 'okta', status: 'enabled' });
    expect(await tokens().findByDigest(digest(issued.token))).toMatchObject({
      tokenId: issued.tokenId,
      tenantSlug: 'acme',
      tenantStatus: 'active',
      scopes: ['members:write', 'teams:write'],
      connectionIdp: 'okta',
      connectionStatus: 'enabled',
      expiresAt: '2027-01-15T10:00:00.000Z',
      revokedAt: null,
    });
  });

  it.each([
    [{ tenant: 'acme', idp: 'okta' }, /connection of this name already/],
    [{ tenant: 'acme', idp: 'nobody' }, /"nobody" is no identity provider/],
    [{ tenant: 'acme', idp: 'okta', name: 'Two Words' }, /does not fit/],
    [{ tenant: 'nowhere', idp: 'okta' }, /no tenant nowhere. The tenants are acme, demo\./],
  ])('is refused as %j, and nothing is left of it', async (wish, sentence) => {
    const before = await eventsOf('acme');
    await expect(tenants.createConnection(wish)).rejects.toThrow(sentence);
    expect(await eventsOf('acme')).toEqual(before);
  });
});

describe('A tenant', () => {
  it('has a name of its own', async () => {
    await expect(tenants.createTenant('acme')).rejects.toThrow('There is a tenant of this name already.');
  });

  it('is in the list with its settings', async () => {
    expect(await tenants.listTenants()).toMatchObject([
      { slug: 'acme', settings: { adoptionPolicy: 'link' } },
      { slug: 'demo' },
    ]);
  });
});

describe('A token', () => {
  const wish = { tenant: 'choice', scopes: ['members:read'] };

  it('needs a connection', async () => {
    await tenants.createTenant('choice');
    await expect(tenants.createToken(wish)).rejects.toThrow('Tenant choice has no connection yet');
  });

  it('speaks for the only connection when none is named', async () => {
    await tenants.createConnection({ tenant: 'choice', idp: 'okta' });
    const issued = await tenants.createToken({ ...wish, expires: '30m' });
    expect(issued).toMatchObject({ connection: { name: 'okta' }, expiresAt: new Date('2026-01-15T10:30:00.000Z') });
  });

  it('asks which of several connections is meant, and takes a name or an id', async () => {
    const { connection } = await tenants.createConnection({ tenant: 'choice', idp: 'entra' });
    await expect(tenants.createToken(wish)).rejects.toThrow('choose one. Its connections are entra, okta.');
    await expect(tenants.createToken({ ...wish, connection: 'nope' })).rejects.toThrow('has no connection nope');
    for (const named of ['entra', connection.id]) {
      expect(await tenants.createToken({ ...wish, connection: named })).toMatchObject({
        connection: { name: 'entra' },
      });
    }
  });

  it('is in the list without its secret', async () => {
    const list = await tenants.listTokens('choice');
    expect(list).toHaveLength(5);
    expect(list.filter(({ connection }) => connection === 'okta')).toMatchObject([
      { lastUsedAt: null, revokedAt: null },
      { lastUsedAt: null, revokedAt: null },
    ]);
    expect(Object.keys(list[0] ?? {})).not.toContain('digest');
  });

  it('is revoked by id or prefix, with one event however often', async () => {
    const [first, second] = await tenants.listTokens('choice');
    for (const name of [first?.id, first?.id, second?.prefix]) await tenants.revokeToken('choice', String(name));
    const list = await tenants.listTokens('choice');
    expect(list.map(({ revokedAt }) => revokedAt !== null)).toEqual([true, true, false, false, false]);
    expect((await eventsOf('choice')).filter(({ type }) => type === 'token.revoked')).toHaveLength(2);
  });

  it('of another tenant is not found', async () => {
    const [theirs] = await tenants.listTokens('acme');
    await expect(tenants.revokeToken('choice', String(theirs?.id))).rejects.toThrow(
      'has no token with the id or prefix',
    );
  });

  it('remembers its latest use, whoever tells it first', async () => {
    const [token] = await tenants.listTokens('acme');
    const tenantId = (await tenants.listTenants())[0]?.id ?? '';
    const use = (at: string) => ({ tenantId, tokenId: String(token?.id), at: new Date(at) });
    await tokens().touch([use('2026-01-15T12:00:00.000Z')]);
    await tokens().touch([use('2026-01-15T11:00:00.000Z')]);
    await tokens().touch([]);
    expect((await tenants.listTokens('acme'))[0]?.lastUsedAt).toBe('2026-01-15T12:00:00.000Z');
  });

  it('is out of reach for the role that serves one tenant', async () => {
    const client = new pg.Client({ connectionString: space.database.appUrl });
    await client.connect();
    await expect(client.query('select * from access_tokens')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});
