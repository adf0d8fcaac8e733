import { describe, expect, it } from '@jest/globals';
import {
  GroupType,
  type ListQuery,
  listResponse,
  parseListQuery,
  parseSearchRequest,
  pathText,
  type ScimError,
  URN,
  UserType,
} from '../../../../src/scim/index.js';

const parse = (query: Record<string, unknown>) => parseListQuery(query, UserType);
const search = (body: unknown) => parseSearchRequest(body, UserType);

function keyword(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    const { status, scimType } = error as ScimError;
    return `${status} ${scimType}`;
  }
  return undefined;
}

describe('parseListQuery', () => {
  it('D08 fills in every default, index paging among them', () => {
    expect(parse({})).toEqual({ sortOrder: 'ascending', page: { method: 'index', startIndex: 1, count: 100 } });
  });

  it.each<[Record<string, unknown>, ListQuery['page']]>([
    [
      { startIndex: '3', count: '2' },
      { method: 'index', startIndex: 3, count: 2 },
    ],
    [{ startIndex: '0' }, { method: 'index', startIndex: 1, count: 100 }],
    [{ startIndex: '-5' }, { method: 'index', startIndex: 1, count: 100 }],
    [{ startIndex: '9999999999' }, { method: 'index', startIndex: 2147483647, count: 100 }],
    [{ startIndex: '9'.repeat(400) }, { method: 'index', startIndex: 2147483647, count: 100 }],
    [{ count: '0' }, { method: 'index', startIndex: 1, count: 0 }],
    [{ count: '-3' }, { method: 'index', startIndex: 1, count: 0 }],
    [{ count: '5000' }, { method: 'index', startIndex: 1, count: 1000 }],
    [{ cursor: '' }, { method: 'cursor', cursor: '', count: 100 }],
    [
      { cursor: 'abc', count: '10' },
      { method: 'cursor', cursor: 'abc', count: 10 },
    ],
    [
      { cursor: '', count: '-1' },
      { method: 'cursor', cursor: '', count: 0 },
    ],
    [
      { cursor: '', startIndex: '7' },
      { method: 'cursor', cursor: '', count: 100 },
    ],
  ])('B37 B38 D01 D02 pages %j', (query, page) => {
    expect(parse(query).page).toEqual(page);
  });

  it('takes page sizes from the connection', () => {
    expect(parseListQuery({ count: '50' }, UserType, { standard: 10, most: 20 }).page).toMatchObject({ count: 20 });
    expect(parseListQuery({}, UserType, { standard: 10, most: 20 }).page).toMatchObject({ count: 10 });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ count: 'abc' }, '400 invalidValue'],
    [{ count: '' }, '400 invalidValue'],
    [{ count: '1.5' }, '400 invalidValue'],
    [{ count: '1e1' }, '400 invalidValue'],
    [{ count: 'NaN' }, '400 invalidValue'],
    [{ count: ' 1' }, '400 invalidValue'],
    [{ count: ['1', '2'] }, '400 invalidValue'],
    [{ startIndex: "'" }, '400 invalidValue'],
    [{ startIndex: '1.5' }, '400 invalidValue'],
    [{ cursor: '', count: 'abc' }, '400 invalidCount'],
    [{ cursor: ['a', 'b'] }, '400 invalidValue'],
    [{ filter: ['a', 'b'] }, '400 invalidValue'],
    [{ sortBy: ['a', 'b'] }, '400 invalidValue'],
    [{ sortOrder: 'upwards' }, '400 invalidValue'],
    [{ attributes: 'userName', excludedAttributes: 'emails' }, '400 invalidValue'],
    [{ attributes: { a: 'b' } }, '400 invalidValue'],
    [{ sortBy: 'noSuchAttr' }, '400 invalidPath'],
    [{ sortBy: '__proto__' }, '400 invalidPath'],
    [{ sortBy: 'name.' }, '400 invalidPath'],
    [{ sortBy: 'userName desc' }, '400 invalidPath'],
    [{ sortBy: '%' }, '400 invalidPath'],
    [{ sortBy: 'password' }, '400 invalidPath'],
    [{ sortBy: 'name' }, '400 invalidPath'],
  ])('D06 refuses %j', (query, expected) => {
    expect(keyword(() => parse(query))).toBe(expected);
  });

  it.each([
    ['userName', 'userName'],
    ['NAME.FAMILYNAME', 'name.familyName'],
    ['emails', 'emails.value'],
    ['meta.created', 'meta.created'],
    ['department', `${URN.enterpriseUser}:department`],
    ['manager', `${URN.enterpriseUser}:manager.value`],
  ])('B35 B36 sorts by %s', (sortBy, path) => {
    expect(pathText(parse({ sortBy, sortOrder: 'Descending' }).sortBy!)).toBe(path);
    expect(parse({ sortBy, sortOrder: 'Descending' }).sortOrder).toBe('descending');
  });

  it('takes blank texts for texts that were not given', () => {
    expect(parse({ filter: ' ', sortBy: '', sortOrder: '', attributes: '', excludedAttributes: ' ' })).toEqual(
      parse({}),
    );
  });

  it('B19 ignores what it does not know, and leaves the filter as it is', () => {
    expect(parse({ aadOptscim062020: '', __proto__: 'x', filter: ' userName pr' })).toEqual({
      ...parse({}),
      filter: ' userName pr',
    });
  });

  it('adds repeated lists of attributes up', () => {
    expect([...parse({ attributes: ['userName', 'title,active'] }).projection!.listed.keys()]).toEqual([
      'userName',
      'title',
      'active',
    ]);
  });
});

describe('parseSearchRequest', () => {
  const schemas = [URN.searchRequest];

  it('B43 D09 says the same as a GET with the same query', () => {
    expect(
      search({
        SCHEMAS: schemas,
        Filter: 'userName pr',
        sortBy: 'userName',
        sortOrder: 'descending',
        STARTINDEX: 2,
        count: 1,
        attributes: ['userName', 'title'],
        unknown: {},
      }),
    ).toEqual(
      parse({
        filter: 'userName pr',
        sortBy: 'userName',
        sortOrder: 'descending',
        startIndex: '2',
        count: '1',
        attributes: 'userName,title',
      }),
    );
    expect(search({ schemas, cursor: '', count: 2 })).toEqual(parse({ cursor: '', count: '2' }));
    expect(search({ schemas, filter: null, count: null, attributes: [] })).toEqual(parse({}));
  });

  it.each<[unknown]>([
    [null],
    ['x'],
    [[]],
    [{}],
    [{ schemas: [] }],
    [{ schemas: [URN.user] }],
    [{ schemas: URN.searchRequest }],
  ])('B42 refuses %j as no SearchRequest', (body) => {
    expect(keyword(() => search(body))).toBe('400 invalidSyntax');
  });

  it.each<[Record<string, unknown>, string]>([
    [{ count: 1.5 }, '400 invalidValue'],
    [{ count: true }, '400 invalidValue'],
    [{ cursor: 5 }, '400 invalidValue'],
    [{ filter: 5 }, '400 invalidValue'],
    [{ attributes: [5] }, '400 invalidValue'],
    [{ sortBy: 'members' }, '400 invalidPath'],
  ])('refuses %j', (body, expected) => {
    expect(keyword(() => search({ schemas, ...body }))).toBe(expected);
  });

  it('sorts by nothing where only another type that is searched has the attribute', () => {
    const among = (sortBy: string) => parseSearchRequest({ schemas, sortBy }, GroupType, undefined, [UserType]);
    expect(among('userName').sortBy).toBeUndefined();
    expect(pathText(among('displayName').sortBy!)).toBe('displayName');
    expect(keyword(() => among('colour'))).toBe('400 invalidPath');
    expect(among('userName').alsoKnown).toEqual([UserType]);
    expect(search({ schemas })).not.toHaveProperty('alsoKnown');
  });

  it('knows the attributes of its own type', () => {
    expect(pathText(parseSearchRequest({ schemas, sortBy: 'members' }, GroupType).sortBy!)).toBe('members.value');
  });
});

describe('listResponse', () => {
  it('B20 counts what it holds, and has Resources even when there are none', () => {
    expect(listResponse({ totalResults: 7, startIndex: 3, resources: [{ id: '1' }] })).toEqual({
      schemas: [URN.listResponse],
      totalResults: 7,
      startIndex: 3,
      itemsPerPage: 1,
      Resources: [{ id: '1' }],
    });
    expect(listResponse({ totalResults: 0, resources: [] })).toEqual({
      schemas: [URN.listResponse],
      totalResults: 0,
      itemsPerPage: 0,
      Resources: [],
    });
  });

  it('D03 carries the next cursor where there is one', () => {
    expect(listResponse({ totalResults: 7, resources: [], nextCursor: 'n' })).toHaveProperty('nextCursor', 'n');
    expect(listResponse({ totalResults: 7, resources: [] })).not.toHaveProperty('nextCursor');
  });
});
