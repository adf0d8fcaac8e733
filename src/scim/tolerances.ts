import type { Tolerance } from './dialect.js';

/**
 * Bytes of a client and where they stand: among the members of a User or a Group in a POST, as an operation or among the members of a
 * PATCH of a User, or as the filter of a list of Users.
 */
export interface WireSample {
  readonly in: 'User' | 'Group' | 'operation' | 'PATCH' | 'filter';
  readonly bytes: string;
}

export interface ToleranceRow {
  /** What was accepted although RFC 7643 or RFC 7644 does not allow it, one sentence, for the admin of a connection. */
  readonly meaning: string;
  readonly samples: readonly WireSample[];
  /** The switch of the dialect without which a lenient profile refuses it too. */
  readonly needs?: 'replaceCreates' | 'bareWords' | 'emptyPatch';
}

const user = (bytes: string): WireSample => ({ in: 'User', bytes });
const group = (bytes: string): WireSample => ({ in: 'Group', bytes });
const operation = (bytes: string): WireSample => ({ in: 'operation', bytes });
const patch = (bytes: string): WireSample => ({ in: 'PATCH', bytes });
const filter = (bytes: string): WireSample => ({ in: 'filter', bytes });

/**
 * What lenient profiles accept and `strict` refuses. The texts of the API, the table of docs/scim.md and the test that sends each sample
 * to both kinds of profile are made from these rows.
 */
export const TOLERANCES: Readonly<Record<Tolerance, ToleranceRow>> = {
  'boolean-as-string': {
    meaning: 'A string such as "True" was read as a boolean.',
    samples: [user('"active":"True"'), filter('active eq "True"')],
  },
  'number-for-string': {
    meaning: 'A number was read as the string of its digits.',
    samples: [user('"externalId":4711'), user('"roles":[{"value":7}]'), filter('externalId eq 4711')],
  },
  'boolean-for-string': {
    meaning: 'A boolean was read as the string "true" or "false".',
    samples: [user('"title":true')],
  },
  'op-capitalised': {
    meaning: 'The op of a PATCH operation was not written in lower case, as in "Replace".',
    samples: [operation('{"op":"Replace","path":"title","value":"Dr"}')],
  },
  'operations-empty': {
    meaning: 'A PATCH without any operation was answered as one that changes nothing.',
    samples: [patch('"Operations":[]')],
    needs: 'emptyPatch',
  },
  'singleton-for-array': {
    meaning: 'A single value came where a list belongs, and was read as a list of one.',
    samples: [user('"emails":{"value":"a@example.com"}')],
  },
  'array-for-singleton': {
    meaning: 'A list of one came where a single value belongs, and its value was taken.',
    samples: [user('"name":[{"givenName":"Ada"}]')],
  },
  'string-for-complex': {
    meaning: 'A string came where an object belongs, and was read as the value of that object.',
    samples: [
      user('"roles":["admin"]'),
      operation('{"op":"add","path":"emails","value":["a@example.com"]}'),
      operation('{"op":"add","path":"manager","value":"271"}'),
    ],
  },
  'json-in-string': {
    meaning: 'JSON text inside a string was read as the object it describes.',
    samples: [
      user('"roles":[{"value":"{\\"id\\":\\"06b0\\",\\"value\\":\\"Admin\\",\\"displayName\\":\\"Admin\\"}"}]'),
    ],
  },
  'remove-with-value': {
    meaning: 'A remove operation named the values to remove in its value; only those were removed.',
    samples: [operation('{"op":"remove","path":"emails","value":[{"value":"a@example.com"}]}')],
  },
  'name-in-value': {
    meaning:
      'The value of an operation repeated the name of its attribute; what stood under the name was read as the value.',
    samples: [operation('{"op":"add","path":"emails","value":{"emails":[{"value":"a@example.com"}]}}')],
  },
  'path-as-key': {
    meaning: 'A key of a value without a path was a path itself, as in "name.givenName", and was read as one.',
    samples: [operation('{"op":"replace","value":{"name.givenName":"Ada"}}')],
  },
  'replace-created-element': {
    meaning: 'A replace whose filter selected nothing created the element that the filter describes.',
    samples: [operation('{"op":"replace","path":"phoneNumbers[type eq \\"work\\"].value","value":"555"}')],
    needs: 'replaceCreates',
  },
  'unknown-attribute': {
    meaning: 'An attribute that no schema has was ignored.',
    samples: [user('"shoeSize":42'), operation('{"op":"add","value":{"shoeSize":42}}')],
  },
  'unknown-schema': {
    meaning: 'The URN of a schema that is not known here was ignored.',
    samples: [user('"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:example:custom"]')],
  },
  'schemas-missing': {
    meaning: 'The schemas were missing and were taken from the endpoint.',
    samples: [user('"schemas":[]'), group('"schemas":null'), patch('"schemas":[]')],
  },
  'legacy-urn': {
    meaning: 'A URN of SCIM 1.1 or of a draft was read as the one of RFC 7643.',
    samples: [
      user('"schemas":["urn:scim:schemas:core:2.0"]'),
      user('"schemas":["urn:scim:schemas:core:1.0","urn:scim:schemas:extension:enterprise:1.0"]'),
      group('"schemas":["urn:ietf:params:scim:schemas:core:2.0"]'),
      operation('{"op":"add","value":{"urn:scim:schemas:extension:enterprise:2.0":{"department":"Sales"}}}'),
      filter('urn:scim:schemas:extension:enterprise:1.0:department eq "Sales"'),
    ],
  },
  'extension-not-declared': {
    meaning: 'Data of an extension was accepted although the schemas did not name it.',
    samples: [user('"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales"}')],
  },
  'empty-string-as-unassigned': {
    meaning: 'An empty string was read as no value.',
    samples: [user('"title":""'), user('"active":""'), user('"password":""')],
  },
  'primary-repeated': {
    meaning: 'Several values were marked as primary; one stayed so.',
    samples: [user('"emails":[{"value":"a@example.com","primary":true},{"value":"b@example.com","primary":true}]')],
  },
  'bare-word-in-filter': {
    meaning: 'A word without quotation marks in a filter was read as a string or a date.',
    samples: [filter('externalId eq jyoung'), filter('meta.created gt 2015-10-10T14:38:21.8617979-07:00')],
    needs: 'bareWords',
  },
  'read-only-ignored': {
    meaning: 'A read-only attribute, sent back as it was read, was ignored.',
    samples: [operation('{"op":"replace","value":{"id":"2819c223","title":"Dr"}}')],
  },
};
