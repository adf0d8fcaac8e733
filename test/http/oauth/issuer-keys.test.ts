import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { type Answer, startTestApp, type TestApp } from '../../support/app.js';
import { type Signer, signed, signer, TestIssuer } from './issuer.js';
import { ask, BY_ASSERTION, CLIENT_CREDENTIALS, type OAuthSpace, oauthSpace, seconds } from './oauth-space.js';

const AUDIENCE = 'api://muster';
const SUBJECT = 'workload-1';

let app: TestApp;
let issuer: TestIssuer;
let theirs: Signer;
let stranger: Signer;
let space: OAuthSpace;
beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_ISSUER_ALLOWED_HOSTS: '127.0.0.1' } });
  [theirs, stranger] = await Promise.all([signer('RS256'), signer('RS256')]);
});
afterAll(() => app.close());

beforeEach(async () => {
  issuer = await TestIssuer.open();
  issuer.keys = [theirs.publicJwk];
  space = await oauthSpace(app);
  await trust({ issuer: issuer.url, subject: SUBJECT, audience: AUDIENCE });
});
afterEach(() => issuer.close());

function trust(identity: object): Promise<Answer> {
  return space.admin.call('POST', `/service-accounts/${space.clientId}/federated-identities`, identity);
}

let ids = 0;
/** Claims that the issuer makes about its workload. */
function theirClaims(more: JWTPayload = {}): JWTPayload {
  ids += 1;
  const now = seconds(app);
  return { iss: issuer.url, sub: SUBJECT, aud: AUDIENCE, iat: now, exp: now + 600, jti: `their-${ids}`, ...more };
}

/** With an assertion of another issuer, the client says which one it is. */
const asWorkload = (client_assertion: string) =>
  ask(app, { ...CLIENT_CREDENTIALS, ...BY_ASSERTION, client_id: space.clientId, client_assertion });

describe('Keys of others', () => {
  const status = async (by = theirs) => (await asWorkload(await signed(by, theirClaims()))).status;
  const askedFor = (path: string) => issuer.asked.filter((each) => each === path).length;

  it('are fetched once in a while, not for each assertion', async () => {
    expect([await status(), await status(), await status()]).toEqual([200, 200, 200]);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
    app.clock.advance(10 * 60_000);
    expect(await status()).toBe(200);
    expect(askedFor('/keys')).toBe(2);
  });

  it('are fetched again for a key that is not known, and no more often than twice a minute', async () => {
    const next = await signer('RS256', 'key-2');
    expect(await status()).toBe(200);
    for (let times = 0; times < 5; times++) expect(await status(next)).toBe(401);
    expect(askedFor('/keys')).toBe(1);
    issuer.keys = [theirs.publicJwk, next.publicJwk];
    app.clock.advance(30_000);
    expect([await status(next), await status(next)]).toEqual([200, 200]);
    expect(askedFor('/keys')).toBe(2);
  });

  it('are asked for once by all who ask at the same time', async () => {
    expect(await Promise.all([status(), status(), status(), status()])).toEqual([200, 200, 200, 200]);
    expect(askedFor('/keys')).toBe(1);
  });

  it.each<[string, { status: number; headers?: Record<string, string>; body: string }]>([
    ['an error', { status: 500, body: '{}' }],
    ['no JSON', { status: 200, body: 'keys' }],
    ['no keys', { status: 200, body: '{}' }],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' }, body: '' }],
    ['far too many', { status: 200, body: JSON.stringify({ keys: [], filling: 'x'.repeat(300_000) }) }],
  ])('that come as %s are a reason to come again later', async (_what, reply) => {
    issuer.replies.set('/keys', reply);
    const answer = await asWorkload(await signed(theirs, theirClaims()));
    expect(answer).toMatchObject({ status: 503, json: { error: 'temporarily_unavailable' } });
    expect(answer.headers['retry-after']).toBe('30');
    expect(await status()).toBe(503);
    expect(issuer.asked).not.toContain('/elsewhere');
    expect(askedFor('/keys')).toBe(1);
    issuer.replies.clear();
    app.clock.advance(30_000);
    expect(await status()).toBe(200);
  });

  it('are not taken from a document that speaks for another issuer', async () => {
    const body = JSON.stringify({ issuer: 'https://other.example.com', jwks_uri: `${issuer.url}/keys` });
    issuer.replies.set('/.well-known/openid-configuration', { status: 200, body });
    expect([await status(), askedFor('/keys')]).toEqual([503, 0]);
  });

  it('are not fetched from a network that may not be reached, whoever names it', async () => {
    const body = JSON.stringify({ issuer: issuer.url, jwks_uri: issuer.url.replace('127.0.0.1', '127.0.0.2') });
    issuer.replies.set('/.well-known/openid-configuration', { status: 200, body });
    expect(await status()).toBe(503);
  });

  it('may be at an address of their own, or be given', async () => {
    await trust({ issuer: 'kubernetes', subject: SUBJECT, audience: AUDIENCE, jwksUri: `${issuer.url}/keys` });
    await trust({ issuer: 'build farm', subject: SUBJECT, audience: AUDIENCE, jwks: { keys: [stranger.publicJwk] } });
    const asked = [
      signed(theirs, theirClaims({ iss: 'kubernetes' })),
      signed(stranger, theirClaims({ iss: 'build farm' })),
    ];
    const answers = await Promise.all((await Promise.all(asked)).map((assertion) => asWorkload(assertion)));
    expect(answers.map((each) => each.status)).toEqual([200, 200]);
    expect(issuer.asked).toEqual(['/keys']);
  });
});
