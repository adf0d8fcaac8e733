import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { URN } from '../../../src/scim/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { memberEvents, person, refusal } from './people.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('PUT without `active` (decision “Incomplete PUT”)', () => {
  it.each([true, false])('keeps %s', async (active) => {
    const client = await app.connection();
    const { id } = await client.create(person('kim', { active, title: 'Pilot' }));
    const { json } = await client.put(`/Users/${id}`, person('kim'));
    expect(json.active).toBe(active);
    expect(json).not.toHaveProperty('title');
  });

  it('and null says no more than nothing', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim', { active: false }));
    expect((await client.put(`/Users/${id}`, person('kim', { active: null }))).json.active).toBe(false);
  });
});

describe('A PATCH whose filter selects nothing (decision “PATCH filter without a match”)', () => {
  const work = 'phoneNumbers[type eq "work"]';
  const patchOf = async (idp: Parameters<TestApp['connection']>[0], operations: readonly object[]) => {
    const client = await app.connection(idp);
    const { id } = await client.create(person('kim', { phoneNumbers: [{ type: 'home', value: '1' }] }));
    return client.patch(`/Users/${id}`, operations);
  };
  const home = { type: 'home', value: '1' };

  it('creates the element once for `add`', async () => {
    const answer = await patchOf('generic', [
      { op: 'add', path: `${work}.value`, value: '2' },
      { op: 'add', path: `${work}.display`, value: 'Desk' },
    ]);
    expect(answer.json.phoneNumbers).toEqual([home, { value: '2', display: 'Desk', type: 'work' }]);
  });

  it.each(['generic', 'okta', 'strict'] as const)('is 400 noTarget for `replace` with %s', async (idp) => {
    const answer = await patchOf(idp, [{ op: 'replace', path: `${work}.value`, value: '2' }]);
    expect(answer).toMatchObject(refusal(400, 'noTarget'));
  });

  it.each(['entra', 'jumpcloud', 'onelogin', 'rippling'] as const)(
    'creates one element for `replace` with %s',
    async (idp) => {
      const answer = await patchOf(idp, [
        { op: 'replace', path: `${work}.value`, value: '2' },
        { op: 'replace', path: `${work}.display`, value: 'Desk' },
      ]);
      expect(answer.json.phoneNumbers).toEqual([home, { value: '2', display: 'Desk', type: 'work' }]);
    },
  );

  it('is 400 noTarget for `add` with strict', async () => {
    const answer = await patchOf('strict', [{ op: 'add', path: `${work}.value`, value: '2' }]);
    expect(answer).toMatchObject(refusal(400, 'noTarget'));
  });
});

describe('What every profile but strict takes (decisions “Tolerated deviations”, “Unknown attributes”)', () => {
  const posts: [string, object, string, object][] = [
    ['a boolean as a string', { active: 'False' }, 'invalidValue', { active: false }],
    ['an object for a list', { emails: { value: 'k@x.test' } }, 'invalidValue', { emails: [{ value: 'k@x.test' }] }],
    ['an unknown attribute', { shoeSize: 44 }, 'invalidSyntax', {}],
    ['an unknown schema', { schemas: [URN.user, 'urn:example:x'] }, 'invalidSyntax', { schemas: [URN.user] }],
    ['no schemas', { schemas: undefined }, 'invalidSyntax', { schemas: [URN.user] }],
  ];
  it.each(posts)('%s in a POST', async (_what, more, scimType, expected) => {
    const lenient = await app.connection('generic');
    const answer = await lenient.post('/Users', person('kim', more));
    expect(answer).toMatchObject({ status: 201, json: expected });
    expect(answer.json).not.toHaveProperty('shoeSize');
    const strict = await app.connection('strict');
    expect(await strict.post('/Users', person('kim', more))).toMatchObject(refusal(400, scimType));
    expect(await memberEvents(strict.tenant)).toEqual([]);
  });

  const patches: [string, object, object][] = [
    ['a capitalised op', { op: 'Replace', path: 'title', value: 'Pilot' }, { title: 'Pilot' }],
    ['a boolean as a string', { op: 'replace', path: 'active', value: 'False' }, { active: false }],
    ['a dotted key', { op: 'replace', value: { 'name.givenName': 'Kim' } }, { name: { givenName: 'Kim' } }],
    [
      'a URN as a key',
      { op: 'replace', value: { [`${URN.enterpriseUser}:department`]: 'Air' } },
      { [URN.enterpriseUser]: { department: 'Air' } },
    ],
    [
      'remove with a value',
      { op: 'remove', path: 'emails', value: [{ value: 'a@x.test' }] },
      { emails: [{ value: 'b@x.test' }] },
    ],
    ['an unknown attribute', { op: 'add', value: { shoeSize: 44, title: 'Pilot' } }, { title: 'Pilot' }],
  ];
  it.each(patches)('%s in a PATCH', async (_what, operation, expected) => {
    const emails = [{ value: 'a@x.test' }, { value: 'b@x.test' }];
    const lenient = await app.connection('generic');
    const { id } = await lenient.create(person('kim', { emails }));
    expect(await lenient.patch(`/Users/${id}`, [operation])).toMatchObject({ status: 200, json: expected });
    const strict = await app.connection('strict');
    const { id: strictId, meta } = await strict.create(person('kim', { emails }));
    expect((await strict.patch(`/Users/${strictId}`, [operation])).status).toBe(400);
    expect((await strict.get(`/Users/${strictId}`)).json.meta).toEqual(meta);
  });

  it('is counted by IdP and deviation', async () => {
    const client = await app.connection('ping');
    await client.create(person('kim', { active: 'True', shoeSize: 44 }));
    const { text } = await app.call('GET', '/metrics');
    expect(text).toContain('scim_tolerances_total{idp="ping",tolerance="boolean-as-string"} 1');
    expect(text).toContain('scim_tolerances_total{idp="ping",tolerance="unknown-attribute"} 1');
    expect(text).not.toContain('idp="strict"');
  });
});

describe('userName that must be an e-mail address (decision “userName format”)', () => {
  it('is no rule by default', async () => {
    const client = await app.connection();
    expect((await client.post('/Users', person('kim', { userName: 'kim' }))).status).toBe(201);
  });

  it('is 400 invalidValue in POST, PUT and PATCH where the tenant says so', async () => {
    const client = await app.connection('generic', { userNameMustBeEmail: true });
    const { id } = await client.create(person('kim'));
    for (const userName of ['kim', 'kim@', '@x.test', 'k im@x.test', 'a@b@c']) {
      const wrong = refusal(400, 'invalidValue');
      expect(await client.post('/Users', person('lee', { userName }))).toMatchObject(wrong);
      expect(await client.put(`/Users/${id}`, person('kim', { userName }))).toMatchObject(wrong);
      expect(await client.patch(`/Users/${id}`, [{ op: 'replace', value: { userName } }])).toMatchObject(wrong);
    }
    expect(await memberEvents(client.tenant)).toHaveLength(1);
  });

  it('is asked of a new name only, so that nobody is out of reach who was there before the rule', async () => {
    const client = await app.connection();
    const { id } = await client.create(person('kim', { userName: 'kim' }));
    await app.rows(`update tenants set settings = '{"userNameMustBeEmail":true}' where id = $1`, [client.tenant.id]);
    app.clock.advance(1000);
    const off = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    expect(off).toMatchObject({ status: 200, json: { active: false } });
    expect((await client.put(`/Users/${id}`, person('kim', { userName: 'kim' }))).status).toBe(200);
    expect((await client.put(`/Users/${id}`, person('kim', { userName: 'kim2' }))).status).toBe(400);
  });
});

describe('scim-for-keycloak, which writes our id as externalId', () => {
  it.each([[{ externalId: 'kc-1' }], [{}]])('does not lose what was there (%j)', async (before) => {
    const client = await app.connection('keycloak');
    const { id } = await client.create(person('kim', before));
    const put = await client.put(`/Users/${id}`, person('kim', { externalId: id }));
    expect(put).toMatchObject({ status: 200, json: before });
    const patch = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'externalId', value: id }]);
    expect(patch.json.externalId).toBe((before as { externalId?: string }).externalId);
    expect(await memberEvents(client.tenant)).toHaveLength(1);
  });

  it('may still change it to something else, and other IdPs may write what they like', async () => {
    const keycloak = await app.connection('keycloak');
    const { id } = await keycloak.create(person('kim', { externalId: 'kc-1' }));
    expect((await keycloak.put(`/Users/${id}`, person('kim', { externalId: 'kc-2' }))).json.externalId).toBe('kc-2');
    const generic = await app.connection('generic');
    const other = await generic.create(person('kim'));
    const put = await generic.put(`/Users/${other.id}`, person('kim', { externalId: other.id }));
    expect(put.json.externalId).toBe(other.id);
  });
});
