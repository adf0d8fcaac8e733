import { describe, expect, it } from '@jest/globals';
import { type Dialect, LENIENT, STRICT, type Tolerance } from '../../../../src/scim/dialect.js';
import type { JsonObject } from '../../../../src/scim/json.js';
import { SCIM_LIMITS } from '../../../../src/scim/limits.js';
import { applyPatch } from '../../../../src/scim/patch/apply.js';
import { parsePatch } from '../../../../src/scim/patch/parser.js';
import { parseResource } from '../../../../src/scim/resource/parse.js';
import { UserType } from '../../../../src/scim/schema/resource-types.js';
import { ScimError } from '../../../../src/scim/scim-error.js';
import { URN } from '../../../../src/scim/urns.js';

const ENT = URN.enterpriseUser;
const ENTRA: Dialect = { ...LENIENT, replaceCreates: true, bareWords: true };

function user(attributes: JsonObject = {}): JsonObject {
  return parseResource({ schemas: [URN.user], userName: 'u', ...attributes }, UserType, LENIENT, new Set()).resource;
}

function patched(
  resource: JsonObject,
  operations: unknown,
  dialect: Dialect = LENIENT,
  tolerances = new Set<Tolerance>(),
) {
  const body = { schemas: [URN.patchOp], Operations: operations };
  return applyPatch(resource, parsePatch(body, UserType, dialect, tolerances), UserType, dialect, tolerances);
}

const patch = (...args: Parameters<typeof patched>): JsonObject => patched(...args).resource;

function refusal(resource: JsonObject, operations: unknown, dialect?: Dialect): string {
  const before = JSON.stringify(resource);
  try {
    patch(resource, operations, dialect);
  } catch (error) {
    expect(JSON.stringify(resource)).toBe(before);
    if (error instanceof ScimError) return `${error.status} ${error.scimType}`;
    throw error;
  }
  throw new Error('accepted');
}

const WORK = { value: 'w@x.test', type: 'work', primary: true };
const HOME = { value: 'h@x.test', type: 'home' };
const two = () => user({ emails: [WORK, HOME], name: { givenName: 'A', familyName: 'B' }, title: 'T' });

describe('single values', () => {
  it.each<[string, object, JsonObject]>([
    ['replace', { op: 'replace', path: 'title', value: 'New' }, { title: 'New' }],
    ['replace of an unassigned one adds', { op: 'replace', path: 'nickName', value: 'n' }, { nickName: 'n' }],
    ['add replaces', { op: 'add', path: 'title', value: 'New' }, { title: 'New' }],
    ['add without a path', { op: 'add', value: { nickName: 'n', title: 'b' } }, { nickName: 'n', title: 'b' }],
    [
      'a sub-attribute',
      { op: 'add', path: 'name.givenName', value: 'G' },
      { name: { givenName: 'G', familyName: 'B' } },
    ],
    [
      'a complex value merges',
      { op: 'replace', path: 'name', value: { familyName: 'B2' } },
      { name: { givenName: 'A', familyName: 'B2' } },
    ],
    [
      'a complex value unassigns what is null in it',
      { op: 'replace', path: 'name', value: { FAMILYNAME: null } },
      { name: { givenName: 'A' } },
    ],
    ['an empty complex value says nothing', { op: 'replace', path: 'name', value: {} }, {}],
    ['the string "False" is a boolean', { op: 'Replace', path: 'active', value: 'False' }, { active: false }],
    [
      'an extension',
      { op: 'add', path: `${ENT}:department`, value: 'D' },
      { schemas: [URN.user, ENT], [ENT]: { department: 'D' } },
    ],
  ])('%s', (_name, operation, changes) => {
    expect(patch(two(), [operation])).toEqual({ ...two(), ...changes });
  });

  it.each([
    [{ op: 'remove', path: 'title' }, 'title'],
    [{ op: 'replace', path: 'title', value: null }, 'title'],
    [{ op: 'replace', path: 'title', value: '' }, 'title'],
    [{ op: 'replace', path: 'name', value: null }, 'name'],
    [{ op: 'remove', path: 'name' }, 'name'],
    [{ op: 'replace', path: 'emails', value: null }, 'emails'],
    [{ op: 'replace', path: 'emails', value: [] }, 'emails'],
    [{ op: 'remove', path: 'emails' }, 'emails'],
    [{ op: 'remove', path: 'emails[value pr]' }, 'emails'],
    [{ op: 'replace', value: { title: null } }, 'title'],
  ])('%j leaves the attribute unassigned', (operation, name) => {
    expect(two()).toHaveProperty(name);
    expect(patch(two(), [operation])).not.toHaveProperty(name);
  });

  it('removing the last sub-attribute unassigns the complex attribute, and the extension with it', () => {
    const resource = user({ name: { givenName: 'A' }, [ENT]: { department: 'D' } });
    const operations = [
      { op: 'remove', path: 'name.givenName' },
      { op: 'remove', path: `${ENT}:department` },
    ];
    expect(patch(resource, operations)).toEqual(user());
  });

  it('removing what is not there changes nothing', () => {
    const paths = [
      'nickName',
      'name.middleName',
      'phoneNumbers',
      'emails[type eq "other"]',
      'emails[type eq "other"].value',
      ENT,
    ];
    expect(
      patch(
        two(),
        paths.map((path) => ({ op: 'remove', path })),
      ),
    ).toEqual(two());
  });

  it('what is required stays', () => {
    expect(refusal(two(), [{ op: 'remove', path: 'userName' }])).toBe('400 mutability');
    expect(refusal(two(), [{ op: 'replace', path: 'userName', value: '' }])).toBe('400 invalidValue');
    expect(refusal(two(), [{ op: 'replace', value: { userName: null } }])).toBe('400 invalidValue');
  });

  it.each([
    ['name', 'string'],
    ['displayName', { a: 1 }],
    ['displayName', ['a', 'b']],
    ['active', 'maybe'],
    ['addresses', 'Bonn'],
    ['emails[type eq "work"]', true],
    ['emails[type eq "work"]', [HOME, WORK]],
    ['emails[type eq "work"].primary', 'perhaps'],
    ['emails[type eq "work"].value', { value: 'x' }],
    ['title', 'a\u0000b'],
  ])('%s refuses %j', (path, value) => {
    expect(refusal(two(), [{ op: 'replace', path, value }])).toBe('400 invalidValue');
  });

  it('the password comes apart from the resource', () => {
    expect(patched(two(), [{ op: 'replace', value: { password: 'N3w', title: 'X' } }])).toEqual({
      resource: { ...two(), title: 'X' },
      password: 'N3w',
    });
    expect(patched(two(), [{ op: 'remove', path: 'password' }])).toEqual({ resource: two() });
    expect(refusal(two(), [{ op: 'replace', path: 'password', value: '' }])).toBe('400 invalidValue');
  });
});

describe('the manager', () => {
  const managed = (value: string) => user({ [ENT]: { manager: { value } } });
  const path = `${ENT}:manager`;

  it.each([
    ['a string', '271'],
    ['an object', { value: '271' }],
    ['an object with what is readOnly', { value: '271', displayName: 'Boss', $ref: 'http://x/Users/1' }],
    ['a list of one', [{ $ref: 'http://x/Users/271', value: '271' }]],
  ])('is %s', (_name, value) => {
    for (const op of ['Add', 'Replace']) expect(patch(managed('1'), [{ op, path, value }])).toEqual(managed('271'));
  });

  it('is a sub-attribute', () => {
    expect(patch(user(), [{ op: 'replace', path: `${path}.value`, value: '271' }])).toEqual(managed('271'));
  });

  it.each([
    { op: 'Remove', path },
    { op: 'Remove', path, value: '' },
    { op: 'Replace', path, value: '' },
    { op: 'Replace', path, value: null },
    { op: 'Replace', path, value: [] },
    { op: 'Add', path, value: '' },
    { op: 'Replace', path, value: { value: '' } },
    { op: 'Remove', path: `${path}.value` },
    { op: 'Replace', value: { [ENT]: { manager: null } } },
    { op: 'remove', path: ENT },
  ])('is gone after %j', (operation) => {
    expect(patch(managed('271'), [operation])).toEqual(user());
  });
});

describe('elements', () => {
  const emails = (operations: unknown, dialect?: Dialect) => patch(two(), operations, dialect).emails;

  it('add appends', () => {
    const other = { value: 'o@x.test', type: 'other' };
    expect(emails([{ op: 'add', path: 'emails', value: [other] }])).toEqual([WORK, HOME, other]);
    expect(emails([{ op: 'add', path: 'emails', value: other }])).toEqual([WORK, HOME, other]);
    expect(emails([{ op: 'add', value: { emails: [other] } }])).toEqual([WORK, HOME, other]);
  });

  it('add of what is there changes nothing', () => {
    expect(patch(two(), [{ op: 'add', path: 'emails', value: [HOME] }])).toEqual(two());
    expect(patch(two(), [{ op: 'add', path: 'emails', value: [{ ...HOME }, WORK] }])).toEqual(two());
    expect(patch(two(), [{ op: 'add', path: 'emails', value: [] }])).toEqual(two());
    expect(patch(two(), [{ op: 'add', path: 'emails', value: null }])).toEqual(two());
    const address = { type: 'work', locality: 'Oslo' };
    const resource = user({ addresses: [address] });
    expect(
      patch(resource, [{ op: 'add', path: 'addresses', value: [{ ...address, primary: false }] }]).addresses,
    ).toHaveLength(1);
  });

  it('add of an element that is there keeps what else it says', () => {
    expect(emails([{ op: 'add', path: 'emails', value: { ...HOME, primary: true } }])).toEqual([
      { ...WORK, primary: false },
      { ...HOME, primary: true },
    ]);
  });

  it('a new primary takes it from the old one', () => {
    const fresh = { value: 'n@x.test', type: 'other', primary: true };
    expect(emails([{ op: 'add', path: 'emails', value: [fresh] }])).toEqual([{ ...WORK, primary: false }, HOME, fresh]);
    expect(emails([{ op: 'replace', path: 'emails[type eq "home"].primary', value: 'True' }])).toEqual([
      { ...WORK, primary: false },
      { ...HOME, primary: true },
    ]);
    expect(emails([{ op: 'replace', path: 'emails[value pr].primary', value: true }])).toEqual([
      WORK,
      { ...HOME, primary: false },
    ]);
  });

  it('replace puts the set given in place of all', () => {
    expect(emails([{ op: 'replace', path: 'emails', value: [HOME] }])).toEqual([HOME]);
    expect(emails([{ op: 'replace', path: 'emails', value: HOME }])).toEqual([HOME]);
  });

  it('a filter selects those that change', () => {
    const value = 'new@x.test';
    expect(emails([{ op: 'replace', path: 'emails[type eq "work"].value', value }])).toEqual([
      { ...WORK, value },
      HOME,
    ]);
    expect(emails([{ op: 'add', path: 'emails[TYPE eq "WORK"].VALUE', value }])).toEqual([{ ...WORK, value }, HOME]);
    expect(emails([{ op: 'replace', path: 'emails[primary eq "True"].value', value }])).toEqual([
      { ...WORK, value },
      HOME,
    ]);
    expect(emails([{ op: 'replace', path: 'emails.display', value: 'd' }])).toEqual([
      { ...WORK, display: 'd' },
      { ...HOME, display: 'd' },
    ]);
    expect(emails([{ op: 'remove', path: 'emails[type eq "home"]' }])).toEqual([WORK]);
    expect(emails([{ op: 'remove', path: 'emails[not (type eq "home")]' }])).toEqual([HOME]);
  });

  it('a selected element is replaced as a whole, and stays what the filter says of it', () => {
    const resource = user({
      addresses: [
        { type: 'work', country: 'US', locality: 'NYC' },
        { type: 'home', country: 'FR' },
      ],
    });
    const whole = (op: string, value: unknown) =>
      patch(resource, [{ op, path: 'addresses[type eq "work"]', value }]).addresses;
    const rest = { type: 'home', country: 'FR' };
    expect(whole('replace', { type: 'work', country: 'DE', region: 'NRW' })).toEqual([
      { type: 'work', country: 'DE', region: 'NRW' },
      rest,
    ]);
    expect(whole('replace', { country: 'DE' })).toEqual([{ type: 'work', country: 'DE' }, rest]);
    expect(whole('replace', [{ type: 'other' }])).toEqual([rest]);
    expect(whole('add', { region: 'NY' })).toEqual([
      { type: 'work', country: 'US', locality: 'NYC', region: 'NY' },
      rest,
    ]);
    expect(whole('replace', null)).toEqual([rest]);
    expect(whole('add', null)).toEqual(resource.addresses);
  });

  it('an element that loses its value is gone; one that says more than its type stays', () => {
    expect(emails([{ op: 'Remove', path: 'emails[type eq "work"].value' }])).toEqual([HOME]);
    expect(emails([{ op: 'Replace', path: 'emails[type eq "work"].value', value: '' }])).toEqual([HOME]);
    const resource = user({ addresses: [{ type: 'work', country: 'US', locality: 'NYC' }] });
    expect(patch(resource, [{ op: 'remove', path: 'addresses[type eq "work"].locality' }]).addresses).toEqual([
      { type: 'work', country: 'US' },
    ]);
  });

  it('a remove with a list takes away only these', () => {
    expect(emails([{ op: 'remove', path: 'emails', value: [{ value: 'H@X.test' }] }])).toEqual([WORK]);
    expect(emails([{ op: 'remove', path: 'emails', value: { emails: [{ $ref: null, value: 'h@x.test' }] } }])).toEqual([
      WORK,
    ]);
    expect(emails([{ op: 'remove', path: 'emails', value: [{ value: 'h@x.test', type: 'work' }] }])).toEqual([
      WORK,
      HOME,
    ]);
    expect(emails([{ op: 'remove', path: 'emails', value: [{ type: 'home' }] }])).toEqual([WORK]);
    expect(emails([{ op: 'remove', path: 'emails', value: [{ unknown: 1 }] }])).toEqual([WORK, HOME]);
    expect(emails([{ op: 'remove', path: 'emails', value: [] }])).toEqual([WORK, HOME]);
    expect(refusal(two(), [{ op: 'remove', path: 'emails', value: [HOME] }], STRICT)).toBe('400 invalidValue');
  });
});

describe('a filter that selects nothing', () => {
  const path = 'phoneNumbers[type eq "mobile"].value';
  const value = '+1 555 0100';

  it('makes the element for add, and for replace where the dialect says so', () => {
    const created = { ...two(), phoneNumbers: [{ type: 'mobile', value }] };
    expect(patch(two(), [{ op: 'add', path, value }])).toEqual(
      parseResource(created, UserType, LENIENT, new Set()).resource,
    );
    const tolerances = new Set<Tolerance>();
    expect(patch(two(), [{ op: 'Replace', path, value }], ENTRA, tolerances).phoneNumbers).toEqual(
      created.phoneNumbers,
    );
    expect(tolerances).toContain('replace-created-element');
  });

  it('is noTarget otherwise', () => {
    expect(refusal(two(), [{ op: 'replace', path, value }])).toBe('400 noTarget');
    expect(refusal(two(), [{ op: 'add', path, value }], STRICT)).toBe('400 noTarget');
    const vague = [
      'type co "mob"',
      'type eq "a" or type eq "b"',
      'not (type eq "work")',
      'type eq "a" and type eq "b"',
      'display pr',
    ];
    for (const filter of vague) {
      const operation = { op: 'Replace', path: `phoneNumbers[${filter}].value`, value };
      expect(refusal(two(), [operation], ENTRA)).toBe('400 noTarget');
      expect(refusal(two(), [{ ...operation, op: 'add' }], ENTRA)).toBe('400 noTarget');
    }
  });

  it('makes one element for several operations, and leaves the others alone', () => {
    const operations = [
      { op: 'Add', path: 'addresses[type eq "work"].country', value: 'NO' },
      { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Oslo' },
      { op: 'Replace', path: 'addresses[type eq "work" and region eq "R"].postalCode', value: '1' },
    ];
    const resource = user({ addresses: [{ type: 'home', country: 'FR' }] });
    expect(patch(resource, operations, ENTRA).addresses).toEqual([
      { type: 'home', country: 'FR' },
      { type: 'work', country: 'NO', locality: 'Oslo' },
      { type: 'work', region: 'R', postalCode: '1' },
    ]);
  });

  it('makes an element that matches its filter: it becomes primary where the filter says so, and else it does not', () => {
    const operation = { op: 'Replace', path: 'emails[type eq "other" and primary eq true].value', value: 'o@x.test' };
    const made = { value: 'o@x.test', type: 'other' };
    expect(patch(two(), [operation], ENTRA).emails).toEqual([
      { ...WORK, primary: false },
      HOME,
      { ...made, primary: true },
    ]);
    expect(patch(two(), [{ ...operation, path: 'emails[type eq "other"].value' }], ENTRA).emails).toEqual([
      WORK,
      HOME,
      made,
    ]);
    expect(patch(user(), [operation], ENTRA).emails).toEqual([{ value: 'o@x.test', type: 'other', primary: true }]);
  });

  it('without a filter an attribute that is not there is made by replace too', () => {
    expect(patch(user(), [{ op: 'replace', path: 'emails.value', value: 'x@x.test' }], STRICT).emails).toEqual([
      { value: 'x@x.test' },
    ]);
  });

  it('makes nothing of an empty value', () => {
    expect(patch(two(), [{ op: 'Replace', path, value: '' }], ENTRA)).toEqual(two());
    expect(refusal(two(), [{ op: 'replace', path, value: '' }])).toBe('400 noTarget');
  });
});

describe('roles of Entra', () => {
  const packed = { value: '{"id":"06b0","value":"Admin","displayName":"Administrator"}' };

  it('come as JSON in a string', () => {
    const once = patch(user(), [{ op: 'Add', path: 'roles', value: [packed] }], ENTRA);
    expect(once.roles).toEqual([{ value: 'Admin', display: 'Administrator' }]);
    expect(patch(once, [{ op: 'Add', path: 'roles', value: [packed] }], ENTRA)).toEqual(once);
    expect(patch(user(), [{ op: 'Add', path: 'roles', value: packed }], ENTRA)).toEqual(once);
  });

  it('are found by primary eq "True"', () => {
    const resource = user({ roles: [{ value: 'A', primary: true }, { value: 'B' }] });
    expect(
      patch(resource, [{ op: 'Replace', path: 'roles[primary eq "True"].value', value: 'C' }], ENTRA).roles,
    ).toEqual([{ value: 'C', primary: true }, { value: 'B' }]);
  });
});

describe('operations together', () => {
  it('apply in order', () => {
    const operations = [
      { op: 'add', path: 'title', value: '1' },
      { op: 'remove', path: 'title' },
      { op: 'add', path: 'title', value: '2' },
      { op: 'replace', path: 'emails', value: [{ value: 'a@x.test', type: 'work' }] },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'b@x.test' },
    ];
    expect(patch(two(), operations)).toMatchObject({ title: '2', emails: [{ value: 'b@x.test', type: 'work' }] });
  });

  it('apply all or not at all', () => {
    const good = [
      { op: 'replace', path: 'displayName', value: 'half' },
      { op: 'remove', path: 'emails' },
    ];
    expect(refusal(two(), [...good, { op: 'replace', path: 'phoneNumbers[type eq "nope"]', value: {} }])).toBe(
      '400 noTarget',
    );
    expect(refusal(two(), [...good, { op: 'remove', path: 'userName' }])).toBe('400 mutability');
  });

  it('of Entra, one per attribute and capitalised', () => {
    const operations = [
      { op: 'Replace', path: 'displayName', value: 'Pvlo' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'n@x.test' },
      { op: 'Replace', path: 'name.givenName', value: 'Gtfd' },
      { op: 'Replace', path: 'externalId', value: 'Eqpj' },
      { op: 'Replace', path: `${ENT}:employeeNumber`, value: 'Eqpj' },
      { op: 'Replace', path: 'active', value: 'False' },
    ];
    expect(patch(two(), operations, ENTRA)).toEqual(
      user({
        ...two(),
        displayName: 'Pvlo',
        emails: [{ ...WORK, value: 'n@x.test' }, HOME],
        name: { givenName: 'Gtfd', familyName: 'B' },
        externalId: 'Eqpj',
        active: false,
        schemas: [URN.user, ENT],
        [ENT]: { employeeNumber: 'Eqpj' },
      }),
    );
  });

  it('of Okta, OneLogin and JumpCloud', () => {
    expect(patch(two(), [{ op: 'replace', value: { active: false } }])).toEqual(user({ ...two(), active: false }));
    expect(patch(two(), [{ op: 'replace', value: { emails: HOME } }]).emails).toEqual([HOME]);
    expect(patch(two(), [{ op: 'replace', path: 'active', value: false }]).active).toBe(false);
  });
});

describe('a user of any size that is allowed', () => {
  const roles = Array.from({ length: SCIM_LIMITS.elements.value }, (_, at) => ({ value: `r${at}` }));
  const each = (operation: (role: object) => object) => roles.map(operation);

  it('is changed element by element at the cost of the changes', () => {
    const full = patch(user(), [
      { op: 'add', path: 'roles', value: roles },
      { op: 'add', path: 'roles', value: roles },
    ]);
    expect(full.roles).toHaveLength(roles.length);
    const again = each((role) => ({ op: 'add', path: 'roles', value: [role] }));
    expect(patch(full, again)).toEqual(full);
    expect(
      patch(
        full,
        each((role) => ({ op: 'remove', path: 'roles', value: [role] })),
      ),
    ).toEqual(user());
    const byFilter = roles.map(({ value }) => ({ op: 'remove', path: `roles[value eq "${value.toUpperCase()}"]` }));
    expect(patch(full, byFilter)).toEqual(user());
  });

  it('refuses what costs more than the limit, whatever the filter', () => {
    const full = user({ roles });
    const scans = (count: number, filter: string) =>
      Array.from({ length: count }, () => ({ op: 'remove', path: `roles[${filter}]` }));
    const allowed = Math.floor(SCIM_LIMITS.patchSteps.value / roles.length);
    expect(patch(full, scans(allowed, 'display eq "x"'))).toEqual(full);
    expect(refusal(full, scans(allowed + 1, 'display eq "x"'))).toBe('400 invalidValue');
    const long = Array.from({ length: 100 }, (_, at) => `display co "${at}"`).join(' or ');
    expect(refusal(full, scans(2, long))).toBe('400 invalidValue');
  });

  it('refuses an element too many, in one list and one by one', () => {
    const another = { op: 'add', path: 'roles', value: [{ value: 'another' }] };
    expect(refusal(user({ roles }), [another])).toBe('400 invalidValue');
    expect(refusal(user(), [{ op: 'replace', path: 'roles', value: [...roles, ...roles] }])).toBe('400 invalidValue');
    expect(patch(user({ roles }), [{ op: 'remove', path: 'roles[value eq "r0"]' }, another]).roles).toHaveLength(
      roles.length,
    );
  });

  it('refuses to grow beyond the limit of characters, and one that is larger already may shrink', () => {
    const title = 'x'.repeat(SCIM_LIMITS.userCharacters.value / 2);
    const grown = patch(user({ title }), [{ op: 'add', path: 'nickName', value: 'n' }]);
    expect(refusal(grown, [{ op: 'add', path: 'displayName', value: title }])).toBe('413 undefined');
    const tooLarge = { ...grown, displayName: title, locale: title };
    expect(patch(tooLarge, [{ op: 'remove', path: 'nickName' }])).not.toHaveProperty('nickName');
  });
});

describe('active (RFC 7644 §3.5.2.2)', () => {
  const off = { op: 'replace', path: 'active', value: false };
  it.each<[string, object, boolean]>([
    ['remove means the default', { op: 'remove', path: 'active' }, true],
    ['null says nothing', { op: 'replace', path: 'active', value: null }, false],
    ['null without a path says nothing', { op: 'replace', value: { active: null } }, false],
  ])('%s, in one request as in two', (_what, operation, active) => {
    const start = user({ active: true });
    expect(patch(start, [off, operation]).active).toBe(active);
    expect(patch(patch(start, [off]), [operation]).active).toBe(active);
  });
});
