import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { URN } from '../../../src/scim/index.js';
import { type Answer, type Body, type Method, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { person, refusal } from './people.js';

let app: TestApp;
let client: ScimClient;
let id: string;
let stored: unknown;
beforeAll(async () => {
  app = await startTestApp();
  client = await app.connection();
  ({ id } = await client.create(person('kim', { title: 'Pilot', emails: [{ value: 'kim@work.test', type: 'work' }] })));
  stored = await everything();
});
afterAll(() => app.close());

/** What the tenant has; two of them are equal when nothing happened in between. */
function everything(): Promise<unknown> {
  return Promise.all(
    ['members', 'member_keys', 'events', 'outbox'].map((table) =>
      app.rows(`select t::text as row from ${table} t where tenant_id = $1 order by 1`, [client.tenant.id]),
    ),
  );
}

const user = (more: string) => `{"schemas":["${URN.user}"],"userName":"lee@example.com",${more}}`;
const patch = (...operations: object[]) => ({ schemas: [URN.patchOp], Operations: operations });
const NUL = '\u0000';
const HALF = '\ud800';

type Case = readonly [name: string, method: Method, path: string, body: Body, status: number, scimType?: string];

const bodies: readonly (readonly [string, Body, number, string?])[] = [
  ['JSON that breaks off', '{"schemas":["', 400, 'invalidSyntax'],
  ['JSON with a comma too many', user('"title":"x",'), 400, 'invalidSyntax'],
  ['a list', '[]', 400, 'invalidSyntax'],
  ['nothing', '', 400, 'invalidSyntax'],
  ['JSON 40 levels deep', user(`"x":${'['.repeat(40)}${']'.repeat(40)}`), 400, 'invalidSyntax'],
  ['JSON 100 000 levels deep', user(`"x":${'['.repeat(1e5)}${']'.repeat(1e5)}`), 400, 'invalidSyntax'],
  ['bytes that are no UTF-8', Buffer.from(user('"title":"\xff"'), 'latin1'), 400, 'invalidSyntax'],
  ['6 MiB', user(`"title":"${'x'.repeat(6 * 1024 * 1024)}"`), 413],
];

const values: readonly (readonly [string, object, string])[] = [
  ['NUL in userName', { userName: `a${NUL}b` }, 'invalidValue'],
  ['NUL in an inner value', { name: { givenName: NUL } }, 'invalidValue'],
  ['NUL in an externalId', { externalId: `x${NUL}` }, 'invalidValue'],
  ['half a surrogate pair', { displayName: HALF }, 'invalidValue'],
  ['half a surrogate pair in an e-mail address', { emails: [{ value: `a${HALF}@x.test` }] }, 'invalidValue'],
  ['a boolean for a unique text', { userName: true }, 'invalidValue'],
  ['an object for a text', { displayName: { toString: 'x' } }, 'invalidValue'],
  ['a list for a text', { title: ['x'] }, 'invalidValue'],
  ['a text for a list of addresses', { addresses: 'Bonn' }, 'invalidValue'],
  ['a word for a boolean', { active: 'perhaps' }, 'invalidValue'],
  ['a userName of spaces', { userName: '   ' }, 'invalidValue'],
  ['an endless userName', { userName: 'x'.repeat(100_000) }, 'invalidValue'],
  ['an endless externalId', { externalId: '\u{1D4B3}'.repeat(2000) }, 'invalidValue'],
  ['schemas that are no list of texts', { schemas: [{}] }, 'invalidSyntax'],
  ['schemas of something else', { schemas: [URN.group] }, 'invalidSyntax'],
];

const operations: readonly (readonly [string, object, string])[] = [
  ['a path through the prototype', { op: 'add', path: '__proto__.polluted', value: 'x' }, 'invalidPath'],
  ['a path through the constructor', { op: 'add', path: 'constructor.prototype.polluted', value: 'x' }, 'invalidPath'],
  ['a path into the name', { op: 'replace', path: 'name.__proto__', value: { polluted: 1 } }, 'invalidPath'],
  ['a path that breaks off', { op: 'replace', path: 'emails[type eq "wo', value: 'x' }, 'invalidPath'],
  ['a path with SQL', { op: 'replace', path: `title'; drop table members; --`, value: 'x' }, 'invalidPath'],
  ['a path of brackets', { op: 'remove', path: '['.repeat(5000) }, 'invalidPath'],
  ['a path that is a number', { op: 'remove', path: 7 }, 'invalidPath'],
  ['an unknown op', { op: 'constructor', path: 'title', value: 'x' }, 'invalidSyntax'],
  ['no op', { path: 'title', value: 'x' }, 'invalidSyntax'],
  ['no value', { op: 'add', path: 'title' }, 'invalidValue'],
  ['NUL', { op: 'replace', path: 'title', value: NUL }, 'invalidValue'],
  ['half a surrogate pair', { op: 'add', path: 'emails', value: [{ value: HALF }] }, 'invalidValue'],
  ['taking the userName away', { op: 'remove', path: 'userName' }, 'mutability'],
  ['writing what is read-only', { op: 'replace', path: 'groups', value: [] }, 'mutability'],
];

const cases: readonly Case[] = [
  ...bodies.flatMap(([name, body, status, scimType]): Case[] => [
    [name, 'POST', '/Users', body, status, scimType],
    [name, 'PUT', '/Users/:id', body, status, scimType],
    [name, 'PATCH', '/Users/:id', body, status, scimType],
    [name, 'POST', '/Users/.search', body, status, scimType],
  ]),
  ...values.flatMap(([name, more, scimType]): Case[] => [
    [name, 'POST', '/Users', person('lee', more), 400, scimType],
    [name, 'PUT', '/Users/:id', person('lee', more), 400, scimType],
  ]),
  ...operations.map(([name, op, scimType]): Case => [name, 'PATCH', '/Users/:id', patch(op), 400, scimType]),
  [
    'a good operation before a bad one',
    'PATCH',
    '/Users/:id',
    patch({ op: 'replace', path: 'title', value: 'x' }, { op: 'replace', path: 'nope', value: 'x' }),
    400,
    'invalidPath',
  ],
  ['no operations', 'PATCH', '/Users/:id', patch(), 400, 'invalidValue'],
  [
    '1 001 operations',
    'PATCH',
    '/Users/:id',
    patch(...Array(1001).fill({ op: 'remove', path: 'title' })),
    400,
    'invalidValue',
  ],
  [
    'operations that are no list',
    'PATCH',
    '/Users/:id',
    { schemas: [URN.patchOp], Operations: {} },
    400,
    'invalidSyntax',
  ],
  ['a User for a PATCH', 'PATCH', '/Users/:id', person('lee'), 400, 'invalidSyntax'],
];

async function nothingHappened(answer: Answer): Promise<void> {
  expect(answer.text).not.toMatch(/ at \S+ \(|node_modules|\.(js|ts):\d|select |insert |violates|typeorm|fastify/i);
  expect(await everything()).toEqual(stored);
}

describe('A request that cannot be right changes nothing and is told so in the words of SCIM', () => {
  it.each(cases)('%s in a %s of %s', async (_name, method, path, body, status, scimType) => {
    const answer = await client.call(method, path.replace(':id', id), body);
    expect(answer).toMatchObject(refusal(status, scimType));
    await nothingHappened(answer);
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a body of type %s',
    async (type) => {
      for (const [method, path] of [
        ['POST', '/Users'],
        ['PUT', `/Users/${id}`],
        ['PATCH', `/Users/${id}`],
      ] as const) {
        const answer = await client.call(method, path, JSON.stringify(person('lee')), { 'content-type': type });
        expect(answer).toMatchObject(refusal(415));
        await nothingHappened(answer);
      }
    },
  );
});

describe('A filter that cannot be right', () => {
  const wrong: [string, string][] = [
    ['a text that does not end', 'userName eq "kim'],
    ['no value', 'userName eq'],
    ['no operator', 'userName'],
    ['an unknown attribute', 'shoeSize eq 44'],
    ['an unknown operator', 'userName is "kim"'],
    ['a bracket too many', 'userName pr)'],
    ['5 000 brackets', `${'('.repeat(5000)}userName pr${')'.repeat(5000)}`],
    ['500 times not', `${'not ('.repeat(500)}userName pr${')'.repeat(500)}`],
    ['40 levels', `${'('.repeat(40)}userName pr${')'.repeat(40)}`],
    ['300 terms', Array(300).fill('active pr').join(' or ')],
    ['more than 4 096 characters', `userName eq "${'a'.repeat(5000)}"`],
    ['NUL as it is', `userName eq "a${NUL}b`],
    ['NUL as an escape', 'userName eq "\\u0000"'],
    ['half a surrogate pair as an escape', 'externalId eq "\\ud800"'],
    ['a quote that would end a literal', `userName eq 'kim' or 1=1`],
    ['a statement behind it', `userName eq "kim"; drop table members; --`],
    ['an attribute that is SQL', `m.user_name) or (1 eq 1`],
    ['the prototype', '__proto__ pr'],
    ['the constructor', 'constructor.name eq "Object"'],
    ['the password', 'password eq "x"'],
    ['an order of booleans', 'active gt true'],
    ['a date that is none', 'meta.created gt "yesterday"'],
    ['a sub-attribute that is none', 'name.shoe eq "x"'],
  ];
  it.each(wrong)('%s is 400 invalidFilter, in a GET and in .search', async (_what, filter) => {
    expect(await client.find(filter)).toMatchObject(refusal(400, 'invalidFilter'));
    const search = await client.post('/Users/.search', { schemas: [URN.searchRequest], filter });
    expect(search).toMatchObject(refusal(400, 'invalidFilter'));
    await nothingHappened(search);
  });

  it('half a surrogate pair as it is, which only a body can hold', async () => {
    const search = { schemas: [URN.searchRequest], filter: `title eq "${HALF}"` };
    expect(await client.post('/Users/.search', search)).toMatchObject(refusal(400, 'invalidFilter'));
  });
});

describe('A filter that only looks dangerous finds what it says', () => {
  it.each([
    `userName eq "kim' or '1'='1"`,
    `userName eq "$1"`,
    `displayName co "%"`,
    `displayName sw "_im"`,
    'displayName eq "\\\\"',
    'emails[value eq "x\' or true --"]',
    'id eq "not-an-id"',
    `id eq "' or 1=1"`,
  ])('nobody: %j', async (filter) => {
    const search = await client.post('/Users/.search', { schemas: [URN.searchRequest], filter });
    expect(search).toMatchObject({ status: 200, json: { totalResults: 0, Resources: [] } });
    expect((await client.find(filter)).json).toEqual(search.json);
  });

  it.each(['userName eq "kim@example.com"', 'title eq "pilot" and not (displayName co "%")'])(
    'and as a control, somebody: %s',
    async (filter) => {
      expect((await client.find(filter)).json.totalResults).toBe(1);
    },
  );
});

describe('Ids that are none', () => {
  it.each(['x', "' or '1'='1", '1; drop table members', `${NUL}`, 'a'.repeat(5000), '../Groups', '😀', '%25'])(
    '%j is 404 for every method',
    async (text) => {
      const path = `/Users/${encodeURIComponent(text)}`;
      expect(await client.get(path)).toMatchObject(refusal(404));
      expect(await client.delete(path)).toMatchObject(refusal(404));
      expect(await client.put(path, person('lee'))).toMatchObject(refusal(404));
      const answer = await client.call('PATCH', path, patch({ op: 'remove', path: 'title' }));
      expect(answer).toMatchObject(refusal(404));
      await nothingHappened(answer);
    },
  );

  it('in capital letters an id is the same id, because it is a UUID', async () => {
    expect((await client.get(`/Users/${id.toUpperCase()}`)).json.id).toBe(id);
  });
});

describe('Names of the prototype are ordinary unknown names', () => {
  it.each([
    '"__proto__":{"polluted":1,"active":false}',
    '"constructor":{"prototype":{"polluted":1}}',
    '"name":{"__proto__":{"polluted":1}}',
  ])('%s', async (member) => {
    const other = await app.connection();
    const answer = await other.post('/Users', user(member));
    expect(answer).toMatchObject({ status: 201, json: { active: true } });
    expect(answer.text).not.toContain('polluted');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const strict = await app.connection('strict');
    expect(await strict.post('/Users', user(member))).toMatchObject(refusal(400, 'invalidSyntax'));
  });
});

it('And as a control, a good request is seen by what the tests above compare', async () => {
  await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Captain' }]);
  expect(await everything()).not.toEqual(stored);
});
