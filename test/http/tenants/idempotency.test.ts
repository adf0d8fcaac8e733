import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AnswersExpiry } from '../../../src/persistence/answers-expiry.js';
import { startTestApp, type TestApp, type TestTenant } from '../../support/app.js';
import { type Admin, adminOf, itemsIn, problem } from '../management/admin.js';
import { Operator, PLATFORM } from './platform.js';

let app: TestApp;
let tenant: TestTenant;
let admin: Admin;
beforeAll(async () => {
  app = await startTestApp({ env: { MUSTER_PLATFORM_TOKEN: PLATFORM } });
});
afterAll(() => app.close());
beforeEach(async () => {
  tenant = await app.tenant();
  admin = await adminOf(tenant);
});

const post = (body: object, key: string, who = admin) =>
  who.call('POST', '/connections', body, { 'idempotency-key': key });
const connections = async () => itemsIn(await admin.get('/connections')).slice(1);
const stored = () => app.rows('select * from idempotency_keys where tenant_id = $1', [tenant.id]);

describe('A POST with an Idempotency-Key', () => {
  it('is carried out once, and answered with the same bytes again', async () => {
    const first = await post({ idp: 'okta' }, 'one');
    const second = await post({ idp: 'okta' }, 'one');
    expect(first.status).toBe(201);
    expect({ status: second.status, text: second.text }).toEqual({ status: 201, text: first.text });
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(await connections()).toHaveLength(1);
    expect((await post({ idp: 'okta', name: 'another' }, 'two')).status).toBe(201);
  });

  it('keeps neither its key nor its answer in clear, where the answer has a secret', async () => {
    const { json } = await post({ idp: 'okta' }, 'a-key-to-look-for');
    const [row] = await stored();
    const bytes = Buffer.concat([row?.answer, row?.key_digest, row?.request].map((value) => value as never));
    for (const secret of [String(json.token), 'a-key-to-look-for', admin.token]) {
      expect(bytes.includes(secret)).toBe(false);
    }
    expect(bytes.length).toBeGreaterThan(100);
  });

  it('with another body is 422, on another path too', async () => {
    await post({ idp: 'okta' }, 'one');
    expect(await post({ idp: 'entra' }, 'one')).toMatchObject(problem(422));
    const elsewhere = await admin.call(
      'POST',
      '/webhook-endpoints',
      { url: 'https://hooks.example.com' },
      { 'idempotency-key': 'one' },
    );
    expect(elsewhere).toMatchObject(problem(422));
    expect(await connections()).toHaveLength(1);
  });

  it('is carried out once by however many at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post({ idp: 'okta' }, 'one')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => ![201, 409].includes(status))).toEqual([]);
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
    expect(await connections()).toHaveLength(1);
  });

  it('may be sent again after it failed', async () => {
    await post({ idp: 'okta' }, 'taken');
    expect(await post({ idp: 'okta', name: 'okta' }, 'one')).toMatchObject(problem(409));
    expect(await post({ idp: 'okta', name: 'OKTA' }, 'one')).toMatchObject(problem(422));
    expect(await stored()).toHaveLength(1);
    expect((await post({ idp: 'okta', name: 'okta-2' }, 'one')).status).toBe(201);
  });

  it('waits for nobody: a retry while the first is under way is 409, and the key is free when that one was lost', async () => {
    await post({ idp: 'okta' }, 'one');
    await app.rows('update idempotency_keys set status = null, answer = null where tenant_id = $1', [tenant.id]);
    expect(await post({ idp: 'okta' }, 'one')).toMatchObject(problem(409));
    app.clock.advance(61_000);
    const again = await post({ idp: 'okta' }, 'one');
    expect(again.json.detail).toMatch(/connection of this name already/);
  });

  it('is forgotten after a day, and old keys go in batches beside the requests', async () => {
    await post({ idp: 'okta' }, 'one');
    await post({ idp: 'okta', name: 'second' }, 'two');
    app.clock.advance(86_400_000 + 1);
    expect(await post({ idp: 'okta' }, 'one')).toMatchObject(problem(409));
    expect(await stored()).toHaveLength(1);
    await app.http.get(AnswersExpiry).round();
    expect(await stored()).toHaveLength(0);
  });

  it('is the request of its own service account and tenant', async () => {
    await post({ idp: 'okta' }, 'one');
    const colleague = await adminOf(tenant);
    expect((await post({ idp: 'entra' }, 'one', colleague)).status).toBe(201);
    const stranger = await adminOf(await app.tenant());
    expect((await post({ idp: 'ping' }, 'one', stranger)).status).toBe(201);
  });

  it('is answered again to the same token only', async () => {
    await post({ idp: 'okta' }, 'one');
    const other = await adminOf(tenant);
    const [mine] = await app.rows('select service_account_id from access_tokens where digest = sha256($1::bytea)', [
      admin.token,
    ]);
    await app.rows('update access_tokens set service_account_id = $1 where digest = sha256($2::bytea)', [
      mine?.service_account_id,
      other.token,
    ]);
    app.clock.advance(1000);
    const answer = await post({ idp: 'okta' }, 'one', other);
    expect(answer).toMatchObject(problem(409));
    expect(answer.json.detail).toMatch(/carried out before \(201\).*another access token/);
    expect(answer.text).not.toMatch(/muster_\w{20}/);
  });

  it.each(['', ' x', 'a\tb', 'x'.repeat(256)])('with the key %j is 422', async (key) => {
    expect(await post({ idp: 'okta' }, key)).toMatchObject(problem(422));
  });

  it('may be one of the platform', async () => {
    const operator = new Operator(app);
    const make = () => operator.post('/tenants', { slug: 'twice' }, { 'idempotency-key': 'platform-1' });
    const [first, second] = [await make(), await make()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    const [row] = await app.rows("select count(*)::int as n from tenants where slug = 'twice'");
    expect(row?.n).toBe(1);
  });

  it('means nothing to another method', async () => {
    const send = (name: string) => admin.call('PATCH', '/tenant', { name }, { 'idempotency-key': 'one' });
    await send('First');
    expect((await send('Second')).json).toMatchObject({ name: 'Second' });
    expect(await stored()).toEqual([]);
  });
});
