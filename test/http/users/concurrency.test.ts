import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/scim/index.js';
import { type Answer, startTestApp, type TestApp } from '../../support/app.js';
import { eventTypes, memberEvents, person, refusal, unlinkedMember } from './people.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const together = (count: number, send: (index: number) => Promise<Answer>) =>
  Promise.all(Array.from({ length: count }, (_, index) => send(index)));

/** How many answers of each status. */
function statuses(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('At the same moment', () => {
  it.each([
    ['no externalId', () => ({})],
    ['one externalId', () => ({ externalId: 'x-1' })],
    ['externalIds of their own', (index: number) => ({ externalId: `x-${index}` })],
  ])('50 POSTs of one userName with %s make one user: 201 once, 409 uniqueness 49 times', async (_what, more) => {
    const client = await app.connection();
    const answers = await together(50, (index) =>
      client.post('/Users', person(index % 2 ? 'kim' : 'KIM', more(index))),
    );
    expect(statuses(answers)).toEqual({ 201: 1, 409: 49 });
    for (const answer of answers) {
      if (answer.status === 409) expect(answer).toMatchObject(refusal(409, 'uniqueness'));
    }
    expect((await client.get('/Users')).json.totalResults).toBe(1);
    expect(await eventTypes(client.tenant)).toEqual(['member.provisioned']);
  });

  it('20 POSTs of somebody who was deleted restore one account', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim', { externalId: 'x-1' }));
    await client.delete(`/Users/${id}`);
    const answers = await together(20, () => client.post('/Users', person('kim', { externalId: 'x-1' })));
    expect(statuses(answers)).toEqual({ 201: 1, 409: 19 });
    const accounts = await app.rows('select id from members where tenant_id = $1', [client.tenant.id]);
    expect(accounts).toHaveLength(1);
    expect(await eventTypes(client.tenant)).toEqual(['member.provisioned', 'member.removed', 'member.reactivated']);
  });

  it('20 POSTs for an unlinked member, of two connections, link it once', async () => {
    const client = await app.connection();
    const other = await client.tenant.connect('okta');
    await unlinkedMember(client.tenant, 'kim');
    const answers = await together(20, (index) => (index % 2 ? client : other).post('/Users', person('kim')));
    expect(statuses(answers)).toEqual({ 201: 1, 409: 19 });
    expect(await eventTypes(client.tenant)).toEqual(['member.linked']);
  });

  it('20 PATCHes that each add a number lose none', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim'));
    const answers = await together(20, (index) =>
      client.patch(`/Users/${id}`, [{ op: 'add', path: 'phoneNumbers', value: [{ value: String(index) }] }]),
    );
    expect(statuses(answers)).toEqual({ 200: 20 });
    const { json, headers } = await client.get(`/Users/${id}`);
    const numbers = (json.phoneNumbers as JsonObject[]).map(({ value }) => Number(value)).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(headers.etag).toBe('W/"21"');
    expect(await memberEvents(client.tenant)).toHaveLength(21);
  });

  it('20 PUTs with one If-Match: the first is 200, the others are 412', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim'));
    const answers = await together(20, (index) =>
      client.put(`/Users/${id}`, person('kim', { title: `t-${index}` }), { 'if-match': 'W/"1"' }),
    );
    expect(statuses(answers)).toEqual({ 200: 1, 412: 19 });
    const winner = answers.find(({ status }) => status === 200);
    expect((await client.get(`/Users/${id}`)).json).toEqual(winner?.json);
  });

  it('20 DELETEs: one 204, then 404, one event', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim'));
    expect(statuses(await together(20, () => client.delete(`/Users/${id}`)))).toEqual({ 204: 1, 404: 19 });
    expect(await eventTypes(client.tenant)).toEqual(['member.provisioned', 'member.removed']);
  });

  it('10 users who all want one new name: one gets it', async () => {
    const client = await app.connection();
    const ids = await Promise.all(Array.from({ length: 10 }, (_, index) => client.create(person(`kim-${index}`))));
    const answers = await together(10, (index) =>
      client.patch(`/Users/${ids[index]?.id}`, [{ op: 'replace', path: 'userName', value: 'the.one@example.com' }]),
    );
    expect(statuses(answers)).toEqual({ 200: 1, 409: 9 });
    expect((await client.find('userName eq "the.one@example.com"')).json.totalResults).toBe(1);
  });

  it('40 users of their own are all created, and all are in the list', async () => {
    const client = await app.connection();
    expect(statuses(await together(40, (index) => client.post('/Users', person(`kim-${index}`))))).toEqual({ 201: 40 });
    expect((await client.get('/Users')).json).toMatchObject({ totalResults: 40, itemsPerPage: 40 });
  });
});
