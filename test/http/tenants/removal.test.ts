import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { AuthFailures } from '../../../src/auth/auth-failures.js';
import type { DomainEvent } from '../../../src/domain/domain-event.js';
import { AuditFileVerifier } from '../../../src/events/audit-file.js';
import { EventUpkeep } from '../../../src/events/event-upkeep.js';
import { Relay } from '../../../src/events/relay.js';
import { appendEvents } from '../../../src/persistence/events.repository.js';
import { LogWriter } from '../../../src/provisioning-log/log-writer.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { sealAll } from '../../support/relays.js';
import { problem } from '../management/admin.js';
import { person } from '../users/people.js';
import { Operator, PLATFORM } from './platform.js';

let app: TestApp;
let operator: Operator;
beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_PLATFORM_TOKEN: PLATFORM } });
  operator = new Operator(app);
});
afterAll(() => app.close());

/** A refusal that an instance still had in memory when the data was deleted. */
const lateRefusal = (): DomainEvent => ({
  id: uuid(),
  type: 'auth.failed',
  occurredAt: app.clock.now().toISOString(),
  actor: { type: 'service_account', id: uuid(), connectionId: null, tokenId: null },
  requestId: null,
  subjectType: 'token',
  subjectId: uuid(),
  data: { reason: 'revoked', address: '192.0.2.1', attempts: 1 },
});
const seal = () => sealAll(app.http.get(Relay));
const ask = ({ tenant }: ScimClient, slug = tenant.slug) => operator.post(`/tenants/${tenant.id}/removal`, { slug });
const remove = ({ tenant }: ScimClient, code: unknown) =>
  operator.call('DELETE', `/tenants/${tenant.id}?confirmation=${encodeURIComponent(String(code))}`);
const suspend = ({ tenant }: ScimClient) => operator.post(`/tenants/${tenant.id}/suspend`);
const exported = async ({ tenant }: ScimClient, query = '') => {
  await seal();
  return operator.get(`/tenants/${tenant.id}/audit/export${query}`);
};

/** A tenant with somebody in it, and one that nothing shall happen to. */
async function tenantInUse(): Promise<ScimClient> {
  const client = await app.connection('okta');
  await client.create(person('ada'));
  return client;
}

/** Everything the tenant has, by table. */
async function rowsOf({ tenant }: ScimClient): Promise<Record<string, number>> {
  const tables = await app.rows(
    `select distinct table_name from information_schema.columns
     where table_schema = 'public' and column_name = 'tenant_id' order by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { table_name: table } of tables) {
    const [row] = await app.rows(`select count(*)::int as n from ${String(table)} where tenant_id = $1`, [tenant.id]);
    if (Number(row?.n) > 0) counts[String(table)] = Number(row?.n);
  }
  return counts;
}

describe('The removal of a tenant', () => {
  it('needs each of its steps, and says which is next', async () => {
    const client = await tenantInUse();
    const refusal = async (detail: RegExp) => {
      const answer = await ask(client);
      expect(answer).toMatchObject(problem(409));
      expect(answer.json.detail).toMatch(detail);
    };
    await refusal(/Suspend the tenant first/);
    await suspend(client);
    await refusal(/Export the whole audit log/);
    await exported(client, '?from=2');
    await refusal(/Export the whole audit log/);
    const file = await exported(client);
    const verifier = new AuditFileVerifier();
    for (const line of file.text.trimEnd().split('\n')) verifier.push(line);
    expect(verifier.finish().kind).toBe('whole');
    await operator.call('PATCH', `/tenants/${client.tenant.id}`, { name: 'Changed' });
    await refusal(/Something changed that is not in the last export/);
    await seal();
    await refusal(/Something changed that is not in the last export/);
    await exported(client);
    expect(await ask(client, 'another')).toMatchObject(problem(422));
    expect(await ask(client)).toMatchObject({
      status: 201,
      json: { confirmation: expect.any(String), expiresAt: expect.any(String) },
    });
  });

  it('is confirmed with the code that was answered last, for a quarter of an hour', async () => {
    const client = await tenantInUse();
    await suspend(client);
    await exported(client);
    const first = (await ask(client)).json.confirmation;
    const second = (await ask(client)).json.confirmation;
    for (const wrong of [first, 'x', client.tenant.slug])
      expect(await remove(client, wrong)).toMatchObject(problem(409));
    expect(await operator.call('DELETE', `/tenants/${client.tenant.id}`)).toMatchObject(problem(422));
    app.clock.advance(15 * 60_000);
    expect(await remove(client, second)).toMatchObject(problem(409));
    const third = (await ask(client)).json.confirmation;
    expect((await remove(client, third)).status).toBe(204);
    expect(await remove(client, third)).toMatchObject(problem(404));
  });

  it('is off the table when the tenant was resumed meanwhile', async () => {
    const client = await tenantInUse();
    await suspend(client);
    await exported(client);
    const { confirmation } = (await ask(client)).json;
    await operator.post(`/tenants/${client.tenant.id}/resume`);
    expect(await remove(client, confirmation)).toMatchObject(problem(409));
    await suspend(client);
    await exported(client);
    expect(await remove(client, confirmation)).toMatchObject(problem(409));
  });

  it('ends its tokens at once and its data an hour later, of this tenant alone', async () => {
    const [client, neighbour] = [await tenantInUse(), await tenantInUse()];
    await seal();
    const untouched = await rowsOf(neighbour);
    await suspend(client);
    await exported(client);
    await remove(client, (await ask(client)).json.confirmation);
    app.clock.advance(1000);
    expect((await client.get('/Users')).status).toBe(401);
    expect(await operator.get(`/tenants/${client.tenant.id}`)).toMatchObject(problem(404));
    expect(await operator.post('/tenants', { slug: client.tenant.slug })).toMatchObject(problem(409));
    expect(Object.keys(await rowsOf(client))).toEqual(expect.arrayContaining(['members', 'events', 'access_tokens']));

    const upkeep = new EventUpkeep({ ownerUrl: app.database.ownerUrl, retentionDays: undefined }, app.work, app.clock);
    app.clock.advance(3_590_000);
    await upkeep.round();
    expect(Object.keys(await rowsOf(client))).toContain('members');
    app.clock.advance(11_000);
    await upkeep.round();
    expect(Object.keys(await rowsOf(client))).not.toContain('members');
    expect(await app.rows('select from tenants where id = $1', [client.tenant.id])).toHaveLength(1);
    // An instance writes down late what it refused.
    await app.http.get(AuthFailures).flush();
    await app.http.get(LogWriter).flush();
    await appendEvents(app.work.forTenant(client.tenant.id), [lateRefusal()]);
    expect(await rowsOf(client)).toHaveProperty('events');
    await upkeep.round();
    expect(await rowsOf(client)).toEqual({});
    await upkeep.round();
    expect(await app.rows('select from tenants where id = $1', [client.tenant.id])).toEqual([]);
    expect(await rowsOf(neighbour)).toMatchObject(untouched);
    expect((await operator.post('/tenants', { slug: client.tenant.slug })).status).toBe(201);
  });
});
