import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IdpName } from '../../../src/domain/idp-profile.js';
import type { TenantSettings } from '../../../src/domain/tenant.js';
import { type JsonObject, URN } from '../../../src/scim/index.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { person, unlinkedMember } from '../users/people.js';
import { claimsOf, hasTest, statusesIn } from './document-claims.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Does what the sentence is about and gives the statuses that came; what else the sentence says is expected inside. */
type Replay = () => Promise<readonly number[]>;
/** A test elsewhere that does: its file below test/, and its name. */
type Elsewhere = readonly [file: string, name: string];

const group = (displayName: string, more: object = {}) => ({ schemas: [URN.group], displayName, ...more });
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);
const random = () => `x${Math.random().toString(36).slice(2)}`;
const connect = (idp: IdpName, settings?: Partial<TenantSettings>) => app.connection(idp, settings);

/** A client with one user. */
async function withUser(idp: IdpName, more: object = {}) {
  const client = await connect(idp);
  const user = await client.create(person(random(), { externalId: random(), ...more }));
  return { client, user, path: `/Users/${user.id}` };
}

/** A client with a group of one user. */
async function withGroup(idp: IdpName) {
  const { client, user } = await withUser(idp);
  const { json } = await client.post('/Groups', group(random(), { members: [{ value: user.id }] }));
  return { client, user, path: `/Groups/${String(json.id)}` };
}

async function refusals(
  client: ScimClient,
  scimTypes: Readonly<Record<string, () => Promise<Answer>>>,
): Promise<number[]> {
  const found: number[] = [];
  for (const [scimType, ask] of Object.entries(scimTypes)) {
    const { status, json } = await ask();
    expect(json).toMatchObject({ scimType });
    found.push(status);
  }
  expect(client.issued.token).not.toBe('');
  return found;
}

const setActive = (active: unknown, op = 'Replace') => ({ op, path: 'active', value: active });

/** Of somebody whom nobody manages, under each policy. */
async function underPolicies(ask: (client: ScimClient, id: string, name: string) => Promise<Answer>) {
  const found: Record<string, number> = {};
  for (const adoptionPolicy of ['link', 'conflict', 'review'] as const) {
    const client = await connect('generic', { adoptionPolicy });
    const { scimId } = await unlinkedMember(client.tenant, 'kim');
    found[adoptionPolicy] = (await ask(client, scimId, 'kim')).status;
  }
  return found;
}

/** A user of another connection of the tenant. */
async function foreign(idp: IdpName) {
  const { client, user } = await withUser('generic');
  const other = await client.tenant.connect(idp);
  return { other, user, path: `/Users/${user.id}` };
}

/** By the beginning of each sentence or row that names a status. */
const CLAIMS: Readonly<Record<string, Readonly<Record<string, Replay | Elsewhere>>>> = {
  'docs/scim.md': {
    '| `/Me`': async () => statuses([await (await connect('generic')).get('/Me')]),
    'Another method of a known path': async () => {
      const client = await connect('generic');
      const other = await client.call('PUT', '/Users', 'no JSON', { 'content-type': 'text/plain' });
      const options = await app.http.inject({
        method: 'OPTIONS',
        url: '/scim/v2/Users',
        headers: { authorization: `Bearer ${client.issued.token}` },
      });
      for (const { headers } of [other, options]) expect(headers.allow).toContain('POST');
      return [other.status, options.statusCode];
    },
    'Lists that look at more than 5 000 rows': [
      'db/persistence/shares.test.ts',
      'that take too long are refused as too expensive, ordinary ones as unavailable',
    ],
    'PATCH applies all operations or none': async () => {
      const { client, user, path } = await withGroup('generic');
      const title = [{ op: 'replace', path: 'title', value: 'Dr' }];
      const name = [{ op: 'replace', path: 'displayName', value: random() }];
      return statuses([
        await client.patch(`/Users/${user.id}`, title),
        await client.patch(path, name),
        await client.patch(`${path}?attributes=displayName`, name),
      ]);
    },
    'Answers with a resource, 200 and 201,': async () => {
      const client = await connect('generic');
      const created = await client.post('/Users', person(random()));
      const path = `/Users/${String(created.json.id)}`;
      const unchanged = await client.patch(path, [setActive(true)]);
      for (const { headers } of [created, unchanged]) expect(headers.location).toMatch(path);
      expect(unchanged.headers.etag).toBe(created.headers.etag);
      return statuses([created, unchanged]);
    },
    'Otherwise the answer is 400 `noTarget`': async () => {
      const { client, path } = await withUser('strict');
      const op = { op: 'replace', path: 'phoneNumbers[type eq "fax" and primary eq true].value', value: '555' };
      return refusals(client, { noTarget: () => client.patch(path, [op]) });
    },
    '| GET | `If-None-Match` with the tag of an equal answer': async () => {
      const { client, user, path } = await withGroup('generic');
      const { headers } = await client.get(path);
      const same = await client.get(path, { 'if-none-match': String(headers.etag) });
      await client.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'displayName', value: random() }]);
      expect((await client.get(path, { 'if-none-match': String(headers.etag) })).status).toBe(200);
      return statuses([same]);
    },
    '| GET without `groups` or `members`': async () => {
      const { client, user, path } = await withGroup('generic');
      const { headers } = await client.get(path);
      await client.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'displayName', value: random() }]);
      return statuses([
        await client.get(`${path}?excludedAttributes=members`, { 'if-none-match': String(headers.etag) }),
      ]);
    },
    '| GET of a group whose members are streamed': [
      'http/groups/large.test.ts',
      'is read with the tag of its version, and without its members is told to be the same',
    ],
    '| PUT, PATCH, DELETE | `If-Match` with a tag of another version': async () => {
      const { client, path, user } = await withUser('generic');
      const stale = { 'if-match': 'W/"9.abc"' };
      return statuses([
        await client.put(path, { ...person(String(user.userName)) }, stale),
        await client.patch(path, [setActive(false)], stale),
        await client.delete(path, stale),
      ]);
    },
    '| PUT, PATCH, DELETE | `If-None-Match: *`': async () => {
      const { client, path, user } = await withUser('generic');
      const any = { 'if-none-match': '*' };
      return statuses([
        await client.put(path, { ...person(String(user.userName)) }, any),
        await client.patch(path, [setActive(false)], any),
        await client.delete(path, any),
      ]);
    },
    'A value that is no user of the tenant': async () => {
      const client = await connect('generic');
      const { status, json } = await client.post('/Groups', group('A', { members: [{ value: 'nobody' }] }));
      expect(json).toMatchObject({ scimType: 'invalidValue', detail: expect.stringContaining('nobody') });
      return [status];
    },
    'Groups in groups are 400': async () => {
      const { client, path } = await withGroup('generic');
      const value = path.slice('/Groups/'.length);
      return statuses([await client.post('/Groups', group(random(), { members: [{ value, type: 'Group' }] }))]);
    },
    'An element of `members` without a value': async () => {
      const { client, path } = await withGroup('generic');
      const nobody = [{ display: 'kim' }];
      const change = (op: string, value: unknown) => () => client.patch(path, [{ op, path: 'members', value }]);
      const asks = [
        () => client.post('/Groups', group(random(), { members: nobody })),
        () => client.put(path, group(random(), { members: nobody })),
        ...['add', 'replace', 'remove'].map((op) => change(op, nobody)),
        change('remove', null),
      ];
      const found: number[] = [];
      for (const invalidValue of asks) found.push(...(await refusals(client, { invalidValue })));
      return found;
    },
    '`displayName` is unique per tenant': async () => {
      const client = await connect('generic');
      await client.post('/Groups', group('Sales'));
      return statuses([await client.post('/Groups', group('SALES'))]);
    },
    'A group of another connection is out of reach': async () => {
      const { client, path } = await withGroup('generic');
      return statuses([await (await client.tenant.connect('okta')).delete(path)]);
    },
    'Up to 1 000 operations and 1 MiB': [
      'http/bulk/bulk.test.ts',
      'is refused beyond maxOperations, and nothing is made',
    ],
    'Where the reference leads nowhere': async () => {
      const client = await connect('generic');
      const data = group('A', { members: [{ value: 'bulkId:nobody' }] });
      const body = { schemas: [URN.bulkRequest], Operations: [{ method: 'POST', path: '/Groups', bulkId: 'a', data }] };
      const [operation] = (await client.post('/Bulk', body)).json.Operations as readonly JsonObject[];
      return [Number(operation?.status)];
    },
    'Creations that refer to one another in a circle': [
      'http/bulk/circles.test.ts',
      'leave nothing behind when one of them fails, and name it',
    ],
    'A token that may read one type': [
      'http/bulk/search.test.ts',
      'is closed to who may read neither, and to other tenants',
    ],
    '| POST | nobody known': async () => statuses([await (await connect('generic')).post('/Users', person('kim'))]),
    '| POST | inactive member of this connection, same `externalId`': async () => {
      const { client, user, path } = await withUser('generic');
      await client.patch(path, [setActive(false)]);
      const again = await client.post('/Users', { ...person(random()), externalId: user.externalId });
      expect(again.json).toMatchObject({ id: user.id, active: true });
      return [again.status];
    },
    '| POST | inactive member of this connection, same `userName`': async () => {
      const found: number[] = [];
      for (const idp of ['generic', 'okta'] as const) {
        const { client, user, path } = await withUser(idp);
        await client.patch(path, [setActive(false)]);
        const again = await client.post('/Users', { schemas: [URN.user], userName: user.userName });
        if (again.status === 201) expect(again.json).toMatchObject({ id: user.id, externalId: user.externalId });
        found.push(again.status);
      }
      return found;
    },
    '| POST | the same, and both sides have a different `externalId`': async () => {
      const { client, user, path } = await withUser('okta');
      await client.patch(path, [setActive(false)]);
      const other = { schemas: [URN.user], userName: user.userName, externalId: random() };
      return refusals(client, { uniqueness: () => client.post('/Users', other) });
    },
    '| PUT, PATCH | inactive member, which the request reactivates': async () => {
      const { client, path } = await withUser('generic');
      await client.patch(path, [setActive(false)]);
      const change = [setActive(true), { op: 'replace', path: 'externalId', value: random() }];
      return refusals(client, { uniqueness: () => client.patch(path, change) });
    },
    '| POST | removed before': async () => {
      const { client, user, path } = await withUser('generic');
      await client.delete(path);
      const again = await client.post('/Users', person(random(), { externalId: user.externalId }));
      expect(again.json.id).not.toBe(user.id);
      return [again.status];
    },
    '| POST | member whom no connection manages': async () => {
      const found = await underPolicies((client, _, name) => client.post('/Users', person(name)));
      expect(found).toEqual({ link: 201, conflict: 409, review: 409 });
      return Object.values(found);
    },
    '| POST | active member, or one of another connection': async () => {
      const { other, user } = await foreign('okta');
      const answer = await other.post('/Users', { schemas: [URN.user], userName: user.userName });
      expect(answer.json.scimType).toBe('uniqueness');
      return [answer.status];
    },
    '| POST | member whom an admin linked': [
      'http/members/changes.test.ts',
      'a POST that changes nothing is 201 once as well',
    ],
    '| PUT, PATCH | member whom no connection manages': async () => {
      const found = await underPolicies((client, id) => client.put(`/Users/${id}`, person('kim')));
      expect(found).toEqual({ link: 200, conflict: 403, review: 403 });
      return [found.conflict ?? 0];
    },
    '| DELETE | member whom no connection manages': async () => {
      const found = await underPolicies((client, id) => client.delete(`/Users/${id}`));
      expect(found).toEqual({ link: 204, conflict: 403, review: 403 });
      return Object.values(found);
    },
    '| PUT, PATCH, DELETE | member of another connection': async () => {
      const { other, path } = await foreign('okta');
      return statuses([
        await other.put(path, person('kim')),
        await other.patch(path, [setActive(false)]),
        await other.delete(path),
      ]);
    },
    '| DELETE | | 204;': async () => {
      const { client, user, path } = await withUser('generic');
      const found = statuses([await client.delete(path), await client.get(path)]);
      expect((await client.post('/Users', { schemas: [URN.user], userName: user.userName })).status).toBe(201);
      return found;
    },
    '| 400 | `invalidSyntax`': async () => {
      const client = await connect('generic');
      return refusals(client, { invalidSyntax: () => client.post('/Users', '[]') });
    },
    '| 400 | `invalidValue`': async () => {
      const client = await connect('generic');
      return refusals(client, { invalidValue: () => client.get('/Users?count=many') });
    },
    '| 400 | `tooMany`': [
      'db/persistence/shares.test.ts',
      'that take too long are refused as too expensive, ordinary ones as unavailable',
    ],
    '| 400 | `invalidFilter`': async () => {
      const { client, path } = await withUser('generic');
      return refusals(client, {
        invalidFilter: () => client.find('title'),
        invalidPath: () => client.patch(path, [{ op: 'replace', path: 'shoeSize', value: 1 }]),
        noTarget: () => client.patch(path, [{ op: 'replace', path: 'emails[type eq "x"].value', value: 'a@x.test' }]),
        mutability: () => client.patch(path, [{ op: 'replace', path: 'id', value: '1' }]),
      });
    },
    '| 400 | `invalidCursor`': async () => {
      const client = await connect('generic');
      return refusals(client, {
        invalidCursor: () => client.get('/Users?cursor=x'),
        invalidCount: () => client.get('/Users?cursor=&count=x'),
      });
    },
    '| 401 |': async () => {
      const answer = await app.call('GET', '/scim/v2/Users', undefined, { token: 'wrong' });
      expect(answer.headers['www-authenticate']).toBeDefined();
      return [answer.status];
    },
    '| 403 |': async () => statuses([await app.call('GET', '/scim/v2/Schemas?filter=id%20pr')]),
    '| 404, 405, 406, 414, 415, 431 |': ['http/errors.test.ts', '$name is answered with a SCIM error: $status'],
    '| 409 |': async () => {
      const { client, user } = await withUser('generic');
      return refusals(client, {
        uniqueness: () => client.post('/Users', { schemas: [URN.user], userName: user.userName }),
      });
    },
    '| 412 |': async () => {
      const { client, path } = await withUser('generic');
      return statuses([await client.delete(path, { 'if-match': 'W/"7"' })]);
    },
    '| 413 |': ['http/errors.test.ts', '$name is answered with a SCIM error: $status'],
    '| 429 |': [
      'http/auth/guard.test.ts',
      'the 101st request of a connection at one moment is 429 with Retry-After, in the words of SCIM',
    ],
    '| 500 |': [
      'http/bulk/failures.test.ts',
      'has a 500 for the operation that fails on our side alone, with the reason in the log and not in the answer',
    ],
    '| 501 |': async () => statuses([await (await connect('generic')).get('/Me')]),
    '| 503 |': ['http/users/outage.test.ts', '%s is 503 in the words of SCIM, with Retry-After, and leaves no trace'],
    'Compressed request bodies are refused': async () => {
      const client = await connect('generic');
      return statuses([
        await client.call('POST', '/Users', JSON.stringify(person('kim')), { 'content-encoding': 'gzip' }),
      ]);
    },
  },
  'docs/idp/entra.md': {
    'Muster answers 200 with `totalResults: 0`': async () => {
      const answer = await (await connect('entra')).find(`userName eq "${random()}"`);
      expect(answer.json.totalResults).toBe(0);
      return [answer.status];
    },
    '| test connection |': async () => statuses([await (await connect('entra')).find(`userName eq "${random()}"`)]),
    '| assign |': async () => {
      const schemas = [URN.user, 'urn:ietf:params:scim:schemas:extension:custom:2.0:User'];
      return statuses([
        await (await connect('entra')).post('/Users', person('kim', { schemas, title: null, shoeSize: 42 })),
      ]);
    },
    '| change |': async () => {
      const { client, path } = await withUser('entra');
      const answer = await client.patch(path, [{ op: 'Replace', path: 'title', value: 'Dr' }]);
      expect(answer.json.title).toBe('Dr');
      return [answer.status];
    },
    '| disable, unassign, soft delete |': async () => {
      const { client, path } = await withUser('entra');
      const answer = await client.patch(path, [setActive('False')]);
      expect(answer.json.active).toBe(false);
      return [answer.status];
    },
    '| enable again |': async () => {
      const { client, user, path } = await withUser('entra');
      await client.patch(path, [setActive('False')]);
      const answer = await client.patch(path, [setActive('True')]);
      expect(answer.json).toMatchObject({ active: true, id: user.id });
      return [answer.status];
    },
    '| delete, or 30 days': async () => {
      const { client, path } = await withUser('entra');
      return statuses([await client.delete(path), await client.get(path)]);
    },
    '| create a group |': async () => {
      const schemas = [URN.group, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/Group'];
      return statuses([await (await connect('entra')).post('/Groups', { schemas, displayName: random() })]);
    },
    '| look at a group |': async () => {
      const { client, path } = await withGroup('entra');
      const answer = await client.get(`${path}?excludedAttributes=members`);
      expect(answer.json).not.toHaveProperty('members');
      return [answer.status];
    },
    '| members |': async () => {
      const { client, user, path } = await withGroup('entra');
      const value = [{ $ref: null, value: user.id }];
      return statuses([
        await client.patch(path, [{ op: 'Add', path: 'members', value }]),
        await client.patch(path, [{ op: 'Remove', path: 'members', value }]),
      ]);
    },
    '| create again later |': async () => {
      const { client, user, path } = await withUser('entra');
      await client.delete(path);
      const again = await client.post('/Users', person(random(), { externalId: user.externalId }));
      expect(again.json.id).not.toBe(user.id);
      return [again.status];
    },
    'A group whose member is not provisioned yet': async () => {
      const client = await connect('entra');
      const answer = await client.post('/Groups', group(random(), { members: [{ value: 'nobody' }] }));
      expect(answer.json).toMatchObject({ scimType: 'invalidValue', detail: expect.stringContaining('nobody') });
      return [answer.status];
    },
    'Muster answers it 200 with the unchanged user': async () => {
      const { client, user, path } = await withUser('entra');
      const answer = await client.patch(path, []);
      expect(answer.json).toEqual(user);
      return [answer.status];
    },
  },
  'docs/idp/okta.md': {
    '*Test API Credentials*': async () => {
      const client = await connect('okta');
      return statuses([
        await client.get('/Users?startIndex=1&count=2'),
        await client.get('/Groups?startIndex=1&count=100'),
      ]);
    },
    'A wrong token answers 401': async () =>
      statuses([await app.call('GET', '/scim/v2/Users', undefined, { token: 'wrong' })]),
    '| assign the app |': async () => {
      const answer = await (await connect('okta')).post('/Users', person('kim', { password: 'secret', groups: [] }));
      expect(answer.json).not.toHaveProperty('password');
      return [answer.status];
    },
    '| change the profile |': async () => {
      const { client, user, path } = await withUser('okta-custom');
      return statuses([await client.put(path, { ...user, id: 'another', title: 'Dr' })]);
    },
    '| unassign or deactivate |': async () => {
      const { client, user, path } = await withUser('okta');
      return statuses([
        await client.patch(path, [{ op: 'replace', value: { active: false } }]),
        await client.put(path, { ...user, active: false }),
      ]);
    },
    '| push a group |': async () => {
      const client = await connect('okta');
      const body = group(random(), { members: [] });
      return statuses([await client.post('/Groups', body), await client.post('/Groups', body)]);
    },
    '| unlink a group and delete it': async () => {
      const { client, user, path } = await withGroup('okta');
      const answer = await client.delete(path);
      expect((await client.get(`/Users/${user.id}`)).status).toBe(200);
      return [answer.status];
    },
    'A member whom no identity provider manages yet': async () => {
      const client = await connect('okta');
      const { scimId } = await unlinkedMember(client.tenant, 'kim');
      const answer = await client.post('/Users', person('kim'));
      expect(answer.json.id).toBe(scimId);
      return [answer.status];
    },
    "A member of another connection is out of Okta's reach": async () => {
      const { other, user, path } = await foreign('okta');
      return statuses([
        await other.post('/Users', { schemas: [URN.user], userName: user.userName }),
        await other.delete(path),
      ]);
    },
    'More than 50 requests a second': [
      'http/auth/guard.test.ts',
      'the 101st request of a connection at one moment is 429 with Retry-After, in the words of SCIM',
    ],
  },
};

const claims = Object.entries(CLAIMS).flatMap(([file, known]) =>
  claimsOf(file).map((text) => ({ file, text, beginning: Object.keys(known).filter((each) => text.startsWith(each)) })),
);

describe('What the documents say of answers', () => {
  it('is checked here, sentence by sentence, and nothing is checked that they do not say', () => {
    expect(claims.filter(({ beginning }) => beginning.length !== 1)).toEqual([]);
    for (const [file, known] of Object.entries(CLAIMS)) {
      const said = claims.filter((claim) => claim.file === file).flatMap(({ beginning }) => beginning);
      expect(Object.keys(known).filter((each) => !said.includes(each))).toEqual([]);
    }
  });

  it.each(claims)('$file: $text', async ({ file, text, beginning: [beginning = ''] }) => {
    const check = CLAIMS[file]?.[beginning];
    if (typeof check === 'function') {
      const observed = [...new Set(await check())].sort((a, b) => a - b);
      expect(observed).toEqual(statusesIn(text));
    } else {
      const [test, name] = check ?? ['', ''];
      expect({ test, name, isThere: hasTest(`test/${test}`, name) }).toEqual({ test, name, isThere: true });
    }
  });
});
