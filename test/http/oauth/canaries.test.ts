import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AuthFailures } from '../../../src/auth/auth-failures.js';
import { Relay } from '../../../src/events/relay.js';
import { LogWriter } from '../../../src/provisioning-log/log-writer.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { sealAll } from '../../support/relays.js';
import { person } from '../users/people.js';
import { signed, signer } from './issuer.js';
import {
  ask,
  BEARER_GRANT,
  BY_ASSERTION,
  basic,
  CLIENT_CREDENTIALS,
  made,
  oauthSpace,
  ownClaims,
  secretOf,
} from './oauth-space.js';

const PASSWORD = 'Canary-Password-7f3a91';
const lines: string[] = [];
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ lines });
});
afterAll(() => app.close());

it('Tokens, client secrets, assertions and passwords are in no table, log line, metric, event or error', async () => {
  const key = await signer();
  const space = await oauthSpace(app, { jwks: { keys: [key.publicJwk] } });
  const { admin, clientId } = space;
  const path = `/service-accounts/${clientId}`;
  const repeated = { 'idempotency-key': 'canary-1' };

  const secret = await secretOf(space);
  const rotated = made(await admin.call('POST', `${path}/secrets/${secret.id}/rotate`, { overlapHours: 1 })).json;
  const token = made(await admin.call('POST', `${path}/tokens`, {}, repeated)).json;
  const fresh = made(await admin.call('POST', `${path}/tokens/${token.id}/rotate`, { overlapHours: 1 })).json;
  const assertion = await signed(key, ownClaims(space));
  const wrong = await signed(key, ownClaims(space, { exp: 1 }));
  const issued = [
    await ask(app, CLIENT_CREDENTIALS, basic(clientId, String(secret.secret))),
    await ask(app, { ...CLIENT_CREDENTIALS, client_id: clientId, client_secret: String(rotated.secret) }),
    await ask(app, { ...CLIENT_CREDENTIALS, ...BY_ASSERTION, client_assertion: assertion }),
  ].map(({ json }) => String(json.access_token));
  const secrets = [secret.secret, rotated.secret, token.token, fresh.token, ...issued].map(String);

  // All of them where they are wrong, so that every refusal has had the chance to repeat one.
  const answers = [];
  for (const canary of [...secrets, assertion, wrong, PASSWORD]) {
    answers.push(
      await ask(app, CLIENT_CREDENTIALS, basic(clientId, canary)),
      await ask(app, { ...CLIENT_CREDENTIALS, client_id: canary, client_secret: canary }),
      await ask(app, { ...CLIENT_CREDENTIALS, ...BY_ASSERTION, client_id: clientId, client_assertion: canary }),
      await ask(app, { grant_type: BEARER_GRANT, client_id: clientId, assertion: canary }),
      await ask(app, { grant_type: canary, scope: canary }),
      await ask(app, { ...CLIENT_CREDENTIALS, scope: canary }, basic(clientId, String(secret.secret))),
      await app.call('GET', '/scim/v2/Groups/x', undefined, { token: `${canary}x` }),
    );
  }
  for (const good of [fresh.token, ...issued]) {
    answers.push(
      await app.call('POST', '/scim/v2/Users', { ...person('kim'), password: PASSWORD }, { token: String(good) }),
    );
  }
  await admin.delete(`${path}/secrets/${secret.id}`);
  await admin.delete(`${path}/tokens/${token.id}`);
  app.clock.advance(1000);
  answers.push(await app.call('GET', '/scim/v2/Users', undefined, { token: String(token.token) }));
  answers.push(
    await admin.get(`${path}/tokens`),
    await admin.get(`${path}/secrets`),
    await admin.get('/audit?limit=100'),
  );
  await app.http.get(AuthFailures).flush();
  await sealAll(app.http.get(Relay));
  await app.http.get(LogWriter).flush();

  const dump = await app.rows(
    `select table_name, query_to_xml('select * from ' || quote_ident(table_name), true, true, '')::text as rows
     from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const metrics = await app.call('GET', '/metrics');
  const everything = [JSON.stringify(dump), ...lines, metrics.text, ...answers.map(({ text }) => text)].join('\n');
  // The control: what was looked through has what it should have.
  expect(answers.some(({ status }) => status === 201)).toBe(true);
  for (const there of [clientId, String(token.prefix), 'token.issued', 'auth.client_failed', 'token-revoked']) {
    expect(everything).toContain(there);
  }
  expect(lines.length).toBeGreaterThan(50);
  const shown = [
    ...secrets.map((canary) => canary.slice(-30)),
    ...[assertion, wrong].flatMap((jwt) => jwt.split('.')),
    PASSWORD,
  ];
  expect(shown.filter((canary) => everything.includes(canary))).toEqual([]);
  expect(everything).not.toContain(Buffer.from(`${clientId}:`).toString('base64').slice(0, 40));
});
