import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthFailures } from '../../../src/auth/auth-failures.js';
import { AuditFileVerifier } from '../../../src/events/audit-file.js';
import { Relay } from '../../../src/events/relay.js';
import type { JsonObject } from '../../../src/scim/index.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { FixedClock } from '../../support/fixed-clock.js';
import { sealAll } from '../../support/relays.js';
import { person } from '../users/people.js';

let app: TestApp;
let client: ScimClient;
let token: string;
let ids: string[];
const clock = new FixedClock();
const PATH = '/api/v1/audit';

beforeAll(async () => {
  app = await startTestApp({ clock });
  client = await app.connection();
  token = await tokenFor(client, 'audit:read');
  ids = [];
  for (const name of ['kim', 'lee', 'mo']) {
    const { json } = await client.call('POST', '/Users', person(name), { 'x-request-id': `made-${name}` });
    ids.push(String(json.id));
  }
  await client.patch(`/Users/${ids[0]}`, [{ op: 'replace', path: 'title', value: 'Cook' }]);
  await client.delete(`/Users/${ids[1]}`);
  await seal();
});
afterAll(() => app.close());

const seal = () => sealAll(app.http.get(Relay));

async function tokenFor({ tenant }: ScimClient, scopes: string): Promise<string> {
  return (await app.tenants.createToken({ tenant: tenant.slug, scopes: [scopes] })).token;
}

/** Each a millisecond after the one before: what happens in one millisecond is sealed in any order. */
function audit(query = '', bearer = token): Promise<Answer> {
  clock.advance(1);
  return app.call('GET', `${PATH}${query}`, undefined, { token: bearer });
}
const itemsOf = ({ json }: Answer) =>
  json.items as (JsonObject & { seq: number; type: string; subject: { id: string } })[];
const typesOf = (answer: Answer) => itemsOf(answer).map(({ type }) => type);

describe('The audit log', () => {
  it('holds every change, newest first, in a sequence without gaps', async () => {
    const answer = await audit('?limit=1000');
    expect(answer.status).toBe(200);
    const seqs = itemsOf(answer).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from(seqs, (_, index) => seqs.length - index));
    expect(typesOf(answer)).toEqual(expect.arrayContaining(['tenant.created', 'token.created', 'member.removed']));
  });

  it('shows what changed, before and after, and who did it', async () => {
    const [item] = itemsOf(await audit('?type=member.updated'));
    expect(item).toMatchObject({
      type: 'member.updated',
      actor: { type: 'service_account', connectionId: client.issued.connection.id, tokenId: client.issued.tokenId },
      subject: { type: 'member', version: 2 },
      data: { changed: ['title'], after: { title: 'Cook' } },
    });
  });

  it('goes page by page', async () => {
    const all = itemsOf(await audit('?type=member.provisioned'));
    const first = await audit('?type=member.provisioned&limit=2');
    const second = await audit(`?type=member.provisioned&limit=2&after=${String(first.json.next)}`);
    expect([...itemsOf(first), ...itemsOf(second)]).toEqual(all);
    expect(second.json.next).toBeNull();
  });

  it('finds by subject, subject type, request, actor and time', async () => {
    const [made] = itemsOf(await audit('?requestId=made-kim'));
    expect(made).toMatchObject({ type: 'member.provisioned', requestId: 'made-kim' });
    expect(typesOf(await audit(`?subject=${made!.subject.id}`))).toEqual(['member.updated', 'member.provisioned']);
    expect(new Set(typesOf(await audit('?subjectType=token')))).toEqual(new Set(['token.created']));
    const actor = (made!.actor as JsonObject).id as string;
    expect(typesOf(await audit(`?actor=${actor}`))).toHaveLength(5);
    const later = new Date(clock.now().getTime() + 1000).toISOString();
    expect(itemsOf(await audit(`?from=${later}`))).toEqual([]);
    expect(itemsOf(await audit(`?to=${later}&requestId=made-lee`))).toHaveLength(1);
  });

  it.each([
    '?limit=0',
    '?limit=x',
    '?after=-1',
    '?actor=me',
    '?type=%27',
    '?from=yesterday',
    '?colour=red',
    '?subjectType=x',
  ])('refuses %s with a problem', async (query) => {
    const answer = await audit(query);
    expect(answer).toMatchObject({ status: 422, json: { title: expect.any(String) } });
  });

  it('writes down who reads it, once for each request', async () => {
    await seal();
    const before = itemsOf(await audit('?type=audit.read')).length;
    await audit('?requestId=nobody');
    await seal();
    const reads = itemsOf(await audit('?type=audit.read'));
    expect(reads).toHaveLength(before + 2);
    expect(reads[0]).toMatchObject({
      subject: { type: 'tenant', id: client.tenant.id },
      data: { query: { requestId: 'nobody' } },
    });
  });

  it('is closed to a token without the scope, and to none at all', async () => {
    expect((await audit('', await tokenFor(client, 'members:write'))).status).toBe(403);
    expect((await app.call('GET', PATH)).status).toBe(401);
    expect((await app.call('GET', `${PATH}/export`)).status).toBe(401);
  });

  it('shows nothing of another tenant', async () => {
    const other = await app.connection();
    const theirs = await tokenFor(other, 'audit:read');
    await seal();
    const [made] = itemsOf(await audit('?requestId=made-kim'));
    expect(itemsOf(await audit(`?subject=${made!.subject.id}`, theirs))).toEqual([]);
    expect(itemsOf(await audit('?requestId=made-kim', theirs))).toEqual([]);
    const text = (await audit('/export', theirs)).text;
    expect(text).toContain(other.tenant.slug);
    expect(text).not.toContain('made-kim');
  });
});

describe('An export', () => {
  it.each(['jsonl', 'csv'])('is a file that verifies (%s)', async (format) => {
    const answer = await audit(`/export?format=${format}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toContain(`audit-${client.tenant.slug}.${format}`);
    const verifier = new AuditFileVerifier();
    for (const line of answer.text.trimEnd().split('\n')) verifier.push(line);
    expect(verifier.finish()).toMatchObject({
      kind: 'whole',
      header: { tenant: { id: client.tenant.id }, after: { seq: 0 } },
    });
  });

  it('may begin later, and is an entry of the log', async () => {
    const { text } = await audit('/export?from=3');
    expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({ after: { seq: 2 } });
    expect(JSON.parse(text.split('\n')[1]!)).toMatchObject({ seq: 3 });
    expect((await audit('/export?from=1000000')).status).toBe(200);
    await seal();
    expect(itemsOf(await audit('?type=audit.exported'))[1]).toMatchObject({ data: { query: { from: 3 } } });
  });
});

describe('A token that is refused', () => {
  it('is told of at once, and then once a minute with how often it was tried; but only if it was given to somebody', async () => {
    const victim = await app.connection();
    const reader = await tokenFor(victim, 'audit:read');
    await app.tenants.revokeToken(victim.tenant.slug, victim.issued.tokenId);
    clock.advance(60_000);
    const told = async () => {
      await app.http.get(AuthFailures).flush();
      await seal();
      return itemsOf(await audit('?type=auth.failed', reader)).map(({ subject, data }) => ({ subject, data }));
    };
    const entry = (attempts: number) => ({
      subject: { type: 'token', id: victim.issued.tokenId, version: null },
      data: { reason: 'revoked', address: '127.0.0.1', attempts },
    });
    for (let tries = 0; tries < 30; tries++) expect((await victim.get('/Users')).status).toBe(401);
    await app.call('GET', PATH, undefined, { token: 'muster_nobody' });
    expect(await told()).toEqual([entry(1)]);
    clock.advance(60_000);
    expect(await told()).toEqual([entry(29), entry(1)]);
    clock.advance(60_000);
    expect(await told()).toHaveLength(2);
    await victim.get('/Users');
    expect(await told()).toEqual([entry(1), entry(29), entry(1)]);
  });
});
