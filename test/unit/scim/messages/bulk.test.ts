import { describe, expect, it } from '@jest/globals';
import {
  bulkIdsIn,
  bulkResponse,
  GroupType,
  type JsonObject,
  parseBulkRequest,
  resolveBulkIds,
  ScimError,
  splitByBulkIds,
  URN,
  UserType,
} from '../../../../src/scim/index.js';

const TYPES = [UserType, GroupType];
const request = (Operations: unknown, more: object = {}): JsonObject =>
  ({ schemas: [URN.bulkRequest], Operations, ...more }) as JsonObject;
const parse = (Operations: unknown, more?: object) => parseBulkRequest(request(Operations, more), TYPES, 3);
const REMOVAL = { method: 'DELETE', path: '/Users/7' };

function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ScimError) return `${error.status} ${error.scimType} ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('parseBulkRequest', () => {
  it('reads the four methods', () => {
    const data = { userName: 'a' };
    expect(
      parse([
        { method: 'POST', path: '/Users', bulkId: 'a', data },
        { method: 'PUT', path: '/Groups/bulkId:g', data, version: 'W/"2"' },
        { method: 'DELETE', path: '/Users/0a-b_c' },
      ]),
    ).toEqual({
      operations: [
        { method: 'POST', bulkId: 'a', task: { kind: 'create', type: UserType, data } },
        { method: 'PUT', task: { kind: 'replace', type: GroupType, id: 'bulkId:g', data, version: 'W/"2"' } },
        { method: 'DELETE', task: { kind: 'remove', type: UserType, id: '0a-b_c' } },
      ],
    });
  });

  it('reads names, methods and its own URN in any case', () => {
    const schemas = [URN.bulkRequest.toUpperCase()];
    const OPERATIONS = [{ Method: 'patch', PATH: '/Users/7', DATA: {} }];
    expect(parseBulkRequest({ schemas, OPERATIONS, FailOnErrors: 2 }, TYPES, 3)).toEqual({
      failOnErrors: 2,
      operations: [{ method: 'PATCH', task: { kind: 'patch', type: UserType, id: '7', data: {} } }],
    });
  });

  it.each<[string, () => unknown, RegExp]>([
    ['another schema', () => parse([REMOVAL], { schemas: [URN.user] }), /^400 invalidSyntax .*BulkRequest/],
    ['no schema', () => parseBulkRequest({ Operations: [REMOVAL] }, TYPES, 3), /^400 invalidSyntax/],
    ['no operations', () => parse(undefined), /^400 invalidSyntax Operations/],
    ['operations that are no array', () => parse('x'), /^400 invalidSyntax Operations/],
    ['an empty array', () => parse([]), /^400 invalidSyntax Operations/],
    ['an operation that is no object', () => parse([REMOVAL, 7]), /^400 invalidSyntax Each/],
    ['too many operations', () => parse([REMOVAL, REMOVAL, REMOVAL, REMOVAL]), /^413 undefined .*3 .*maxOperations.*4/],
    ['failOnErrors below 0', () => parse([REMOVAL], { failOnErrors: -1 }), /^400 invalidValue failOnErrors/],
    ['failOnErrors of 1.5', () => parse([REMOVAL], { failOnErrors: 1.5 }), /^400 invalidValue failOnErrors/],
    ['failOnErrors as text', () => parse([REMOVAL], { failOnErrors: '1' }), /^400 invalidValue failOnErrors/],
    [
      'a bulkId twice',
      () => parse(['/Users', '/Groups'].map((path) => ({ method: 'POST', path, bulkId: 'q', data: {} }))),
      /^400 invalidSyntax .*"q" is there more than once/,
    ],
  ])('refuses as a whole %s', (_, run, refusal) => {
    expect(refusalOf(run)).toMatch(refusal);
  });

  it.each<[string, object, RegExp]>([
    ['GET', { method: 'GET', path: '/Users/7' }, /^400 invalidSyntax .*method/],
    ['no method', { path: '/Users/7' }, /^400 invalidSyntax .*method/],
    ['a method that is no text', { method: 1, path: '/Users/7' }, /^400 invalidSyntax .*method/],
    ['no path', { method: 'DELETE' }, /^400 invalidSyntax .*path/],
    ['a type that is not there', { method: 'DELETE', path: '/Widgets/7' }, /^404 undefined .*"\/Widgets\/7"/],
    ['a type in another case', { method: 'DELETE', path: '/users/7' }, /^404/],
    ['a path to nothing', { method: 'DELETE', path: '/' }, /^404/],
    ['a whole URL', { method: 'DELETE', path: 'https://x.example/Users/7' }, /^404/],
    ['a path that climbs', { method: 'DELETE', path: '/Users/../Groups/7' }, /^400 invalidValue/],
    ['a path that climbs, encoded', { method: 'DELETE', path: '/Users/%2e%2e' }, /^400 invalidValue/],
    ['a path with a query', { method: 'DELETE', path: '/Users/7?x=1' }, /^400 invalidValue/],
    ['a search', { method: 'POST', path: '/Users/.search', bulkId: 'a', data: {} }, /^400 invalidValue/],
    ['a bulkId without a name', { method: 'DELETE', path: '/Users/bulkId:' }, /^400 invalidValue/],
    ['a DELETE of all', { method: 'DELETE', path: '/Users' }, /^400 invalidValue .*one resource/],
    ['a POST to one', { method: 'POST', path: '/Users/7', bulkId: 'a', data: {} }, /^400 invalidValue .*\/Users alone/],
    ['a POST without bulkId', { method: 'POST', path: '/Users', data: {} }, /^400 invalidSyntax .*bulkId/],
    [
      'a bulkId that is no text',
      { method: 'POST', path: '/Users', bulkId: 1, data: {} },
      /^400 invalidSyntax .*bulkId/,
    ],
    [
      'a POST without data',
      { method: 'POST', path: '/Users', bulkId: 'a' },
      /^400 invalidSyntax A POST must have data/,
    ],
    ['a PUT with a list', { method: 'PUT', path: '/Users/7', data: [] }, /^400 invalidSyntax A PUT must have data/],
    [
      'a PATCH with null',
      { method: 'PATCH', path: '/Users/7', data: null },
      /^400 invalidSyntax A PATCH must have data/,
    ],
    ['a version that is a number', { ...REMOVAL, version: 1 }, /^400 invalidSyntax .*version/],
  ])('keeps the refusal of one operation with it: %s', (_, operation, refusal) => {
    const { operations } = parse([operation, REMOVAL]);
    expect(
      refusalOf(() => {
        throw operations[0]?.task;
      }),
    ).toMatch(refusal);
    expect(operations[1]?.task).toMatchObject({ kind: 'remove' });
  });

  it('cuts what it repeats of the client', () => {
    const [operation] = parse([{ method: 'DELETE', path: `/${'x'.repeat(9999)}` }]).operations;
    expect(operation?.task).toBeInstanceOf(ScimError);
    expect(String(operation?.task).length).toBeLessThan(200);
  });
});

describe('references by bulkId', () => {
  const PATCH: JsonObject = {
    Operations: [
      { op: 'add', path: 'members', value: [{ value: 'bulkId:u1' }, { value: '7' }] },
      { op: 'remove', path: 'members[value eq "bulkId:u2"]' },
    ],
  };
  const USER = { displayName: 'about bulkId:x', [URN.enterpriseUser]: { manager: { value: 'bulkId:boss' } } };

  it('are found in lists, extensions and paths, and not inside other text', () => {
    expect([...bulkIdsIn(PATCH)]).toEqual(['u1', 'u2']);
    expect([...bulkIdsIn(USER)]).toEqual(['boss']);
  });

  it('give way to ids, and all else stays', () => {
    expect(resolveBulkIds(PATCH, (bulkId) => `id-of-${bulkId}`)).toEqual({
      Operations: [
        { op: 'add', path: 'members', value: [{ value: 'id-of-u1' }, { value: '7' }] },
        { op: 'remove', path: 'members[value eq "id-of-u2"]' },
      ],
    });
    expect(resolveBulkIds({ ...USER, x: [null, true, 3] }, () => 'id')).toEqual({
      displayName: 'about bulkId:x',
      [URN.enterpriseUser]: { manager: { value: 'id' } },
      x: [null, true, 3],
    });
  });

  it('keep a member called __proto__ a member', () => {
    const data = JSON.parse('{"__proto__":{"value":"bulkId:a"}}') as JsonObject;
    expect(JSON.stringify(resolveBulkIds(data, () => 'id'))).toBe('{"__proto__":{"value":"id"}}');
  });

  it.each<[string, JsonObject, JsonObject, JsonObject | undefined]>([
    ['nothing', { userName: 'a' }, { userName: 'a' }, undefined],
    ['other references', USER, USER, undefined],
    [
      'a manager',
      { userName: 'a', x: { manager: { value: 'bulkId:a', displayName: 'A' } } },
      { userName: 'a' },
      { x: { manager: { value: 'bulkId:a', displayName: 'A' } } },
    ],
    [
      'a manager beside other things',
      { x: { employeeNumber: '1', manager: { value: 'bulkId:a' } } },
      { x: { employeeNumber: '1' } },
      { x: { manager: { value: 'bulkId:a' } } },
    ],
    [
      'some members',
      { members: [{ value: '7' }, { type: 'User', value: 'bulkId:a' }], tags: [] },
      { members: [{ value: '7' }], tags: [] },
      { members: [{ type: 'User', value: 'bulkId:a' }] },
    ],
    ['a bare reference', { manager: 'bulkId:a', x: {} }, { x: {} }, { manager: 'bulkId:a' }],
  ])('can be put off: %s', (_, resource, now, later) => {
    expect(splitByBulkIds(resource, new Set(['a']))).toEqual({ now, later });
  });
});

it('answers with the results under its own URN', () => {
  expect(bulkResponse([{ method: 'DELETE', status: '204' }])).toEqual({
    schemas: [URN.bulkResponse],
    Operations: [{ method: 'DELETE', status: '204' }],
  });
});
