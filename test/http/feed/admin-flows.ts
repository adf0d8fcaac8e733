import { AuthFailures } from '../../../src/auth/auth-failures.js';
import { MailQueue } from '../../../src/notifications/mail-queue.js';
import { MailsRepository } from '../../../src/persistence/mails.repository.js';
import type { ScimClient, TestApp } from '../../support/app.js';
import { adminOf, someone } from '../management/admin.js';
import { ask as askToken, basic, CLIENT_CREDENTIALS } from '../oauth/oauth-space.js';
import { adoptionReview } from '../routes/guarded-resources.js';
import { Operator } from '../tenants/platform.js';
import { seal } from './reader.js';

export type Ask = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Readonly<Record<string, unknown>>>;

/** All that can happen to a service account and its credentials. */
export async function changeAccounts(app: TestApp, ask: Ask): Promise<void> {
  const { id } = await ask('POST', '/service-accounts', { name: 'ci', scopes: ['members:read'] });
  const account = `/service-accounts/${String(id)}`;
  await ask('PATCH', account, { name: 'pipeline' });
  const token = await ask('POST', `${account}/tokens`, {});
  await ask('POST', `${account}/tokens/${String(token.id)}/rotate`, {});
  const first = await ask('POST', `${account}/secrets`, {});
  await ask('POST', `${account}/secrets/${String(first.id)}/rotate`, {});
  const { id: secretId, secret } = await ask('POST', `${account}/secrets`, {});
  await askToken(app, CLIENT_CREDENTIALS, basic(String(id), String(secret)));
  await askToken(app, CLIENT_CREDENTIALS, basic(String(id), 'wrong'));
  await app.http.get(AuthFailures).flush();
  await ask('DELETE', `${account}/secrets/${String(secretId)}`);
  const identities = `${account}/federated-identities`;
  const identity = { issuer: 'https://login.example.com', subject: 'pipeline', audience: 'muster' };
  await ask('DELETE', `${identities}/${String((await ask('POST', identities, identity)).id)}`);
  await ask('DELETE', account);
}

/** A connection from its beginning to its end, with a team that stays. */
export async function changeConnections(ask: Ask, { tenant }: ScimClient): Promise<void> {
  const client = await tenant.connect('entra');
  const { id } = client.issued.connection;
  await client.post('/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Stays' });
  await ask('PATCH', `/connections/${id}`, { name: 'renamed' });
  await ask('POST', `/connections/${id}/disable`);
  await ask('POST', `/connections/${id}/enable`);
  await ask('DELETE', `/connections/${id}?members=unlink`);
}

/** What admins do to members themselves. */
export async function changeMembers(ask: Ask, client: ScimClient): Promise<void> {
  const { id } = await someone(client, 'nia');
  await ask('PUT', `/members/${id}/external-id`, { externalId: 'nia-1' });
  await ask('POST', `/members/${id}/unlink`);
  await ask('PUT', `/members/${id}/break-glass`, { breakGlass: true });
}

/** In a tenant of its own, whose policy is to ask. */
export async function rejectAdoption(app: TestApp): Promise<void> {
  const client = await app.connection();
  const admin = await adminOf(client.tenant);
  const review = await adoptionReview(client);
  await admin.call('POST', `/adoption-reviews/${review}/reject`);
}

/** A tenant from its beginning to its end, but for the upkeep that deletes its rows an hour later. */
/** A mail of a tenant that may send none. */
async function holdMails(app: TestApp, tenantId: string): Promise<void> {
  const mail = { recipient: { address: 'ada@example.com' }, content: { kind: 'changes', notices: [] } } as const;
  await new MailsRepository(app.work.system).add(tenantId, [mail], app.clock.now());
  await app.http.get(MailQueue).claim(1, new Map());
}

export async function removeTenant(app: TestApp): Promise<void> {
  const operator = new Operator(app);
  const id = await operator.tenant('short-lived');
  const path = `/tenants/${id}`;
  await operator.call('PATCH', path, { name: 'Short-lived' });
  await operator.call('PATCH', path, { limits: { mailsPerHour: 0 } });
  await holdMails(app, id);
  await operator.post(`${path}/suspend`);
  await operator.post(`${path}/resume`);
  await operator.post(`${path}/suspend`);
  await seal(app);
  await operator.get(`${path}/audit/export`);
  const { json } = await operator.post(`${path}/removal`, { slug: 'short-lived' });
  await operator.call('DELETE', `${path}?confirmation=${encodeURIComponent(String(json.confirmation))}`);
}
