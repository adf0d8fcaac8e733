import { complex, dateTime, reference, string } from './define.js';
import type { Attribute } from './model.js';

const READ_ONLY = { mutability: 'readOnly' } as const;

/** RFC 7643 §3 and §3.1: attributes of every resource, which no schema document lists. */
export const COMMON_ATTRIBUTES: readonly Attribute[] = [
  reference('schemas', 'The URIs of the schemas that describe the resource.', ['uri'], {
    multiValued: true,
    // Values are URNs, and clients write them in any case.
    caseExact: false,
    required: true,
    returned: 'always',
  }),
  string('id', 'The identifier given by the service provider.', {
    ...READ_ONLY,
    // Ids are compared as ids, in filters as in paths: a UUID in capitals is the same one.
    returned: 'always',
    uniqueness: 'server',
  }),
  string('externalId', 'The identifier given by the client.', { caseExact: true, uniqueness: 'server' }),
  complex(
    'meta',
    'About the resource itself.',
    [
      string('resourceType', 'The name of the resource type.', { ...READ_ONLY, caseExact: true }),
      dateTime('created', 'When the resource came to be.', READ_ONLY),
      dateTime('lastModified', 'When the resource last changed.', READ_ONLY),
      reference('location', 'The URI of the resource.', ['uri'], READ_ONLY),
      string('version', 'The entity-tag of this state of the resource.', {
        ...READ_ONLY,
        caseExact: true,
        preparation: 'entityTag',
      }),
    ],
    READ_ONLY,
  ),
];
