import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Scope } from '../../../src/domain/service-account.js';
import { FEATURES } from '../../../src/http/features.js';
import { type JsonObject, URN } from '../../../src/scim/index.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { eventTypes, idsIn, person, refusal } from '../users/people.js';
import { bulk, idIn, join, leave, post, resultsOf, team } from './requests.js';

const NOBODY = '019aa000-0000-7000-8000-00000000000f';

let app: TestApp;
let client: ScimClient;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  client = await app.connection();
});

const statuses = (answer: Answer) => resultsOf(answer).map(({ status }) => status);
const members = ({ json }: Answer) => ((json.members ?? []) as readonly JsonObject[]).map(({ value }) => value);
describe('a bulk request', () => {
  it('does what its operations say, by every method', async () => {
    const [one, two, three] = [
      await client.create(person('one')),
      await client.create(person('two')),
      await client.create(person('three')),
    ];
    const answer = await bulk(client, [
      post('/Users', 'new', person('new')),
      { method: 'PUT', path: `/Users/${one.id}`, data: person('one', { displayName: 'put' }) },
      {
        method: 'patch',
        path: `/Users/${two.id}`,
        data: { schemas: [URN.patchOp], Operations: [{ op: 'replace', path: 'displayName', value: 'patched' }] },
      },
      { method: 'DELETE', path: `/Users/${three.id}` },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.json.schemas).toEqual([URN.bulkResponse]);
    const made = await client.find('userName eq "new@example.com"');
    const at = (id: unknown) => `https://scim.example.com/scim/v2/Users/${id}`;
    expect(resultsOf(answer)).toEqual([
      { method: 'POST', bulkId: 'new', version: 'W/"1"', location: at(idsIn(made)[0]), status: '201' },
      { method: 'PUT', version: 'W/"2"', location: at(one.id), status: '200' },
      { method: 'PATCH', version: 'W/"2"', location: at(two.id), status: '200' },
      { method: 'DELETE', location: at(three.id), status: '204' },
    ]);
    expect((await client.get(`/Users/${one.id}`)).json.displayName).toBe('put');
    expect((await client.get(`/Users/${two.id}`)).json.displayName).toBe('patched');
    expect((await client.get(`/Users/${three.id}`)).status).toBe(404);
    expect(await eventTypes(client.tenant)).toEqual([
      ...['member.provisioned', 'member.provisioned', 'member.provisioned'],
      ...['member.provisioned', 'member.updated', 'member.updated', 'member.removed'],
    ]);
  });

  it('goes on after failures, each with the error that the operation would have alone', async () => {
    const known = await client.create(person('known'));
    const answer = await bulk(client, [
      post('/Users', 'dup', person('known')),
      { method: 'DELETE', path: `/Users/${NOBODY}` },
      { method: 'PUT', path: `/Users/${known.id}`, version: 'W/"7"', data: person('known') },
      { method: 'PATCH', path: `/Users/${known.id}`, data: { schemas: [URN.patchOp], Operations: [{ op: 'x' }] } },
      post('/Users', 'fine', person('fine')),
    ]);
    expect(statuses(answer)).toEqual(['409', '404', '412', '400', '201']);
    const [dup, , stale] = resultsOf(answer);
    expect(dup).toEqual({
      method: 'POST',
      bulkId: 'dup',
      status: '409',
      response: {
        schemas: [URN.error],
        status: '409',
        scimType: 'uniqueness',
        detail: expect.stringContaining('userName'),
      },
    });
    expect(stale?.location).toMatch(`/Users/${known.id}`);
    expect((await client.get(`/Users/${known.id}`)).json).toEqual(known);
  });

  it('takes the version of an operation for If-Match, and none for any', async () => {
    const { id } = await client.create(person('kim'));
    const path = `/Users/${id}`;
    const put = (displayName: string, version?: string) => ({
      method: 'PUT',
      path,
      version,
      data: person('kim', { displayName }),
    });
    const answer = await bulk(client, [
      put('a', 'W/"1"'),
      put('b', 'W/"1"'),
      put('c'),
      { method: 'DELETE', path, version: 'W/"1"' },
    ]);
    expect(statuses(answer)).toEqual(['200', '412', '200', '412']);
    expect((await client.get(path)).json).toMatchObject({ displayName: 'c', meta: { version: 'W/"3"' } });
  });

  it.each([
    [1, ['201', '404']],
    [2, ['201', '404', '400']],
    [3, ['201', '404', '400', '201']],
  ])('stops after failOnErrors %i, and tells of what it tried', async (failOnErrors, expected) => {
    const operations = [
      post('/Users', 'a', person('a')),
      { method: 'DELETE', path: `/Users/${NOBODY}` },
      { method: 'GET', path: '/Users' },
      post('/Users', 'b', person('b')),
    ];
    expect(statuses(await bulk(client, operations, { failOnErrors }))).toEqual(expected);
    expect((await client.find('userName eq "b@example.com"')).json.totalResults).toBe(expected.length > 3 ? 1 : 0);
  });

  it('asks scopes of each operation', async () => {
    const { id } = await client.create(person('kim'));
    const operations = [
      post('/Users', 'u', person('new')),
      post('/Groups', 'g', team('Guides', id)),
      { method: 'DELETE', path: `/Users/${id}` },
    ];
    const send = async (...scopes: Scope[]) => {
      const { token } = await app.tenants.createToken({
        tenant: client.tenant.slug,
        scopes,
        name: scopes.join('-').replaceAll(':', '-'),
      });
      return app.call('POST', '/scim/v2/Bulk', { schemas: [URN.bulkRequest], Operations: operations }, { token });
    };
    const readOnly = await send('members:read', 'teams:read');
    expect(statuses(readOnly)).toEqual(['403', '403', '403']);
    expect(resultsOf(readOnly)[0]?.response).toMatchObject({
      detail: 'The access token lacks the scope members:write.',
    });
    expect(statuses(await send('teams:write'))).toEqual(['403', '201', '403']);
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });

  it('cannot reach into another tenant', async () => {
    const stranger = await app.connection();
    const { id } = await stranger.create(person('kim'));
    const answer = await bulk(client, [
      { method: 'DELETE', path: `/Users/${id}` },
      { method: 'PUT', path: `/Users/${id}`, data: person('taken') },
      post('/Groups', 'g', team('Guides', id)),
    ]);
    expect(statuses(answer)).toEqual(['404', '404', '400']);
    expect((await stranger.get(`/Users/${id}`)).json.userName).toBe('kim@example.com');
  });

  it('shows no password and keeps none', async () => {
    const answer = await bulk(client, [post('/Users', 'a', person('a', { password: 'S3cret-of-a' }))]);
    expect(statuses(answer)).toEqual(['201']);
    expect(answer.text).not.toContain('S3cret');
  });
});

describe('references by bulkId', () => {
  it('lead from groups to users, also to later ones', async () => {
    const answer = await bulk(client, [
      post('/Groups', 'g', team('Guides', 'bulkId:late', 'bulkId:early')),
      post('/Users', 'early', person('early')),
      post('/Users', 'late', person('late')),
    ]);
    expect(statuses(answer)).toEqual(['201', '201', '201']);
    const { g, early, late } = idIn(answer);
    expect(members(await client.get(`/Groups/${g}`)).toSorted()).toEqual([early, late].toSorted());
  });

  it('stand in paths and in PATCH operations, too', async () => {
    const answer = await bulk(client, [
      join('bulkId:g', 'bulkId:a', 'bulkId:b'),
      leave('bulkId:g', 'bulkId:a'),
      post('/Groups', 'g', team('Guides')),
      post('/Users', 'a', person('a')),
      post('/Users', 'b', person('b')),
      { method: 'DELETE', path: '/Users/bulkId:c' },
      post('/Users', 'c', person('c')),
    ]);
    expect(statuses(answer)).toEqual(['204', '204', '201', '201', '201', '204', '201']);
    const { g, b } = idIn(answer);
    expect(resultsOf(answer)[0]?.location).toBe(`https://scim.example.com/scim/v2/Groups/${g}`);
    expect(members(await client.get(`/Groups/${g}`))).toEqual([b]);
    expect((await client.find('userName eq "c@example.com"')).json.totalResults).toBe(0);
  });

  it('stand in extensions', async () => {
    const answer = await bulk(client, [
      post('/Users', 'boss', person('boss')),
      post('/Users', 'kim', person('kim', { [URN.enterpriseUser]: { manager: { value: 'bulkId:boss' } } })),
    ]);
    const { boss, kim } = idIn(answer);
    expect((await client.get(`/Users/${kim}`)).json).toMatchObject({
      [URN.enterpriseUser]: { manager: { value: boss } },
    });
  });

  it.each<[string, readonly object[], readonly string[]]>([
    ['what nobody makes', [post('/Groups', 'g', team('Guides', 'bulkId:nowhere'))], ['409']],
    [
      'what failed',
      [post('/Users', 'nowhere', {}), post('/Groups', 'g', team('Guides', 'bulkId:nowhere'))],
      ['400', '409'],
    ],
    [
      'what failed, by path',
      [post('/Users', 'nowhere', {}), { method: 'DELETE', path: '/Users/bulkId:nowhere' }],
      ['400', '409'],
    ],
    [
      'what is no creation',
      [{ method: 'DELETE', path: `/Users/${NOBODY}`, bulkId: 'nowhere' }, join('bulkId:nowhere', NOBODY)],
      ['404', '409'],
    ],
    [
      'whom it depends on that failed',
      [post('/Groups', 'g', team('Guides', 'bulkId:u')), post('/Users', 'u', person('u', { title: 'bulkId:nowhere' }))],
      ['409', '409'],
    ],
  ])('are refused by name where they lead to %s', async (_, operations, expected) => {
    const answer = await bulk(client, operations);
    expect(statuses(answer)).toEqual(expected);
    expect(answer.text).toContain('\\"bulkId:nowhere\\" names nothing that this request has made.');
    expect(resultsOf(answer).at(-1)?.response).toMatchObject({ status: '409' });
    for (const path of ['/Users', '/Groups']) expect((await client.get(path)).json.totalResults).toBe(0);
  });
});

describe('a bulk request as a whole', () => {
  it.each<[string, object, number, string | undefined]>([
    ['another schema', { schemas: [URN.user], Operations: [post('/Users', 'a', person('a'))] }, 400, 'invalidSyntax'],
    ['no operations', { schemas: [URN.bulkRequest] }, 400, 'invalidSyntax'],
    [
      'a bulkId twice',
      { schemas: [URN.bulkRequest], Operations: ['a', 'b'].map((name) => post('/Users', 'x', person(name))) },
      400,
      'invalidSyntax',
    ],
    [
      'failOnErrors below nothing',
      { schemas: [URN.bulkRequest], failOnErrors: -1, Operations: [post('/Users', 'a', person('a'))] },
      400,
      'invalidValue',
    ],
  ])('is refused for %s, and nothing is made', async (_, body, status, scimType) => {
    expect(await client.post('/Bulk', body)).toMatchObject(refusal(status, scimType));
    expect((await client.get('/Users')).json.totalResults).toBe(0);
  });

  it('is refused beyond maxOperations, and nothing is made', async () => {
    const { maxOperations } = FEATURES.bulk;
    const removals = Array.from({ length: maxOperations }, (_, place) => ({
      method: 'DELETE',
      path: `/Users/x${place}`,
    }));
    const answer = await bulk(client, [post('/Users', 'a', person('a')), ...removals]);
    expect(answer).toMatchObject(refusal(413));
    expect(answer.json.detail).toContain(`${maxOperations} operations`);
    expect((await client.get('/Users')).json.totalResults).toBe(0);
  });

  it('is refused one byte beyond maxPayloadSize, and nothing is made', async () => {
    const { maxPayloadSize } = FEATURES.bulk;
    const body = JSON.stringify({ schemas: [URN.bulkRequest], Operations: [post('/Users', 'a', person('a'))] });
    const answer = await client.post('/Bulk', body.padEnd(maxPayloadSize + 1));
    expect(answer).toMatchObject(refusal(413));
    expect(answer.json.detail).toContain(`${maxPayloadSize} bytes`);
    expect((await client.get('/Users')).json.totalResults).toBe(0);
    expect(statuses(await client.post('/Bulk', body.padEnd(maxPayloadSize)))).toEqual(['201']);
  });

  it('needs a token, and a POST', async () => {
    expect((await app.call('POST', '/scim/v2/Bulk', {})).status).toBe(401);
    const get = await client.get('/Bulk');
    expect({ status: get.status, allow: get.headers.allow }).toEqual({ status: 405, allow: 'POST' });
  });
});
