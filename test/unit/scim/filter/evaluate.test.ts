import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../../../src/scim/filter/evaluate.js';
import { parseFilter } from '../../../../src/scim/filter/parser.js';
import type { JsonObject } from '../../../../src/scim/json.js';
import { UserType } from '../../../../src/scim/schema/resource-types.js';
import { URN } from '../../../../src/scim/urns.js';
import { filterArbitrary } from '../../../support/filter-arbitrary.js';
import { userArbitrary } from '../../../support/user-arbitrary.js';

const alice: JsonObject = {
  schemas: [URN.user, URN.enterpriseUser],
  id: 'a-1',
  externalId: 'ExtA',
  userName: 'Alice@Example.test',
  displayName: 'Alice "Quote" 50%_done',
  nickName: 'al',
  active: true,
  name: { givenName: 'Alice', familyName: 'Zed' },
  emails: [
    { value: 'alice@work.test', type: 'work', primary: true },
    { value: 'alice@home.test', type: 'home' },
  ],
  [URN.enterpriseUser]: { department: 'Sales', manager: { value: 'B-2' } },
  meta: { resourceType: 'User', created: '2026-01-01T10:00:00.250Z', lastModified: '2026-01-02T10:00:00.000Z' },
};
const eve: JsonObject = { schemas: [URN.user], id: 'e-5', userName: 'eve', active: false };

const matches = (text: string) =>
  [alice, eve].filter((user) => evaluate(parseFilter(text, UserType), user)).map((user) => user.id);

const ALICE = ['a-1'];
const EVE = ['e-5'];
const BOTH = ['a-1', 'e-5'];
const NONE: string[] = [];

describe('a filter selects', () => {
  it.each([
    ['userName eq "ALICE@example.TEST"', ALICE],
    ['userName ne "alice@example.test"', EVE],
    ['userName co "example"', ALICE],
    ['userName sw "EV"', EVE],
    ['userName ew ".test"', ALICE],
    ['externalId eq "ExtA"', ALICE],
    ['externalId eq "exta"', NONE],
    ['id eq "a-1" and userName eq "ALICE@example.test"', ALICE],
    ['displayName co "%_"', ALICE],
    ['displayName co "50_"', NONE],
    ['displayName co "\\"quote\\""', ALICE],
    ['nickName eq "*"', NONE],
    ['name.familyName gt "xz"', ALICE],
    ['name.familyName ge "ZED"', ALICE],
    ['name.familyName lt "zed"', NONE],
    ['name.familyName le "zed"', ALICE],
    ['active eq false', EVE],
    ['active ne false', ALICE],
    ['active eq "False"', EVE],
    // absent values
    ['nickName ne "al"', EVE],
    ['not (nickName eq "al")', EVE],
    ['nickName lt "zzz"', ALICE],
    ['nickName sw ""', ALICE],
    ['nickName eq null', EVE],
    ['nickName ne null', ALICE],
    ['nickName pr', ALICE],
    ['name pr', ALICE],
    ['emails pr', ALICE],
    ['meta pr', ALICE],
    // several values
    ['emails.value eq "ALICE@home.test"', ALICE],
    ['emails eq "alice@home.test"', ALICE],
    ['emails.type eq "work" and emails.value ew "@home.test"', ALICE],
    ['emails[type eq "work" and value ew "@home.test"]', NONE],
    ['emails[type eq "work"].value eq "alice@work.test"', ALICE],
    ['emails[not (type eq "work")]', ALICE],
    ['emails.type ne "work"', EVE],
    ['emails.type ne "other"', BOTH],
    ['emails.type eq null', EVE],
    // a missing primary is false
    ['emails[type eq "home" and primary eq false]', ALICE],
    ['emails[type eq "home" and primary ne false]', NONE],
    ['emails[type eq "home" and primary pr]', NONE],
    ['emails.primary eq false', ALICE],
    ['emails.primary eq true', ALICE],
    // extensions and common attributes
    [`${URN.enterpriseUser}:department eq "SALES"`, ALICE],
    [`${URN.enterpriseUser}:manager.value eq "B-2"`, ALICE],
    [`${URN.enterpriseUser}:manager[value eq "b-2"]`, ALICE],
    ['manager eq "B-2"', ALICE],
    [`schemas eq "${URN.enterpriseUser}"`, ALICE],
    ['meta.resourceType eq "User"', ALICE],
    // instants
    ['meta.created eq "2026-01-01T11:00:00.25+01:00"', ALICE],
    ['meta.created gt "2026-01-01T10:00:00.249Z"', ALICE],
    ['meta.created gt "2026-01-01T10:00:00.250Z"', NONE],
    ['meta.lastModified lt "2000-01-01T00:00:00Z"', NONE],
    ['meta.created eq "2026-01-01T10:00:00.250"', ALICE],
    // a value path about one value asks for the value
    ['name[not (givenName eq "x")]', ALICE],
    // precedence
    ['displayName sw "Alice" or nickName pr and active eq false', ALICE],
    ['(displayName sw "Alice" or nickName pr) and active eq false', NONE],
    ['not (active eq true) and userName pr', EVE],
  ])('%s', (text, ids) => {
    expect(matches(text)).toEqual(ids);
  });

  it('orders text by code points, not by UTF-16 units', () => {
    const user = { ...eve, title: '\u{1D4B3}' };
    expect(evaluate(parseFilter('title gt "\uFF21"', UserType), user)).toBe(true);
  });

  it('takes empty values for absent ones', () => {
    const user = { ...eve, title: '', emails: [], name: {}, phoneNumbers: [{}], addresses: [{ locality: '' }] };
    for (const name of ['title', 'emails', 'name', 'phoneNumbers', 'addresses', 'addresses.locality']) {
      expect(evaluate(parseFilter(`${name} pr`, UserType), user)).toBe(false);
    }
  });
});

describe('for any filter and any user', () => {
  it('"not" is the opposite', () => {
    fc.assert(
      fc.property(filterArbitrary, userArbitrary, (filter, user) => {
        expect(evaluate({ kind: 'not', inner: filter }, user)).toBe(!evaluate(filter, user));
      }),
    );
  });
});
