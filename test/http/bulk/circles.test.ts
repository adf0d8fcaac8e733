import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type JsonObject, URN } from '../../../src/scim/index.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { person, unlinkedMember } from '../users/people.js';
import { bulk, idIn, post, resultsOf, team } from './requests.js';

let app: TestApp;
let client: ScimClient;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  client = await app.connection();
});

/** The creation of somebody under this manager. */
const under = (manager: string, name: string, more: object = {}) =>
  post('/Users', name, person(name, { [URN.enterpriseUser]: { manager: { value: manager } }, ...more }));
const managerOf = async (id: string | undefined) => {
  const { json } = await client.get(`/Users/${id}`);
  const enterprise = json[URN.enterpriseUser] as JsonObject | undefined;
  return (enterprise?.manager as JsonObject | undefined)?.value;
};
const usersLeft = async () => (await client.get('/Users')).json.totalResults;

describe('references in a circle', () => {
  it.each(['generic', 'strict', 'entra'] as const)('make each the manager of the other, for %s', async (idp) => {
    client = await app.connection(idp);
    const answer = await bulk(client, [under('bulkId:y', 'x'), under('bulkId:x', 'y')]);
    expect(resultsOf(answer)).toMatchObject([
      { bulkId: 'x', status: '201' },
      { bulkId: 'y', status: '201' },
    ]);
    const { x, y } = idIn(answer);
    expect([await managerOf(x), await managerOf(y)]).toEqual([y, x]);
    const { json } = await client.get(`/Users/${x}`);
    expect(resultsOf(answer)[0]?.version).toBe((json.meta as JsonObject).version);
  });

  it('may be one reference of somebody to themselves', async () => {
    const { x } = idIn(await bulk(client, [under('bulkId:x', 'x')]));
    expect(await managerOf(x)).toBe(x);
  });

  it('may be long, with references from outside and to outside', async () => {
    const answer = await bulk(client, [
      post('/Groups', 'g', team('Guides', 'bulkId:a', 'bulkId:d')),
      under('bulkId:b', 'a'),
      under('bulkId:c', 'b'),
      under('bulkId:a', 'c', { title: 'bulkId:d' }),
      post('/Users', 'd', person('d')),
    ]);
    expect(resultsOf(answer).map(({ status }) => status)).toEqual(['201', '201', '201', '201', '201']);
    const { a, b, c, d } = idIn(answer);
    expect([await managerOf(a), await managerOf(b), await managerOf(c)]).toEqual([b, c, a]);
    expect((await client.get(`/Users/${c}`)).json.title).toBe(d);
  });

  it('leave nothing behind when one of them fails, and name it', async () => {
    await client.create(person('taken'));
    const answer = await bulk(client, [
      under('bulkId:y', 'x'),
      under('bulkId:x', 'y', { userName: 'taken@example.com' }),
      under('bulkId:x', 'z'),
    ]);
    expect(resultsOf(answer)).toMatchObject([
      {
        status: '409',
        response: {
          detail: 'This refers in a circle to "bulkId:y", which failed. Nothing was made.',
        },
      },
      { status: '409', response: { scimType: 'uniqueness' } },
      { status: '409', response: { detail: '"bulkId:x" names nothing that this request has made.' } },
    ]);
    expect(await usersLeft()).toBe(1);
  });

  it('never remove somebody who was there before', async () => {
    const { scimId } = await unlinkedMember(client.tenant, 'kim');
    await client.create(person('taken'));
    const answer = await bulk(client, [
      under('bulkId:y', 'kim'),
      under('bulkId:kim', 'y', { userName: 'taken@example.com' }),
    ]);
    expect(resultsOf(answer)).toMatchObject([
      { status: '409', response: { detail: expect.stringContaining('was there before') } },
      { status: '409', response: { scimType: 'uniqueness' } },
    ]);
    expect(answer.text).not.toContain('"location"');
    expect((await client.get(`/Users/${scimId}`)).json).toMatchObject({ active: true, displayName: 'kim Doe' });
    expect(await managerOf(scimId)).toBeUndefined();
  });

  it('of groups are refused, for groups do not nest, and no group is left', async () => {
    const answer = await bulk(client, [
      post('/Groups', 'a', team('A', 'bulkId:b')),
      post('/Groups', 'b', team('B', 'bulkId:a')),
      post('/Groups', 'c', team('C', 'bulkId:c')),
    ]);
    expect(resultsOf(answer).map(({ status }) => status)).toEqual(['400', '409', '400']);
    expect((await client.get('/Groups')).json.totalResults).toBe(0);
  });
});
