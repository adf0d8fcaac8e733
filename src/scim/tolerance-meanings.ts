import type { Tolerance } from './dialect.js';

/** What was accepted although RFC 7643 or RFC 7644 does not allow it, one sentence each, for whoever looks after a connection. */
export const TOLERANCE_MEANINGS: Readonly<Record<Tolerance, string>> = {
  'boolean-as-string': 'A string such as "True" was read as a boolean.',
  'number-as-string': 'A string of digits was read as a number.',
  'op-capitalised': 'The op of a PATCH operation was not written in lower case, as in "Replace".',
  'operations-empty': 'A PATCH without any operation was answered as one that changes nothing.',
  'singleton-for-array': 'A single value came where a list belongs, and was read as a list of one.',
  'array-for-singleton': 'A list of one came where a single value belongs, and its value was taken.',
  'string-for-complex': 'A string came where an object belongs, and was read as the value of that object.',
  'json-in-string': 'JSON text inside a string was read as the object it describes.',
  'remove-with-value': 'A remove operation named the values to remove in its value; only those were removed.',
  'name-in-value':
    'The value of an operation repeated the name of its attribute; what stood under the name was read as the value.',
  'path-as-key': 'A key of a value without a path was a path itself, as in "name.givenName", and was read as one.',
  'replace-created-element': 'A replace whose filter selected nothing created the element that the filter describes.',
  'unknown-attribute': 'An attribute that no schema has was ignored.',
  'unknown-schema': 'The URN of a schema that is not known here was ignored.',
  'schemas-missing': 'The schemas were missing and were taken from the endpoint.',
  'extension-not-declared': 'Data of an extension was accepted although the schemas did not name it.',
  'empty-string-as-unassigned': 'An empty string was read as no value.',
  'primary-repeated': 'Several values were marked as primary; one stayed so.',
  'bare-word-in-filter': 'A word without quotation marks in a filter was read as a string.',
  'read-only-ignored': 'A read-only attribute, sent back as it was read, was ignored.',
};
