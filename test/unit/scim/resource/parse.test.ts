import { describe, expect, it } from '@jest/globals';
import {
  type Dialect,
  GroupType,
  type Json,
  type JsonObject,
  LENIENT,
  parseResource,
  type ResourceType,
  type ScimError,
  STRICT,
  type Tolerance,
  URN,
  UserType,
} from '../../../../src/scim/index.js';

const U = URN.user;
const ENT = URN.enterpriseUser;

function parse(body: unknown, dialect: Dialect = LENIENT, type: ResourceType = UserType) {
  const tolerances = new Set<Tolerance>();
  return { ...parseResource(body, type, dialect, tolerances), tolerances: [...tolerances] };
}

/** A user with `over` on top of what every user needs. */
const user = (over: JsonObject): JsonObject => ({ schemas: [U], userName: 'ada', ...over });
const read = (over: JsonObject, dialect?: Dialect) => parse(user(over), dialect);

function refusal(run: () => unknown): Pick<ScimError, 'status' | 'scimType' | 'message'> {
  try {
    run();
  } catch (error) {
    const { status, scimType, message } = error as ScimError;
    return { status, scimType, message };
  }
  throw new Error('nothing was refused');
}

describe('parseResource', () => {
  it('A02 A32 gives canonical names in canonical order, however they were written', () => {
    const { resource, tolerances } = parse({
      [ENT.toUpperCase()]: { MANAGER: { VALUE: 'm1' }, costcenter: '4130' },
      EMAILS: [{ TYPE: 'work', Value: 'ada@x.test' }],
      Active: true,
      Name: { familyname: 'Lovelace', GIVENNAME: 'Ada' },
      externalID: 'E1',
      USERNAME: 'Ada',
      SCHEMAS: [ENT.toLowerCase(), U.toUpperCase()],
    });
    expect(JSON.stringify(resource)).toBe(
      JSON.stringify({
        schemas: [U, ENT],
        externalId: 'E1',
        userName: 'Ada',
        name: { familyName: 'Lovelace', givenName: 'Ada' },
        active: true,
        emails: [{ value: 'ada@x.test', type: 'work' }],
        [ENT]: { costCenter: '4130', manager: { value: 'm1', $ref: '../Users/m1' } },
      }),
    );
    expect(tolerances).toEqual([]);
  });

  it('lets the last of two spellings of one name count', () => {
    expect(
      parse({ schemas: [U], userName: 'a', USERNAME: 'b', name: { givenName: 'x', GivenName: 'y' } }).resource,
    ).toEqual({
      schemas: [U],
      userName: 'b',
      name: { givenName: 'y' },
    });
  });

  it('A23 A27 A46 B13 ignores what is readOnly, in the strict dialect too', () => {
    const body = user({
      id: 'mine',
      meta: { created: '1999-01-01T00:00:00Z' },
      groups: [{ value: 'g' }],
    });
    for (const dialect of [LENIENT, STRICT]) {
      expect(parse(body, dialect)).toEqual({ resource: { schemas: [U], userName: 'ada' }, tolerances: [] });
    }
  });

  it('A38 keeps the password out of the resource', () => {
    expect(read({ password: 's3cret' })).toMatchObject({ resource: { userName: 'ada' }, password: 's3cret' });
    expect(read({ password: 's3cret' }).resource).not.toHaveProperty('password');
    expect(read({ password: null })).not.toHaveProperty('password');
  });

  it('never puts a password into an error', () => {
    expect(JSON.stringify(refusal(() => read({ password: ['s3cret'] })))).not.toContain('s3cret');
    expect(JSON.stringify(refusal(() => read({ password: 's3cret\0' })))).not.toContain('s3cret');
  });

  it.each<[string, JsonObject]>([
    ['null', { title: null, name: null, emails: null, active: null }],
    ['[]', { emails: [], roles: [] }],
    ['{}', { name: {} }],
    ['an object of nothing', { name: { givenName: null, familyName: '' } }],
    ['elements of nothing', { emails: [{}, null, { value: null }] }],
    ['an extension of nothing', { [ENT]: { department: null, manager: {} } }],
    ['a null extension', { [ENT]: null }],
  ])('A17 A18 takes %s for unassigned', (_, over) => {
    expect(read(over).resource).toEqual({ schemas: [U], userName: 'ada' });
  });

  it('takes the empty string for unassigned, and says so', () => {
    expect(read({ title: '', name: { middleName: '', givenName: 'A' } })).toEqual({
      resource: { schemas: [U], userName: 'ada', name: { givenName: 'A' } },
      tolerances: ['empty-string-as-unassigned'],
    });
  });

  it('takes long texts where nothing has to be unique', () => {
    expect(read({ title: 'a'.repeat(100_000), externalId: 'b'.repeat(512) }).resource.title).toHaveLength(100_000);
  });

  it('keeps false: it is a value', () => {
    expect(read({ active: false, emails: [{ value: 'a', primary: false }] }).resource).toMatchObject({
      active: false,
      emails: [{ value: 'a', primary: false }],
    });
  });

  it('keeps the RFC 7643 §8.2 example as it was sent', () => {
    const sent = {
      externalId: '701984',
      userName: 'bjensen@example.com',
      name: {
        formatted: 'Ms. Barbara J Jensen, III',
        familyName: 'Jensen',
        givenName: 'Barbara',
        honorificPrefix: 'Ms.',
      },
      profileUrl: 'https://login.example.com/bjensen',
      emails: [
        { value: 'bjensen@example.com', type: 'work', primary: true },
        { value: 'babs@jensen.org', type: 'home' },
      ],
      ims: [{ value: 'someaimhandle', type: 'aim' }],
      photos: [{ value: 'https://photos.example.com/profilephoto/72930000000Ccne/F', type: 'photo' }],
      addresses: [
        {
          formatted: '100 Universal City Plaza\nHollywood, CA 91608 USA',
          streetAddress: '100 Universal City Plaza',
          type: 'work',
          primary: true,
        },
      ],
      roles: [{ value: 'Student' }],
      x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVM=' }],
    };
    expect(parse({ schemas: [U], ...sent }, STRICT).resource).toEqual({ schemas: [U], ...sent });
  });

  it('CWE-1321 treats __proto__ and constructor as the unknown names they are', () => {
    const body: unknown = JSON.parse(
      `{"schemas":["${U}"],"userName":"ada","__proto__":{"active":false},"constructor":{"prototype":{"polluted":"yes"}},` +
        `"name":{"__proto__":{"polluted":"yes"},"givenName":"g"},"${ENT}":{"__proto__":{"polluted":"yes"}}}`,
    );
    const { resource, tolerances } = parse(body);
    expect(JSON.stringify(resource)).toBe(`{"schemas":["${U}"],"userName":"ada","name":{"givenName":"g"}}`);
    expect(tolerances).toContain('unknown-attribute');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(resource)).toBe(Object.prototype);
  });

  it.each<[string, JsonObject, string]>([
    ['a number that JSON has rounded for a string', { title: 1e21 }, 'title'],
    ['a boolean for a unique name', { userName: true }, 'userName'],
    ['an object for a string', { userName: { a: 1 } }, 'userName'],
    ['an array for a string', { userName: ['a', 'b'] }, 'userName'],
    ['a one-element array for a string', { userName: ['a'] }, 'userName'],
    ['a string for a complex attribute', { name: 'Ada' }, 'name'],
    ['an array of strings for a complex attribute', { name: ['x'] }, 'name'],
    ['a bare string for a list of addresses', { addresses: 'Bonn' }, 'addresses'],
    ['booleans in a list of objects', { emails: [true] }, 'emails'],
    ['strings in a list of addresses', { addresses: ['Bonn'] }, 'addresses'],
    ['an array in a list of objects', { emails: [[{ value: 'a' }]] }, 'emails'],
    ['a number for a boolean', { active: 17 }, 'active'],
    ['a word that is no boolean', { active: 'maybe' }, 'active'],
    ['an object for a boolean', { active: {} }, 'active'],
    ['an array for a boolean', { active: [true, false] }, 'active'],
    ['what is no base64', { x509Certificates: [{ value: 'not base64!' }] }, 'x509Certificates.value'],
    ['NUL in a string', { displayName: 'a\0b' }, 'displayName'],
    ['NUL in a sub-attribute', { name: { familyName: '\0' } }, 'name.familyName'],
    ['NUL in an element', { emails: [{ value: 'a\0@x.test' }] }, 'emails.value'],
    ['half of a surrogate pair', { displayName: 'a\ud83d' }, 'displayName'],
    ['NUL in the external id', { externalId: '\0' }, 'externalId'],
    ['a string for an extension', { [ENT]: 'x' }, ENT],
    ['an object in an extension', { [ENT]: { department: {} } }, `${ENT}:department`],
    ['two managers', { [ENT]: { manager: [{ value: 'a' }, { value: 'b' }] } }, `${ENT}:manager`],
    ['a boolean for a manager', { [ENT]: { manager: true } }, `${ENT}:manager`],
    ['a user name that no index could hold', { userName: 'a'.repeat(513) }, 'userName'],
    ['a user name whose key no index could hold', { userName: '\ufdfa'.repeat(100) }, 'userName'],
    ['an external id that no index could hold', { externalId: 'a'.repeat(513) }, 'externalId'],
    ['no user name', { userName: null }, 'userName'],
    ['an empty user name', { userName: '' }, 'userName'],
    ['a user name of white space', { userName: ' \t' }, 'userName'],
  ])('A34 refuses %s and names the attribute', (_, over, path) => {
    const { status, scimType, message } = refusal(() => read(over));
    expect([status, scimType, message.split(' ').includes(path) || message.includes(`${path} `)]).toEqual([
      400,
      'invalidValue',
      true,
    ]);
  });

  it.each([[[]], ['x'], [1], [null], [true], [[{ userName: 'a' }]], [undefined]])('refuses %j as a body', (body) => {
    expect(refusal(() => parse(body))).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
  });
});

describe('what a lenient dialect bends, and a strict one refuses', () => {
  it.each<[Tolerance, string, JsonObject, JsonObject, 'invalidValue' | 'invalidSyntax']>([
    ['boolean-as-string', 'capitalised True', { active: 'True' }, { active: true }, 'invalidValue'],
    ['boolean-as-string', 'lower-case false', { active: 'false' }, { active: false }, 'invalidValue'],
    [
      'boolean-as-string',
      'a primary as a string',
      { emails: [{ value: 'a', primary: 'True' }] },
      { emails: [{ value: 'a', primary: true }] },
      'invalidValue',
    ],
    [
      'singleton-for-array',
      'one object where a list belongs',
      { emails: { value: 'a', type: 'work' } },
      { emails: [{ value: 'a', type: 'work' }] },
      'invalidValue',
    ],
    [
      'array-for-singleton',
      'a list of one name',
      { name: [{ givenName: 'A' }] },
      { name: { givenName: 'A' } },
      'invalidValue',
    ],
    [
      'primary-repeated',
      'two primaries',
      {
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      {
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: false },
        ],
      },
      'invalidValue',
    ],
    ['unknown-attribute', 'an unknown attribute', { favouriteColour: 'teal' }, {}, 'invalidSyntax'],
    [
      'unknown-attribute',
      'an unknown sub-attribute',
      { name: { givenName: 'A', x: 1 } },
      { name: { givenName: 'A' } },
      'invalidSyntax',
    ],
    [
      'unknown-attribute',
      'the object of an unknown schema',
      { 'urn:example:ext:1.0:User': { x: 1 } },
      {},
      'invalidSyntax',
    ],
    ['unknown-schema', 'an unknown URN in schemas', { schemas: [U, 'urn:example:ext:1.0:User'] }, {}, 'invalidSyntax'],
    ['singleton-for-array', 'schemas as a string', { schemas: U }, {}, 'invalidSyntax'],
    ['schemas-missing', 'empty schemas', { schemas: [] }, {}, 'invalidSyntax'],
    ['schemas-missing', 'null schemas', { schemas: null }, {}, 'invalidSyntax'],
    [
      'extension-not-declared',
      'an extension that schemas does not name',
      { [ENT]: { department: 'D' } },
      { schemas: [U, ENT], [ENT]: { department: 'D' } },
      'invalidSyntax',
    ],
  ])('%s: %s', (tolerance, _, over, expected, scimType) => {
    expect(read(over)).toEqual({
      resource: { schemas: [U], userName: 'ada', ...expected },
      tolerances: [tolerance],
    });
    expect(refusal(() => read(over, STRICT))).toMatchObject({ status: 400, scimType });
  });

  it('takes a body without schemas for what the endpoint holds', () => {
    expect(parse({ userName: 'ada', [ENT]: { department: 'D' } })).toEqual({
      resource: { schemas: [U, ENT], userName: 'ada', [ENT]: { department: 'D' } },
      tolerances: ['schemas-missing'],
    });
  });

  it.each<[string, Json]>([
    ['another type', [URN.group]],
    ['an extension alone', [ENT]],
    ['no strings', [5]],
    ['a number', 5],
    ['an object', {}],
  ])('A31 refuses schemas that name %s', (_, schemas) => {
    for (const dialect of [LENIENT, STRICT]) {
      expect(refusal(() => read({ schemas }, dialect))).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
    }
  });

  it('drops an extension from schemas when it holds nothing', () => {
    expect(read({ schemas: [U, ENT] }).resource.schemas).toEqual([U]);
  });
});

describe('the manager', () => {
  const manager = { value: 'm 1/é', $ref: '../Users/m%201%2F%C3%A9' };

  it.each<[string, Json, readonly Tolerance[]]>([
    ['an object', { value: 'm 1/é' }, []],
    [
      'an object with a $ref and a name of its own',
      { value: 'm 1/é', $ref: 'http://evil.test', displayName: 'Boss' },
      [],
    ],
    ['a string', 'm 1/é', ['string-for-complex']],
    ['a list of one', [{ $ref: 'http://x.test/Users/1', value: 'm 1/é' }], ['array-for-singleton']],
  ])('A51 is one thing, sent as %s', (_, sent, tolerances) => {
    expect(read({ schemas: [U, ENT], [ENT]: { manager: sent } })).toEqual({
      resource: { schemas: [U, ENT], userName: 'ada', [ENT]: { manager } },
      tolerances,
    });
  });

  it.each<[Json]>([[''], [null], [{}], [[]], [{ value: '' }], [{ displayName: 'Boss' }]])(
    'is unassigned by %j',
    (sent) => {
      expect(read({ schemas: [U, ENT], [ENT]: { manager: sent } }).resource).not.toHaveProperty([ENT]);
    },
  );
});

describe('multi-valued attributes', () => {
  it('A16 keep an equal (type, value) pair once', () => {
    const { resource } = read({
      roles: [
        { value: 'Admin' },
        { value: 'Admin' },
        { value: 'Admin', type: 'x' },
        { value: 'admin' },
        { value: 'Admin', display: 'again' },
      ],
    });
    expect(resource.roles).toEqual([
      { value: 'Admin', display: 'again' },
      { value: 'Admin', type: 'x' },
    ]);
  });

  it('keep addresses that look alike: they have no value to tell them by', () => {
    const addresses = [
      { type: 'work', locality: 'A' },
      { type: 'work', locality: 'B' },
    ];
    expect(read({ addresses }).resource.addresses).toEqual(addresses);
  });

  it('read a role that Entra packed into a string', () => {
    const value = '{"id":"06b0","value":"Admin","displayName":"Administrator"}';
    expect(read({ roles: [{ primary: true, value }] })).toMatchObject({
      resource: { roles: [{ value: 'Admin', display: 'Administrator', primary: true }] },
      tolerances: ['json-in-string'],
    });
    expect(refusal(() => read({ roles: [{ value }] }, STRICT)).scimType).toBe('invalidValue');
  });

  it.each(['{', '{"x":1}', '{"value":5}', '{"__proto__":{"value":"x"}}'])(
    'leave a role as it is when it only begins like JSON: %s',
    (value) => {
      expect(read({ roles: [{ value }] })).toMatchObject({ resource: { roles: [{ value }] }, tolerances: [] });
    },
  );

  it('check what was in the packed string, too', () => {
    expect(refusal(() => read({ roles: [{ value: '{"value":"a\\u0000"}' }] })).scimType).toBe('invalidValue');
  });
});

describe('groups', () => {
  const group = (over: JsonObject) =>
    parse({ schemas: [URN.group], displayName: 'Staff', ...over }, LENIENT, GroupType);

  it('keep their members in the order they came', () => {
    expect(
      group({ members: [{ $ref: null, value: 'b', display: 'B' }, { value: 'a', type: 'User' }, { value: 'b' }] })
        .resource,
    ).toEqual({
      schemas: [URN.group],
      displayName: 'Staff',
      members: [{ value: 'b' }, { value: 'a', type: 'User' }],
    });
  });

  it.each<[Json]>([[{ display: 'x' }], [{}], [{ value: {} }], [true]])('refuse the member %j', (member) => {
    expect(refusal(() => group({ members: [member] }))).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });

  it.each<[Json]>([[''], [null], [' ']])('A49 refuse the name %j', (displayName) => {
    expect(refusal(() => group({ displayName }))).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });
});
