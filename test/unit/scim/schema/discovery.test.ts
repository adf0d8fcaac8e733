import { describe, expect, it } from '@jest/globals';
import {
  GroupType,
  isObject,
  type Json,
  type JsonObject,
  resourceTypeDocument,
  SCHEMAS,
  type ServiceProviderFeatures,
  schemaDocument,
  serviceProviderConfig,
  URN,
  UserType,
} from '../../../../src/scim/index.js';

const BASE = 'https://muster.test/scim/v2';

function attributesOf(document: JsonObject): JsonObject[] {
  const list = (document.attributes ?? document.subAttributes ?? []) as readonly JsonObject[];
  return list.flatMap((attribute) => [attribute, ...attributesOf(attribute)]);
}

function walk(value: Json, visit: (value: Json) => void): void {
  visit(value);
  if (Array.isArray(value)) for (const element of value as readonly Json[]) walk(element, visit);
  else if (isObject(value)) for (const member of Object.values(value)) walk(member, visit);
}

describe('schema documents', () => {
  it('B08 are there for the resources, and for no message', () => {
    expect(SCHEMAS.map(({ id }) => id)).toEqual([URN.user, URN.enterpriseUser, URN.group]);
  });

  it.each(SCHEMAS.map((schema) => [schema.name, schema] as const))(
    'A58 A59 %s states everything, and no null',
    (_, schema) => {
      const document = schemaDocument(schema, BASE);
      expect(document).toMatchObject({
        schemas: [URN.schema],
        id: schema.id,
        name: schema.name,
        meta: { resourceType: 'Schema', location: `${BASE}/Schemas/${schema.id}` },
      });
      walk(document, (value) => expect(value).not.toBeNull());
      for (const attribute of attributesOf(document)) {
        expect(attribute).toEqual(
          expect.objectContaining({
            name: expect.any(String),
            type: expect.any(String),
            multiValued: expect.any(Boolean),
            description: expect.any(String),
            required: expect.any(Boolean),
            caseExact: expect.any(Boolean),
            mutability: expect.any(String),
            returned: expect.any(String),
            uniqueness: expect.any(String),
          }),
        );
        expect(attribute).not.toHaveProperty('preparation');
        expect(attribute.type === 'complex').toBe('subAttributes' in attribute);
      }
    },
  );

  it('A20 list no common attribute', () => {
    const names = SCHEMAS.flatMap(({ attributes }) => attributes.map(({ name }) => name));
    for (const common of ['schemas', 'id', 'externalId', 'meta']) expect(names).not.toContain(common);
  });
});

describe('resource type documents', () => {
  it('A55 A56 name endpoint, schema and extensions', () => {
    expect(resourceTypeDocument(UserType, BASE)).toEqual({
      schemas: [URN.resourceType],
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      description: UserType.description,
      schema: URN.user,
      schemaExtensions: [{ schema: URN.enterpriseUser, required: false }],
      meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/User` },
    });
    expect(resourceTypeDocument(GroupType, BASE)).not.toHaveProperty('schemaExtensions');
  });
});

describe('the service provider configuration', () => {
  it('A52 D10 says what it was told', () => {
    const features: ServiceProviderFeatures = {
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1048576 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: 100,
        maxPageSize: 1000,
        cursorTimeout: 3600,
      },
      authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Token', description: 'A token.', primary: true }],
    };
    expect(serviceProviderConfig(features, BASE)).toEqual({
      schemas: [URN.serviceProviderConfig],
      ...features,
      meta: { resourceType: 'ServiceProviderConfig', location: `${BASE}/ServiceProviderConfig` },
    });
  });
});
