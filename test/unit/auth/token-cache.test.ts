import { describe, expect, it } from '@jest/globals';
import { TokenCache } from '../../../src/auth/token-cache.js';
import { LIMITS } from '../../../src/config/limits.js';
import { DomainException } from '../../../src/domain/domain-error.js';
import type { TokenGrant } from '../../../src/persistence/access-tokens.repository.js';
import { FixedClock } from '../../support/fixed-clock.js';

const GRANT: TokenGrant = {
  tokenId: '1',
  expiresAt: '2026-06-01T00:00:00.000Z',
  revokedAt: null,
  tenantId: '2',
  tenantSlug: 'acme',
  tenantStatus: 'active',
  tenantSettings: {},
  tenantLimits: {},
  serviceAccountId: '3',
  scopes: ['members:write'],
  tokenScopes: null,
  allowedAddresses: [],
  connectionId: '4',
  connectionIdp: 'okta',
  connectionStatus: 'enabled',
  connectionUnknownMembers: null,
};

/** A cache over a table of grants that can change, be slow and be away; `asked` counts the questions. */
function cacheOver(grants: Record<string, TokenGrant>) {
  const clock = new FixedClock();
  const source = { grants, asked: 0, away: false, slow: undefined as Promise<void> | undefined };
  const cache = new TokenCache(async (digest) => {
    source.asked += 1;
    if (source.away) throw new DomainException({ kind: 'unavailable' });
    const found = source.grants[digest];
    await source.slow;
    return found;
  }, clock);
  return { cache, clock, source };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('TokenCache', () => {
  it('keeps the token of a tenant while another one uses more tokens than its share', async () => {
    const many = Array.from({ length: LIMITS.tokensCached.value + 50 }, (_, index) => `t${index}`);
    const grants = Object.fromEntries(many.map((digest) => [digest, { ...GRANT, tenantId: 'many' }]));
    const { cache, source } = cacheOver({ ...grants, quiet: GRANT });
    await cache.check('quiet');
    for (const digest of many) await cache.check(digest);
    const { asked } = source;
    expect(cache.fresh('quiet')).toMatchObject({ kind: 'good' });
    expect(cache.fresh('t0')).toBeUndefined();
    expect(cache.fresh(many.at(-1) ?? '')).toMatchObject({ kind: 'good' });
    expect(source.asked).toBe(asked);
  });

  it('knows nothing before it has asked', () => {
    expect(cacheOver({ a: GRANT }).cache.fresh('a')).toBeUndefined();
  });

  it('answers without waiting for half a second after it has asked', async () => {
    const { cache, clock } = cacheOver({ a: GRANT });
    await cache.check('a');
    clock.advance(499);
    expect(cache.fresh('a')).toMatchObject({ kind: 'good', caller: { tenantSlug: 'acme', connection: { id: '4' } } });
    clock.advance(1);
    expect(cache.fresh('a')).toBeUndefined();
  });

  it('renews a token in use beside the requests, so that none waits', async () => {
    const { cache, clock, source } = cacheOver({ a: GRANT });
    await cache.check('a');
    for (let round = 0; round < 20; round += 1) {
      clock.advance(300);
      expect(cache.fresh('a')).toBeDefined();
      await settled();
    }
    expect(source.asked).toBe(21);
  });

  it('asks once for all who wait', async () => {
    const { cache, source } = cacheOver({ a: GRANT });
    await Promise.all(Array.from({ length: 50 }, () => cache.check('a')));
    expect(source.asked).toBe(1);
  });

  it('lets nobody join a question asked too long ago', async () => {
    const { cache, clock, source } = cacheOver({ a: GRANT });
    let goOn = (): void => undefined;
    source.slow = new Promise((resolve) => {
      goOn = resolve;
    });
    const early = cache.check('a');
    source.grants = { a: { ...GRANT, revokedAt: '2026-01-01T00:00:00.000Z' } };
    clock.advance(500);
    const late = cache.check('a');
    goOn();
    expect(await early).toMatchObject({ kind: 'good' });
    expect(await late).toMatchObject({ kind: 'refused' });
    expect(cache.fresh('a')).toMatchObject({ kind: 'refused' });
  });

  it('sees a revocation within half a second', async () => {
    const { cache, clock, source } = cacheOver({ a: GRANT });
    await cache.check('a');
    source.grants = { a: { ...GRANT, revokedAt: '2026-01-01T00:00:00.000Z' } };
    clock.advance(500);
    expect(cache.fresh('a') ?? (await cache.check('a'))).toMatchObject({ kind: 'refused' });
  });

  it('serves nothing older than half a second while the database is away', async () => {
    const { cache, clock, source } = cacheOver({ a: GRANT });
    await cache.check('a');
    source.away = true;
    clock.advance(400);
    expect(cache.fresh('a')).toBeDefined();
    await settled();
    clock.advance(100);
    expect(cache.fresh('a')).toBeUndefined();
    await expect(cache.check('a')).rejects.toMatchObject({ error: { kind: 'unavailable' } });
    source.away = false;
    expect(await cache.check('a')).toMatchObject({ kind: 'good' });
  });

  it('takes an answer for old when the clock was set back', async () => {
    const { cache, clock } = cacheOver({ a: GRANT });
    await cache.check('a');
    clock.advance(-1);
    expect(cache.fresh('a')).toBeUndefined();
  });

  it('remembers for a moment that a token is unknown', async () => {
    const { cache, clock, source } = cacheOver({});
    await cache.check('guess');
    expect(cache.fresh('guess')).toMatchObject({ kind: 'refused', detail: 'The access token is not valid.' });
    source.grants = { guess: GRANT };
    clock.advance(500);
    expect(await cache.check('guess')).toMatchObject({ kind: 'good' });
    expect(cache.fresh('guess')).toMatchObject({ kind: 'good' });
  });

  it('forgets no real token however many are guessed', async () => {
    const { cache } = cacheOver({ a: GRANT });
    await cache.check('a');
    for (let guess = 0; guess < 10_100; guess += 1) await cache.check(`guess ${guess}`);
    expect(cache.fresh('a')).toBeDefined();
    expect(cache.fresh('guess 0')).toBeUndefined();
    expect(cache.fresh('guess 10099')).toBeDefined();
  });
});
