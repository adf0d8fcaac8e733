import { describe, expect, it } from '@jest/globals';
import {
  complexDefault,
  findAttribute,
  findExtension,
  findSubAttribute,
  GroupType,
  pathText,
  URN,
  UserType,
} from '../../../src/scim/index.js';

const ENT = URN.enterpriseUser;

describe('findAttribute', () => {
  it.each([
    ['userName', 'userName'],
    ['USERNAME', 'userName'],
    ['name.givenName', 'name.givenName'],
    ['NAME.GIVENNAME', 'name.givenName'],
    ['emails.value', 'emails.value'],
    ['groups.$ref', 'groups.$ref'],
    ['groups.$REF', 'groups.$ref'],
    ['id', 'id'],
    ['schemas', 'schemas'],
    ['meta.lastModified', 'meta.lastModified'],
    [`${URN.user}:name.familyName`, 'name.familyName'],
    [`${URN.user.toUpperCase()}:USERNAME`, 'userName'],
    [`${URN.user}:externalId`, 'externalId'],
    [`${ENT}:department`, `${ENT}:department`],
    [`${ENT}:manager.value`, `${ENT}:manager.value`],
    [`${ENT.toLowerCase()}:MANAGER.VALUE`, `${ENT}:manager.value`],
    ['manager', `${ENT}:manager`],
    ['manager.displayName', `${ENT}:manager.displayName`],
    ['department', `${ENT}:department`],
  ])('A02 B89 reads %s', (text, canonical) => {
    const ref = findAttribute(UserType, text);
    expect(ref && pathText(ref)).toBe(canonical);
  });

  it.each([
    '',
    ' ',
    'userName ',
    ' userName',
    'noSuch',
    'name.',
    'name..givenName',
    '.displayName',
    'name.noSuchSub',
    'name.givenName.x',
    'userName.value',
    '1userName',
    'nic\u212aName',
    '__proto__',
    'constructor',
    'toString',
    'name.__proto__',
    'user"Name',
    `${ENT}:`,
    ENT,
    `${ENT}:noSuch`,
    `${ENT}.department`,
    `${URN.group}:displayName`,
    'members',
    'urn:example:nope:1.0:User:x',
    'emails[type eq "work"].value',
  ])('A02 finds nothing under %j', (text) => {
    expect(findAttribute(UserType, text)).toBeUndefined();
  });

  it('knows each type its own names', () => {
    expect(findAttribute(GroupType, 'members.value')?.sub?.name).toBe('value');
    expect(findAttribute(GroupType, 'userName')).toBeUndefined();
    expect(findAttribute(GroupType, 'manager')).toBeUndefined();
  });

  it('gives one object for one attribute, however it is written', () => {
    expect(findAttribute(UserType, 'MANAGER')).toBe(findAttribute(UserType, `${ENT}:manager`));
  });
});

describe('findExtension', () => {
  it('finds an extension by its URN in any case, and never the core schema', () => {
    expect(findExtension(UserType, ENT.toUpperCase())?.id).toBe(ENT);
    expect(findExtension(UserType, URN.user)).toBeUndefined();
    expect(findExtension(GroupType, ENT)).toBeUndefined();
    expect(findExtension(UserType, '__proto__')).toBeUndefined();
  });
});

describe('findSubAttribute', () => {
  it('finds sub-attributes without case and nothing else', () => {
    const emails = findAttribute(UserType, 'emails')!.attribute;
    expect(findSubAttribute(emails, 'TYPE')?.name).toBe('type');
    expect(findSubAttribute(emails, 'hasOwnProperty')).toBeUndefined();
    expect(findSubAttribute(findAttribute(UserType, 'title')!.attribute, 'value')).toBeUndefined();
  });
});

describe('complexDefault', () => {
  it.each([
    ['emails', 'emails.value'],
    ['manager', `${ENT}:manager.value`],
    ['emails.type', 'emails.type'],
    ['name', 'name'],
    ['addresses', 'addresses'],
    ['title', 'title'],
  ])('B30 takes %s for %s', (text, canonical) => {
    expect(pathText(complexDefault(findAttribute(UserType, text)!))).toBe(canonical);
  });
});
