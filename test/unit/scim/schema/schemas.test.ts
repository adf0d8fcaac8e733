import { describe, expect, it } from '@jest/globals';
import {
  type Attribute,
  COMMON_ATTRIBUTES,
  findAttribute,
  RESOURCE_TYPES,
  UserType,
} from '../../../../src/scim/index.js';
import { string } from '../../../../src/scim/schema/define.js';

const everyAttribute: [string, Attribute][] = [];
const collect = (where: string, attributes: readonly Attribute[]): void => {
  for (const attribute of attributes) {
    everyAttribute.push([`${where} ${attribute.name}`, attribute]);
    collect(`${where} ${attribute.name}.`, attribute.subAttributes ?? []);
  }
};
collect('common', COMMON_ATTRIBUTES);
for (const type of RESOURCE_TYPES) {
  collect(type.name, type.schema.attributes);
  for (const { schema } of type.extensions) collect(schema.name, schema.attributes);
}

describe('schema data', () => {
  it('A03 states the defaults of RFC 7643 §2.2', () => {
    expect(string('x', 'An x.')).toEqual({
      name: 'x',
      type: 'string',
      description: 'An x.',
      multiValued: false,
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    });
  });

  it.each(everyAttribute)('A02 A11 %s is well formed', (_, attribute) => {
    expect(attribute.name).toMatch(/^(?:\$ref|[A-Za-z][$\-_0-9A-Za-z]*)$/);
    expect(attribute.description).not.toBe('');
    expect(attribute.type === 'complex').toBe(attribute.subAttributes !== undefined);
    for (const sub of attribute.subAttributes ?? []) expect(sub.type).not.toBe('complex');
    if (attribute.type === 'reference') expect(attribute.referenceTypes?.length).toBeGreaterThan(0);
  });

  it.each([
    ['userName', { required: true, caseExact: false, uniqueness: 'server', preparation: 'username' }],
    ['externalId', { caseExact: true, mutability: 'readWrite' }],
    ['id', { caseExact: false, returned: 'always', mutability: 'readOnly' }],
    ['schemas', { returned: 'always', multiValued: true }],
    ['password', { mutability: 'writeOnly', returned: 'never' }],
    ['groups', { mutability: 'readOnly', multiValued: true }],
    ['meta', { mutability: 'readOnly', multiValued: false }],
  ] as const)('gives %s its characteristics', (name, expected) => {
    expect(findAttribute(UserType, name)?.attribute).toMatchObject(expected);
  });
});
