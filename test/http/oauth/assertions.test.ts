import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { base64url, type JWTPayload, SignJWT } from 'jose';
import { type Answer, startTestApp, type TestApp } from '../../support/app.js';
import { type Signer, signed, signer, TestIssuer } from './issuer.js';
import {
  ask,
  BEARER_GRANT,
  BY_ASSERTION,
  CLIENT_CREDENTIALS,
  ENDPOINT,
  isGood,
  type OAuthSpace,
  oauthSpace,
  ownClaims,
  ROOT,
  seconds,
} from './oauth-space.js';

const AUDIENCE = 'api://muster';
const SUBJECT = 'workload-1';

let app: TestApp;
let issuer: TestIssuer;
let own: Signer;
let theirs: Signer;
let stranger: Signer;
let space: OAuthSpace;
beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_ISSUER_ALLOWED_HOSTS: '127.0.0.1' } });
  [own, theirs, stranger] = await Promise.all([signer(), signer('RS256'), signer('RS256')]);
});
afterAll(() => app.close());

beforeEach(async () => {
  issuer = await TestIssuer.open();
  issuer.keys = [theirs.publicJwk];
  space = await oauthSpace(app, { jwks: { keys: [own.publicJwk] } });
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
const asWorkload = (client_assertion: string, clientId = space.clientId) =>
  ask(app, { ...CLIENT_CREDENTIALS, ...BY_ASSERTION, client_id: clientId, client_assertion });
const asClient = (client_assertion: string) => ask(app, { ...CLIENT_CREDENTIALS, ...BY_ASSERTION, client_assertion });

const REFUSED = { status: 401, json: { error: 'invalid_client', error_description: expect.any(String) } };

describe('An assertion that the client signed', () => {
  it.each([
    ['the server', ROOT],
    ['its token endpoint', ENDPOINT],
    ['both', [ROOT, ENDPOINT]],
  ])('is accepted when it is made for %s', async (_what, aud) => {
    const { status, json } = await asClient(await signed(own, ownClaims(space, { aud })));
    expect({ status, good: await isGood(app, json.access_token) }).toEqual({ status: 200, good: true });
  });

  it.each<[string, () => JWTPayload, RegExp]>([
    ['has expired', () => ({ exp: seconds(app, -31) }), /has expired/],
    ['never expires', () => ({ exp: undefined }), /has no exp/],
    ['is good for a day', () => ({ exp: seconds(app, 86_400) }), /good for more than 1 h/],
    ['is not good yet', () => ({ nbf: seconds(app, 31) }), /not good yet/],
    ['was made in the future', () => ({ iat: seconds(app, 31) }), /made in the future/],
    ['is made for somebody else', () => ({ aud: 'https://other.example.com' }), /aud of the assertion/],
    ['is made for others too', () => ({ aud: [ROOT, 'https://other.example.com'] }), /name this server alone/],
    ['is made for nobody', () => ({ aud: undefined }), /has no aud/],
    ['speaks of somebody else', () => ({ sub: 'somebody' }), /sub of the assertion/],
  ])('is refused when it %s', async (_what, claims, description) => {
    const assertion = await signed(own, ownClaims(space, claims()));
    const body = { ...CLIENT_CREDENTIALS, ...BY_ASSERTION, client_id: space.clientId, client_assertion: assertion };
    const answer = await ask(app, body);
    expect(answer).toMatchObject(REFUSED);
    expect(answer.json.error_description).toMatch(description);
  });

  it('and is allowed clocks that differ by half a minute', async () => {
    const late = ownClaims(space, { exp: seconds(app, -29) });
    const early = ownClaims(space, { iat: seconds(app, 29), nbf: seconds(app, 29), exp: seconds(app, 60) });
    for (const claims of [late, early]) expect((await asClient(await signed(own, claims))).status).toBe(200);
  });

  it('is refused in the words for nobody when its signature is not good, whatever it claims', async () => {
    const forged = { ...stranger, publicJwk: { ...stranger.publicJwk, kid: 'key-1' } };
    const unknown = await asClient(await signed(own, ownClaims(space, { iss: issuer.url, sub: issuer.url })));
    for (const claims of [{}, { exp: 1 }, { aud: 'x' }]) {
      const answer = await asClient(await signed(forged, ownClaims(space, claims)));
      expect(answer).toMatchObject(REFUSED);
      expect(answer.text).toBe(unknown.text);
    }
  });

  it.each<[string, (claims: JWTPayload) => Promise<string>]>([
    ['nothing', async (claims) => `${segment({ alg: 'none' })}.${segment(claims)}.`],
    [
      'the public key as a shared secret',
      (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
          .sign(Buffer.from(JSON.stringify(own.publicJwk))),
    ],
    ['another algorithm of the key', async (claims) => withAlg(await signed(own, claims), 'ES384')],
  ])('is refused when it is signed with %s', async (_what, sign) => {
    expect(await asClient(await sign(ownClaims(space)))).toMatchObject(REFUSED);
  });

  it.each(['', 'garbage', 'a.b.c', '..', `${'x'.repeat(20_000)}.y.z`])('is no JWT: %.10s', async (text) => {
    const { status } = await asWorkload(text);
    expect([400, 401]).toContain(status);
  });

  it('is good once', async () => {
    const assertion = await signed(own, ownClaims(space));
    const first = await asClient(assertion);
    const again = await asClient(assertion);
    expect([first.status, again.status]).toEqual([200, 401]);
    expect(again.json).toMatchObject({ error_description: expect.stringContaining('was used before') });
  });

  it('is good once, however many send it at the same time', async () => {
    const assertion = await signed(own, ownClaims(space));
    const answers = await Promise.all(Array.from({ length: 8 }, () => asClient(assertion)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(401)]);
  });

  it('is good once without an id too, and so is one with the id of another', async () => {
    const nameless = await signed(own, ownClaims(space, { jti: undefined }));
    expect([(await asClient(nameless)).status, (await asClient(nameless)).status]).toEqual([200, 401]);
    const claims = ownClaims(space);
    const [one, other] = [await signed(own, claims), await signed(own, { ...claims, iat: seconds(app, -1) })];
    expect([(await asClient(one)).status, (await asClient(other)).status]).toEqual([200, 401]);
  });

  it('uses up its id for its own client alone', async () => {
    const neighbour = await oauthSpace(app, { jwks: { keys: [own.publicJwk] } });
    const jti = 'the same';
    const answers = [space, neighbour].map(async (each) => asClient(await signed(own, ownClaims(each, { jti }))));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('of a client without keys is refused', async () => {
    const without = await oauthSpace(app);
    expect(await asClient(await signed(own, ownClaims(without)))).toMatchObject(REFUSED);
  });
});

describe('An assertion of an issuer that the service account trusts', () => {
  it.each(['client', 'grant'])('is accepted as a %s assertion', async (use) => {
    const assertion = await signed(theirs, theirClaims());
    const answer =
      use === 'client'
        ? await asWorkload(assertion)
        : await ask(app, { grant_type: BEARER_GRANT, client_id: space.clientId, assertion });
    expect(answer.status).toBe(200);
    expect(await isGood(app, answer.json.access_token)).toBe(true);
  });

  it('may be made for others too', async () => {
    const aud = [AUDIENCE, 'https://other.example.com'];
    expect((await asWorkload(await signed(theirs, theirClaims({ aud })))).status).toBe(200);
  });

  it.each<[string, () => JWTPayload]>([
    ['has expired', () => ({ exp: seconds(app, -31) })],
    ['is good for two days', () => ({ exp: seconds(app, 2 * 86_400) })],
    ['is made for the server and not for the audience that was agreed', () => ({ aud: ROOT })],
    ['is about somebody else', () => ({ sub: 'workload-2' })],
    ['is of another issuer', () => ({ iss: 'https://other.example.com' })],
    ['is of an issuer with a slash more', () => ({ iss: `${issuer.url}/` })],
  ])('is refused when it %s', async (_what, claims) => {
    expect(await asWorkload(await signed(theirs, theirClaims(claims())))).toMatchObject(REFUSED);
  });

  it('is refused when somebody else signed it', async () => {
    expect(await asWorkload(await signed(stranger, theirClaims()))).toMatchObject(REFUSED);
  });

  it('is an invalid grant when it is one, and is good once', async () => {
    const assertion = await signed(theirs, theirClaims());
    const send = () => ask(app, { grant_type: BEARER_GRANT, client_id: space.clientId, assertion });
    expect((await send()).status).toBe(200);
    expect(await send()).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
  });

  it('speaks for no other service account', async () => {
    const neighbour = await oauthSpace(app);
    expect(await asWorkload(await signed(theirs, theirClaims()), neighbour.clientId)).toMatchObject(REFUSED);
  });

  it('is refused when the trust is gone, and the tokens that were got with it end', async () => {
    const { json } = await asWorkload(await signed(theirs, theirClaims()));
    const path = `/service-accounts/${space.clientId}/federated-identities`;
    const [identity] = (await space.admin.get(path)).json.items as { id: string; lastUsedAt: string }[];
    expect(identity?.lastUsedAt).toBe(app.clock.now().toISOString());
    await space.admin.delete(`${path}/${identity?.id}`);
    app.clock.advance(1000);
    expect(await isGood(app, json.access_token)).toBe(false);
    expect(await asWorkload(await signed(theirs, theirClaims()))).toMatchObject(REFUSED);
  });
});

const segment = (value: object): string => base64url.encode(JSON.stringify(value));

function withAlg(jwt: string, alg: string): string {
  const [, ...rest] = jwt.split('.');
  return [segment({ alg, kid: 'key-1' }), ...rest].join('.');
}
