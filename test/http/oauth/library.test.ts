import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { startTestApp, type TestApp } from '../../support/app.js';
import { signed, signer, TestIssuer } from './issuer.js';
import { BEARER_GRANT, isGood, type OAuthSpace, oauthSpace, ROOT, seconds, secretOf } from './oauth-space.js';

let app: TestApp;
let issuer: TestIssuer;
let space: OAuthSpace;
let server: oauth.AuthorizationServer;
beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_ISSUER_ALLOWED_HOSTS: '127.0.0.1' } });
  issuer = await TestIssuer.open();
  const issuerUrl = new URL(ROOT);
  const found = await oauth.discoveryRequest(issuerUrl, { algorithm: 'oauth2', ...options });
  server = await oauth.processDiscoveryResponse(issuerUrl, found);
});
afterAll(async () => {
  await issuer.close();
  await app.close();
});
beforeEach(async () => {
  space = await oauthSpace(app);
});

/** The library's requests go to the application in this process. */
const options = {
  [oauth.customFetch]: async (url: string, { method, headers, body }: Parameters<typeof fetch>[1] & object) => {
    const answer = await app.call(
      method === 'POST' ? 'POST' : 'GET',
      url.slice(ROOT.length),
      body ? String(body) : undefined,
      { headers: headers as Record<string, string> },
    );
    return new Response(answer.text, { status: answer.status, headers: answer.headers as Record<string, string> });
  },
};

const client = (): oauth.Client => ({
  client_id: space.clientId,
  [oauth.clockSkew]: seconds(app) - Math.floor(Date.now() / 1000),
});

async function token(authentication: oauth.ClientAuth, parameters: Record<string, string> = {}) {
  const answer = await oauth.clientCredentialsGrantRequest(server, client(), authentication, parameters, options);
  return oauth.processClientCredentialsResponse(server, client(), answer);
}

describe('A client library finds the server by its metadata', () => {
  it('and everything that it needs in it', () => {
    expect(server).toMatchObject({
      issuer: ROOT,
      token_endpoint: `${ROOT}/oauth2/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
      grant_types_supported: ['client_credentials', BEARER_GRANT],
    });
    expect(server.scopes_supported).not.toContain('platform:admin');
  });
});

describe('It gets an access token and uses it', () => {
  it.each<[string, (secret: string) => oauth.ClientAuth]>([
    ['client_secret_basic', oauth.ClientSecretBasic],
    ['client_secret_post', oauth.ClientSecretPost],
  ])('by %s', async (_method, by) => {
    const { secret } = await secretOf(space);
    const answer = await token(by(String(secret)));
    expect(answer).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'members:write teams:write' });
    expect(await isGood(app, answer.access_token)).toBe(true);
  });

  it.each(['RS256', 'PS256', 'ES256', 'Ed25519'])('by private_key_jwt with %s', async (alg) => {
    const { privateKey, publicJwk } = await signer(alg);
    await space.admin.call('PATCH', `/service-accounts/${space.clientId}`, { jwks: { keys: [publicJwk] } });
    const answer = await token(oauth.PrivateKeyJwt({ key: privateKey, kid: String(publicJwk.kid) }));
    expect(await isGood(app, answer.access_token)).toBe(true);
  });

  it('by an assertion of an issuer that the service account trusts', async () => {
    const workload = await signer('RS256');
    issuer.keys = [workload.publicJwk];
    const identity = { issuer: issuer.url, subject: 'workload-1', audience: 'api://muster' };
    await space.admin.call('POST', `/service-accounts/${space.clientId}/federated-identities`, identity);
    const claims = { iss: issuer.url, sub: 'workload-1', aud: 'api://muster', exp: seconds(app, 600), jti: 'one' };
    const assertion = await signed(workload, claims);
    const asked = await oauth.genericTokenEndpointRequest(
      server,
      client(),
      oauth.None(),
      BEARER_GRANT,
      { assertion },
      options,
    );
    const answer = await oauth.processGenericTokenEndpointResponse(server, client(), asked);
    expect(await isGood(app, answer.access_token)).toBe(true);
  });

  it('for less than the client may', async () => {
    const { secret } = await secretOf(space);
    const answer = await token(oauth.ClientSecretBasic(String(secret)), { scope: 'members:read' });
    expect(answer.scope).toBe('members:read');
    const post = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'kim@example.com' };
    const { status } = await app.call('POST', '/scim/v2/Users', post, { token: answer.access_token });
    expect({ read: await isGood(app, answer.access_token), write: status }).toEqual({ read: true, write: 403 });
  });
});

describe('It understands a refusal', () => {
  it('of a wrong secret', async () => {
    await secretOf(space);
    await expect(token(oauth.ClientSecretPost('muster_cs_wrong'))).rejects.toMatchObject({
      name: 'ResponseBodyError',
      error: 'invalid_client',
      status: 401,
    });
  });

  it('of a scope that the client has not', async () => {
    const { secret } = await secretOf(space);
    await expect(token(oauth.ClientSecretPost(String(secret)), { scope: 'tenant:admin' })).rejects.toMatchObject({
      error: 'invalid_scope',
      status: 400,
    });
  });
});
