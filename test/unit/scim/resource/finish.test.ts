import { describe, expect, it } from '@jest/globals';
import { finishResource, GroupType, URN, UserType } from '../../../../src/scim/index.js';

const ENT = URN.enterpriseUser;

describe('finishResource', () => {
  it('puts everything in canonical order and says truly which schemas are used', () => {
    const finished = finishResource(
      {
        [ENT]: { manager: { displayName: 'old', $ref: '../Users/old', value: 'new' }, department: 'D' },
        emails: [{ type: 'work', value: 'a' }],
        userName: 'ada',
        schemas: [URN.user],
      },
      UserType,
    );
    expect(JSON.stringify(finished)).toBe(
      JSON.stringify({
        schemas: [URN.user, ENT],
        userName: 'ada',
        emails: [{ value: 'a', type: 'work' }],
        [ENT]: { department: 'D', manager: { value: 'new', $ref: '../Users/new' } },
      }),
    );
  });

  it('B67 leaves nothing empty behind, and no schema without data', () => {
    expect(
      finishResource(
        {
          schemas: [URN.user, ENT],
          userName: 'ada',
          title: '',
          name: { givenName: null },
          emails: [],
          roles: [{}, { value: '' }],
          [ENT]: { department: null, manager: { $ref: '../Users/1' } },
        },
        UserType,
      ),
    ).toEqual({ schemas: [URN.user], userName: 'ada' });
  });

  it('leaves out what is not stored', () => {
    const given = { userName: 'ada', id: '1', meta: {}, groups: [{ value: 'g' }], password: 'p', nonsense: 1 };
    expect(finishResource(given, UserType)).toEqual({ schemas: [URN.user], userName: 'ada' });
  });

  it('B68 refuses a resource that lost a required attribute', () => {
    expect(() => finishResource({}, UserType)).toThrow('userName is required');
    expect(() => finishResource({ displayName: ' ' }, GroupType)).toThrow('displayName is required');
  });

  it('changes nothing in what is finished already', () => {
    const finished = finishResource({ userName: 'ada', active: false, name: { givenName: 'A' } }, UserType);
    expect(finishResource(finished, UserType)).toEqual(finished);
  });
});
