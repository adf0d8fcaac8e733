import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { ask, basic, CLIENT_CREDENTIALS, isGood, type OAuthSpace, oauthSpace, secretOf } from './oauth-space.js';

const HOUR = 3_600_000;

let app: TestApp;
let space: OAuthSpace;
let secret: string;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  space = await oauthSpace(app);
  secret = String((await secretOf(space)).secret);
});

const asClient = (fields: Record<string, string> = {}, by = basic(space.clientId, secret)) =>
  ask(app, { ...CLIENT_CREDENTIALS, ...fields }, by);
const error = (status: number, code: string) => ({
  status,
  json: { error: code, error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/) },
});

describe('The token endpoint', () => {
  it('answers as RFC 6749 wants it: JSON that nobody keeps', async () => {
    const { status, headers, json } = await asClient();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    });
    expect(json).toEqual({
      access_token: expect.stringMatching(/^muster_[0-9A-Za-z]{49}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'members:write teams:write',
    });
  });

  it('gives a token for an hour, not a millisecond longer', async () => {
    const { json } = await asClient();
    app.clock.advance(HOUR - 1);
    expect(await isGood(app, json.access_token)).toBe(true);
    app.clock.advance(1);
    expect(await isGood(app, json.access_token)).toBe(false);
  });

  it('tells of each token in the audit log, and who got it by what', async () => {
    const { json } = await asClient({ scope: 'members:read' });
    const [event] = await app.rows(
      `select actor_id, subject_type, data from events where tenant_id = $1 and type = 'token.issued'`,
      [space.idp.tenant.id],
    );
    expect(event).toMatchObject({
      actor_id: space.clientId,
      subject_type: 'token',
      data: { after: { method: 'client_secret_basic', scopes: ['members:read'], assertionIssuer: null } },
    });
    expect(JSON.stringify(event)).not.toContain(json.access_token);
  });

  it.each<[string, Record<string, string>, string]>([
    ['members:read', { scope: 'members:read' }, 'members:read'],
    ['some, twice and in any order', { scope: 'teams:write  members:read teams:write' }, 'teams:write members:read'],
    ['what others call it', { scope: 'scim' }, 'members:read members:write teams:read teams:write'],
    ['nothing in particular', { scope: '' }, 'members:write teams:write'],
  ])('gives %s', async (_what, fields, scope) => {
    expect((await asClient(fields)).json.scope).toBe(scope);
  });

  it.each(['tenant:admin', 'members:read audit:read', 'openid', 'members:*'])(
    'gives nobody more than the service account has: %s',
    async (scope) => {
      expect(await asClient({ scope })).toMatchObject(error(400, 'invalid_scope'));
    },
  );

  it('has no scim for who may do nothing there', async () => {
    const auditor = await oauthSpace(app, { scopes: ['audit:read'], connectionId: null });
    const by = basic(auditor.clientId, String((await secretOf(auditor)).secret));
    expect(await asClient({ scope: 'scim' }, by)).toMatchObject(error(400, 'invalid_scope'));
    expect((await asClient({}, by)).json.scope).toBe('audit:read');
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['no grant type', 'scope=members%3Aread', {}, 'invalid_request'],
    ['an empty grant type', 'grant_type=', {}, 'invalid_request'],
    ['a grant type of other servers', 'grant_type=password', {}, 'unsupported_grant_type'],
    ['a parameter twice', 'grant_type=client_credentials&grant_type=client_credentials', {}, 'invalid_request'],
    ['a secret without a client', 'grant_type=client_credentials&client_secret=x', {}, 'invalid_request'],
    [
      'an assertion of another type',
      'grant_type=client_credentials&client_assertion=x&client_assertion_type=saml',
      {},
      'invalid_request',
    ],
    [
      'a grant without its assertion',
      'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer',
      {},
      'invalid_request',
    ],
    [
      'two ways to authenticate',
      'grant_type=client_credentials&client_id=x&client_secret=y',
      { authorization: 'Basic eDp5' },
      'invalid_request',
    ],
    ['two clients', 'grant_type=client_credentials&client_id=z', { authorization: 'Basic eDp5' }, 'invalid_request'],
    ['JSON', '{"grant_type":"client_credentials"}', { 'content-type': 'application/json' }, 'invalid_request'],
    ['broken JSON', '{"grant_type":', { 'content-type': 'application/json' }, 'invalid_request'],
    ['no body', '', {}, 'invalid_request'],
  ])('refuses %s', async (_what, body, headers, code) => {
    const sent = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    expect(await app.call('POST', '/oauth2/token', body, { headers: sent })).toMatchObject(error(400, code));
  });

  it.each([
    ['a picture', 'image/png', 1, 415],
    ['a form of another kind', 'multipart/form-data; boundary=x', 1, 415],
    ['far too much', 'application/x-www-form-urlencoded', 64 * 1024, 413],
    ['far too much of a picture, before its type', 'image/png', 64 * 1024, 413],
  ])('refuses %s', async (_what, type, length, status) => {
    const body = `grant_type=client_credentials&x=${'x'.repeat(length)}`;
    const answer = await app.call('POST', '/oauth2/token', body, { headers: { 'content-type': type } });
    expect(answer).toMatchObject(error(status, 'invalid_request'));
  });

  it('reads no parameters from the address, where they would be logged', async () => {
    const query = new URLSearchParams({ ...CLIENT_CREDENTIALS, client_id: space.clientId, client_secret: secret });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await app.call('POST', `/oauth2/token?${query}`, 'x=y', { headers })).toMatchObject(
      error(400, 'invalid_request'),
    );
  });

  it('is the only place that reads forms', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { token } = space.admin;
    const answer = await app.call('POST', '/api/v1/service-accounts', 'name=x', { token, headers });
    expect(answer.status).toBe(415);
  });
});
