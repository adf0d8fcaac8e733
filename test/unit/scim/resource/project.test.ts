import { describe, expect, it } from '@jest/globals';
import {
  GroupType,
  type JsonObject,
  leavesAllBut,
  type NameList,
  parseProjection,
  project,
  type ResourceType,
  URN,
  UserType,
  wants,
} from '../../../../src/scim/index.js';
import { complex, schema, string } from '../../../../src/scim/schema/define.js';

const U = URN.user;
const ENT = URN.enterpriseUser;

const ADA: JsonObject = {
  schemas: [U, ENT],
  id: '1',
  externalId: 'e',
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  title: 'Countess',
  emails: [
    { value: 'a@x.test', type: 'work', primary: true },
    { value: 'b@x.test', type: 'home' },
  ],
  groups: [{ value: 'g' }],
  meta: { resourceType: 'User', version: 'W/"1"' },
  [ENT]: { department: 'D', manager: { value: 'm' } },
};
const ALWAYS = { schemas: [U, ENT], id: '1' };

const show = (attributes: NameList, excluded: NameList, resource = ADA, type: ResourceType = UserType) =>
  project(resource, parseProjection(attributes, excluded, type), type);

describe('attributes', () => {
  it.each<[NameList, JsonObject]>([
    ['userName', { userName: 'ada' }],
    ['USERNAME,Title', { userName: 'ada', title: 'Countess' }],
    [' userName , title ', { userName: 'ada', title: 'Countess' }],
    [['userName', 'title'], { userName: 'ada', title: 'Countess' }],
    [['userName,title'], { userName: 'ada', title: 'Countess' }],
    ['name', { name: ADA.name! }],
    ['name.givenName', { name: { givenName: 'Ada' } }],
    ['name.givenName,name', { name: ADA.name! }],
    ['name,name.givenName', { name: ADA.name! }],
    ['emails.value', { emails: [{ value: 'a@x.test' }, { value: 'b@x.test' }] }],
    ['emails.value,emails.primary', { emails: [{ value: 'a@x.test', primary: true }, { value: 'b@x.test' }] }],
    ['emails.display', {}],
    [`${U}:userName`, { userName: 'ada' }],
    [`${ENT}:department`, { [ENT]: { department: 'D' } }],
    [`${ENT}:manager.value`, { [ENT]: { manager: { value: 'm' } } }],
    ['department', { [ENT]: { department: 'D' } }],
    [ENT.toUpperCase(), { [ENT]: ADA[ENT]! }],
    ['groups', { groups: [{ value: 'g' }] }],
    ['meta', { meta: ADA.meta! }],
    ['meta.version', { meta: { version: 'W/"1"' } }],
    ['noSuchThing', {}],
    ['__proto__,constructor', {}],
    ['userName,noSuchThing,urn:x:y:z', { userName: 'ada' }],
    ['nickName', {}],
    ['id', {}],
  ])('B40 B88 %j shows just that and what is always shown', (attributes, expected) => {
    expect(show(attributes, undefined)).toEqual({ ...ALWAYS, ...expected });
  });

  it.each<[NameList]>([[''], [' , '], [[]], [undefined]])('%j asks for nothing in particular', (attributes) => {
    expect(parseProjection(attributes, '', UserType)).toBeUndefined();
    expect(show(attributes, undefined)).toEqual(ADA);
  });

  it('stands for all core attributes when it is the core URN', () => {
    const { id, schemas, userName, name, title, emails, groups } = ADA as Record<string, string>;
    expect(show(U, undefined)).toEqual({ id, schemas, userName, name, title, emails, groups });
  });
});

describe('excludedAttributes', () => {
  it.each<[NameList, JsonObject]>([
    ['emails', { emails: undefined as never }],
    ['EMAILS', { emails: undefined as never }],
    ['name.familyName', { name: { givenName: 'Ada' } }],
    ['name.familyName,name.givenName', { name: undefined as never }],
    ['emails.type,emails.primary', { emails: [{ value: 'a@x.test' }, { value: 'b@x.test' }] }],
    [`${ENT}:manager`, { [ENT]: { department: 'D' } }],
    [ENT, { [ENT]: undefined as never }],
    ['id,schemas', {}],
    ['noSuchThing', {}],
  ])('B40 B41 %j leaves just that out', (excluded, expected) => {
    expect(show(undefined, excluded)).toEqual({ ...ADA, ...expected });
  });

  it('C16 lets a service know that members need not be read', () => {
    const group = { schemas: [URN.group], id: '1', displayName: 'g', members: [{ value: '1' }] };
    expect(show(undefined, 'members', group, GroupType)).not.toHaveProperty('members');
    expect(wants(parseProjection(undefined, 'members', GroupType), 'members')).toBe(false);
    expect(wants(parseProjection(undefined, 'members.display', GroupType), 'members')).toBe(true);
    expect(wants(parseProjection('displayName', undefined, GroupType), 'members')).toBe(false);
    expect(wants(parseProjection('members.value', undefined, GroupType), 'members')).toBe(true);
    expect(wants(undefined, 'members')).toBe(true);
  });

  it('leaves the rest alone only where nothing else is named', () => {
    const leaves = (attributes: string | undefined, excluded: string | undefined) =>
      leavesAllBut(parseProjection(attributes, excluded, GroupType), 'members');
    expect([leaves(undefined, undefined), leaves(undefined, 'Members'), leaves(undefined, 'members.display')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([leaves('members', undefined), leaves(undefined, 'members,meta'), leaves(undefined, 'displayName')]).toEqual(
      [false, false, false],
    );
  });
});

describe('projection', () => {
  it('refuses both lists at once', () => {
    expect(() => parseProjection('userName', 'emails', UserType)).toThrow(
      'attributes and excludedAttributes exclude each other',
    );
  });

  it('A38 A63 never shows a password, however it is asked for', () => {
    const leaky = { ...ADA, password: 's3cret' };
    for (const attributes of [undefined, 'password', `${U}:password`, U]) {
      expect(JSON.stringify(show(attributes, undefined, leaky))).not.toContain('s3cret');
    }
  });

  it('fails closed: what no schema knows is not shown', () => {
    expect(show(undefined, undefined, { ...ADA, secret: 'x', 'urn:x': { y: 1 } })).toEqual(ADA);
  });

  it('A64 honours `returned` of attributes and sub-attributes', () => {
    const type: ResourceType = {
      ...UserType,
      schema: schema(U, 'User', 'x', [
        string('plain', 'x'),
        string('onRequest', 'x', { returned: 'request' }),
        string('constant', 'x', { returned: 'always' }),
        complex('parts', 'x', [
          string('plain', 'x'),
          string('onRequest', 'x', { returned: 'request' }),
          string('constant', 'x', { returned: 'always' }),
          string('hidden', 'x', { returned: 'never' }),
        ]),
      ]),
    };
    const resource = {
      plain: '1',
      onRequest: '2',
      constant: '3',
      parts: { plain: '4', onRequest: '5', constant: '6', hidden: '7' },
    };
    expect(show(undefined, undefined, resource, type)).toEqual({
      plain: '1',
      constant: '3',
      parts: { plain: '4', constant: '6' },
    });
    expect(show('onRequest,parts.onRequest', undefined, resource, type)).toEqual({
      onRequest: '2',
      constant: '3',
      parts: { onRequest: '5', constant: '6' },
    });
    expect(show('parts,parts.hidden', undefined, resource, type)).toEqual({
      constant: '3',
      parts: { plain: '4', constant: '6' },
    });
    expect(show(undefined, 'constant,parts.constant,parts.plain', resource, type)).toEqual({
      plain: '1',
      constant: '3',
      parts: { constant: '6' },
    });
  });
});
