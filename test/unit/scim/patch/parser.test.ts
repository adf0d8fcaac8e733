import { describe, expect, it } from '@jest/globals';
import { pathText } from '../../../../src/scim/attribute-path.js';
import { type Dialect, LENIENT, STRICT, type Tolerance, type Tolerances } from '../../../../src/scim/dialect.js';
import type { ElementFilter } from '../../../../src/scim/filter/ast.js';
import type { PatchOperation } from '../../../../src/scim/patch/ast.js';
import { parsePatch } from '../../../../src/scim/patch/parser.js';
import { GroupType, UserType } from '../../../../src/scim/schema/resource-types.js';
import { ScimError } from '../../../../src/scim/scim-error.js';
import { URN } from '../../../../src/scim/urns.js';

const ENT = URN.enterpriseUser;

const parse = (operations: unknown, dialect: Dialect = LENIENT, tolerances = new Set<Tolerance>(), type = UserType) =>
  parsePatch({ schemas: [URN.patchOp], Operations: operations }, type, dialect, tolerances);

function filterText(filter: ElementFilter | undefined): string {
  if (!filter) return '';
  return filter.kind === 'compare' ? `[${filter.attribute.name} ${filter.op} ${JSON.stringify(filter.value)}]` : '[…]';
}

/** `op path value`, the value as JSON. */
const shown = ({ op, target, value }: PatchOperation) =>
  [op, pathText(target.ref) + filterText(target.filter), ...(value === undefined ? [] : [JSON.stringify(value)])].join(
    ' ',
  );

const shownOf = (...args: Parameters<typeof parse>) => parse(...args).map(shown);

function refusal(body: unknown, dialect: Dialect = LENIENT): string {
  try {
    parsePatch(body, UserType, dialect, new Set());
  } catch (error) {
    if (error instanceof ScimError) return `${error.status} ${error.scimType}`;
    throw error;
  }
  throw new Error('accepted');
}

const refusalOf = (operation: unknown, dialect?: Dialect) =>
  refusal({ schemas: [URN.patchOp], Operations: [operation] }, dialect);

describe('a path', () => {
  it.each([
    ['displayName', 'displayName'],
    ['Name.GIVENNAME', 'name.givenName'],
    [`${URN.user}:displayName`, 'displayName'],
    [`${URN.user}:name.familyName`, 'name.familyName'],
    [`${ENT}:department`, `${ENT}:department`],
    [`${ENT.toUpperCase()}:MANAGER.value`, `${ENT}:manager.value`],
    ['manager', `${ENT}:manager`],
    ['emails', 'emails'],
    ['emails.value', 'emails.value'],
    ['emails[type eq "work"]', 'emails[type eq "work"]'],
    ['emails[type eq "work"].value', 'emails.value[type eq "work"]'],
    ['emails[primary eq "True"].value', 'emails.value[primary eq true]'],
    ['addresses[type eq "work" and locality sw "K"].country', 'addresses.country[…]'],
    [`${URN.user}:emails[type eq "work"].value`, 'emails.value[type eq "work"]'],
  ])('%s', (path, target) => {
    expect(shownOf([{ op: 'add', path, value: 1 }])).toEqual([`add ${target} 1`]);
  });

  it.each([
    '',
    ' ',
    'emails[type eq "work"',
    'emails[type eq "work"]]',
    'emails[type eq "work"]]].value',
    'emails[].value',
    'emails[type zz "work"]',
    'emails[type eq "work"].nope',
    'emails[type eq "work"]value',
    'emails[type eq "work"].value.x',
    'emails[type eq "work"] emails',
    'name..givenName',
    '.displayName',
    'name.',
    'noSuchAttribute',
    'name.noSuchSub',
    `${ENT}:noSuch`,
    'urn:example:other:User',
    'name[givenName eq "x"]',
    'userName[value eq "x"]',
    '__proto__.polluted',
    'constructor.prototype',
    'name.__proto__.polluted',
    `emails[${'('.repeat(3000)}`,
    `emails[type eq "${'x'.repeat(5000)}"]`,
    7,
    {},
  ])('is refused with invalidPath: %j', (path) => {
    expect(refusalOf({ op: 'replace', path, value: 'x' })).toBe('400 invalidPath');
  });

  it.each([
    'id',
    'meta',
    'meta.created',
    'groups',
    'groups[value eq "x"]',
    `${ENT}:manager.displayName`,
    'groups.value',
  ])('to the readOnly %s is refused with mutability', (path) => {
    expect(refusalOf({ op: 'replace', path, value: 'x' })).toBe('400 mutability');
    expect(refusalOf({ op: 'remove', path })).toBe('400 mutability');
  });

  it('that is nothing but the URN of an extension means its attributes', () => {
    const value = { department: 'D', Division: 'V', 'manager.value': 'm' };
    expect(shownOf([{ op: 'replace', path: ENT, value }])).toEqual([
      `replace ${ENT}:department "D"`,
      `replace ${ENT}:division "V"`,
      `replace ${ENT}:manager.value "m"`,
    ]);
    expect(shownOf([{ op: 'remove', path: ENT }])).toContain(`remove ${ENT}:manager`);
    expect(shownOf([{ op: 'replace', path: ENT, value: null }])).toContain(`remove ${ENT}:department`);
    expect(shownOf([{ op: 'add', path: ENT, value: null }])).toEqual([]);
    expect(refusalOf({ op: 'replace', path: ENT, value: 'x' })).toBe('400 invalidValue');
  });

  it('that is the URN of the core schema means the resource', () => {
    expect(shownOf([{ op: 'add', path: URN.user, value: { title: 'T' } }])).toEqual(['add title "T"']);
    expect(refusalOf({ op: 'remove', path: URN.user })).toBe('400 noTarget');
  });
});

describe('a value without a path', () => {
  it('becomes one operation per attribute', () => {
    expect(shownOf([{ op: 'replace', value: { displayName: 'D', NAME: { givenName: 'G' }, active: false } }])).toEqual([
      'replace displayName "D"',
      'replace name {"givenName":"G"}',
      'replace active false',
    ]);
  });

  it('may hold paths as keys, as Entra and its validator send them', () => {
    const tolerances = new Set<Tolerance>();
    const value = {
      displayName: 'Bjfe',
      'name.givenName': 'Kkom',
      [`${ENT}:employeeNumber`]: 'Aklq',
      [`${URN.user}:title`]: 'T',
      'emails[type eq "work"].value': 'x@test',
      'emails[primary eq true].display': 'd',
    };
    expect(shownOf([{ op: 'replace', value }], LENIENT, tolerances)).toEqual([
      'replace displayName "Bjfe"',
      'replace name.givenName "Kkom"',
      `replace ${ENT}:employeeNumber "Aklq"`,
      'replace title "T"',
      'replace emails.value[type eq "work"] "x@test"',
      'replace emails.display[primary eq true] "d"',
    ]);
    expect([...tolerances]).toEqual(['path-as-key']);
    expect(refusalOf({ op: 'replace', value: { 'name.givenName': 'x' } }, STRICT)).toBe('400 invalidPath');
    expect(refusalOf({ op: 'replace', value: { 'emails[type eq': 'x' } })).toBe('400 invalidPath');
  });

  it('may hold the object of an extension', () => {
    expect(shownOf([{ op: 'add', value: { [ENT]: { department: 'E' } } }], STRICT)).toEqual([
      `add ${ENT}:department "E"`,
    ]);
  });

  it('may repeat what is readOnly, as Okta and authentik do', () => {
    const tolerances = new Set<Tolerance>();
    const value = { schemas: [URN.user], id: 'abf4', meta: {}, groups: [], displayName: 'Test' };
    expect(shownOf([{ op: 'replace', value }], LENIENT, tolerances)).toEqual(['replace displayName "Test"']);
    expect([...tolerances]).toEqual(['read-only-ignored']);
  });

  it('may hold unknown names, which are counted, or refused where the dialect is strict', () => {
    const tolerances = new Set<Tolerance>();
    const value = JSON.parse(
      `{"__proto__":{"polluted":"yes"},"shoeSize":45,"${ENT}":{"x":1,"__proto__":1},"title":"T"}`,
    );
    expect(shownOf([{ op: 'replace', value }], LENIENT, tolerances)).toEqual(['replace title "T"']);
    expect([...tolerances]).toEqual(['unknown-attribute']);
    expect(refusalOf({ op: 'replace', value }, STRICT)).toBe('400 invalidSyntax');
  });

  it.each(['x', 5, ['a'], null, true])('must be an object: %j', (value) => {
    expect(refusalOf({ op: 'replace', value })).toBe('400 invalidValue');
    expect(refusalOf({ op: 'add', value })).toBe('400 invalidValue');
  });
});

describe('an operation', () => {
  it('is written with capitals by Entra', () => {
    const tolerances = new Set<Tolerance>();
    const operations = [
      { op: 'Replace', path: 'title', value: 'T' },
      { OP: 'ADD', Path: 'nickName', Value: 'n' },
      { name: 'x', op: 'Remove', path: 'locale' },
    ];
    expect(shownOf(operations, LENIENT, tolerances)).toEqual([
      'replace title "T"',
      'add nickName "n"',
      'remove locale',
    ]);
    expect([...tolerances]).toEqual(['op-capitalised']);
    expect(refusalOf({ op: 'Replace', path: 'title', value: 'T' }, STRICT)).toBe('400 invalidSyntax');
  });

  it.each(['move', 'delete', '', 7, null, undefined, ['add'], '__proto__'])('with op %j is refused', (op) => {
    expect(refusalOf({ op, path: 'displayName', value: 'x' })).toBe('400 invalidSyntax');
  });

  it('needs a value to add or replace; null is one', () => {
    expect(refusalOf({ op: 'add', path: 'displayName' })).toBe('400 invalidValue');
    expect(refusalOf({ op: 'replace', path: 'displayName' })).toBe('400 invalidValue');
    expect(shownOf([{ op: 'replace', path: 'displayName', value: null }])).toEqual(['replace displayName null']);
  });

  it('needs a path to remove', () => {
    expect(refusalOf({ op: 'remove' })).toBe('400 noTarget');
    expect(refusalOf({ op: 'remove', value: { displayName: 'x' } })).toBe('400 noTarget');
  });

  it('leaves schemas alone, which follow from the attributes', () => {
    expect(shownOf([{ op: 'add', path: 'schemas', value: [ENT] }])).toEqual([]);
    expect(refusalOf({ op: 'remove', path: 'schemas' })).toBe('400 mutability');
  });

  it.each([
    ['a list', [{ $ref: null, value: 'f648' }], '[{"$ref":null,"value":"f648"}]'],
    ['a list under the name of the attribute', { members: [{ value: 'f648' }] }, '[{"value":"f648"}]'],
    ['one element', { value: 'f648' }, '{"value":"f648"}'],
    ['an empty list', [], '[]'],
  ])('keeps the value of a remove: %s', (_name, value, kept) => {
    const tolerances = new Set<Tolerance>();
    expect(shownOf([{ op: 'remove', path: 'members', value }], LENIENT, tolerances, GroupType)).toEqual([
      `remove members ${kept}`,
    ]);
    const underName = 'members' in value ? ['name-in-value'] : [];
    expect([...tolerances]).toEqual(['remove-with-value', ...underName]);
    expect(() => parse([{ op: 'remove', path: 'members', value }], STRICT, new Set(), GroupType)).toThrow(ScimError);
  });

  it('drops the value of a remove where the path says all', () => {
    expect(shownOf([{ op: 'remove', path: 'manager', value: '' }])).toEqual([`remove ${ENT}:manager`]);
    expect(shownOf([{ op: 'remove', path: 'emails[type eq "work"]', value: [] }])).toEqual([
      'remove emails[type eq "work"]',
    ]);
    expect(shownOf([{ op: 'remove', path: 'emails', value: null }])).toEqual(['remove emails']);
  });
});

describe('a body', () => {
  const Operations = [{ op: 'remove', path: 'title' }];
  const accepted = (body: unknown, dialect: Dialect = LENIENT) => {
    const tolerances = new Set<Tolerance>();
    parsePatch(body, UserType, dialect, tolerances);
    return [...tolerances];
  };

  it('names the PatchOp schema', () => {
    expect(accepted({ schemas: [URN.patchOp.toUpperCase()], Operations })).toEqual([]);
    expect(accepted({ schemas: [URN.patchOp], operations: Operations })).toEqual([]);
    expect(accepted({ Operations })).toEqual(['schemas-missing']);
    expect(accepted({ schemas: [], Operations })).toEqual(['schemas-missing']);
    expect(accepted({ schemas: URN.patchOp, Operations })).toEqual(['singleton-for-array']);
    expect(accepted({ schemas: [URN.patchOp, 'urn:x'], Operations })).toEqual(['unknown-schema']);
    for (const schemas of [[URN.user], 'x', 5, {}, [5]]) {
      expect(refusal({ schemas, Operations })).toBe('400 invalidSyntax');
    }
    for (const schemas of [undefined, [], URN.patchOp, [URN.patchOp, 'urn:x']]) {
      expect(refusal({ schemas, Operations }, STRICT)).toBe('400 invalidSyntax');
    }
  });

  it.each([
    [null, 'invalidSyntax'],
    [[], 'invalidSyntax'],
    ['x', 'invalidSyntax'],
    [{ schemas: [URN.patchOp] }, 'invalidSyntax'],
    [{ schemas: [URN.patchOp], Operations: 'x' }, 'invalidSyntax'],
    [{ schemas: [URN.patchOp], Operations: [null] }, 'invalidSyntax'],
    [{ schemas: [URN.patchOp], Operations: ['x'] }, 'invalidSyntax'],
    [{ schemas: [URN.patchOp], Operations: [] }, 'invalidValue'],
    [{ schemas: [URN.patchOp], Operations: Array(1001).fill(Operations[0]) }, 'invalidValue'],
  ])('is refused: %#', (body, scimType) => {
    expect(refusal(body)).toBe(`400 ${scimType}`);
  });

  it('may be empty where the identity provider is known to send it so, which is counted', () => {
    const tolerances: Tolerances = new Set();
    const body = { schemas: [URN.patchOp], Operations: [] };
    expect(parsePatch(body, UserType, { ...LENIENT, emptyPatch: true }, tolerances)).toEqual([]);
    expect([...tolerances]).toEqual(['operations-empty']);
  });

  it('may hold 1000 operations', () => {
    expect(parse(Array(1000).fill(Operations[0]))).toHaveLength(1000);
    expect(() => parse(Array(1001).fill(Operations[0]))).toThrow('1000');
  });
});
