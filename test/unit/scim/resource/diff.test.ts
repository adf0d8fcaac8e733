import { describe, expect, it } from '@jest/globals';
import { diff, type JsonObject, URN } from '../../../../src/scim/index.js';

const ENT = URN.enterpriseUser;
const ADA: JsonObject = {
  schemas: [URN.user],
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'L' },
  emails: [{ value: 'a', type: 'work' }, { value: 'b' }],
  [ENT]: { department: 'D' },
};

describe('diff', () => {
  it.each<[string, JsonObject]>([
    ['the resource itself', ADA],
    ['another order of names', { [ENT]: { department: 'D' }, ...ADA }],
    ['another order of sub-attributes', { ...ADA, name: { familyName: 'L', givenName: 'Ada' } }],
    ['another order of elements', { ...ADA, emails: [{ value: 'b' }, { type: 'work', value: 'a' }] }],
    ['other schemas', { ...ADA, schemas: [] }],
  ])('B64 sees no difference in %s', (_, after) => {
    expect(diff(ADA, after)).toEqual({ changed: [], before: {}, after: {} });
  });

  it('names what changed, came and went, with old and new values', () => {
    const { userName: _, ...rest } = ADA;
    expect(diff(ADA, { ...rest, title: 'T', name: { givenName: 'Augusta' }, [ENT]: { division: 'V' } })).toEqual({
      changed: ['userName', 'name', `${ENT}:department`, `${ENT}:division`, 'title'],
      before: { userName: 'ada', name: { givenName: 'Ada', familyName: 'L' }, [`${ENT}:department`]: 'D' },
      after: { name: { givenName: 'Augusta' }, title: 'T', [`${ENT}:division`]: 'V' },
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['false and absent', { active: false }, {}],
    ['true and "true"', { active: true }, { active: 'true' }],
    ['one element and two equal ones', { emails: [{ value: 'a' }] }, { emails: [{ value: 'a' }, { value: 'a' }] }],
    ['case', { title: 'a' }, { title: 'A' }],
  ])('tells %s apart', (_, before, after) => {
    expect(diff(before, after).changed).toHaveLength(1);
  });
});
