/**
 * Every limit of the SCIM engine: what one request may cost. The rows have the form of src/config/limits.ts and are printed with
 * them in docs/limits.md; this folder imports nothing, so it has a table of its own.
 */
export const SCIM_LIMITS = {
  /** Bounds the lexer. */
  filterCharacters: { value: 4096, unit: 'characters', scope: 'request', exceeded: '400 invalidFilter' },
  /** Bounds the stack of the parser. */
  filterDepth: { value: 32, unit: 'levels', scope: 'request', exceeded: '400 invalidFilter' },
  /** Terms and operators. Bounds the SQL that a filter becomes. */
  filterNodes: { value: 200, unit: 'nodes', scope: 'request', exceeded: '400 invalidFilter' },
  /** Operations of one PATCH. A value without a path counts as one operation for each of its members. */
  patchOperations: { value: 1000, unit: 'operations', scope: 'request', exceeded: '400 invalidValue' },
  /** Work of one PATCH on multi-valued attributes: elements looked at, times terms of the filter that selects them. */
  patchSteps: { value: 200_000, unit: 'steps', scope: 'request', exceeded: '400 invalidValue' },
  /** Elements of one multi-valued attribute of a User. The members of a Group have no limit of their own. */
  elements: { value: 1000, unit: 'elements', scope: 'request', exceeded: '400 invalidValue' },
  /** Members of one JSON object: a resource, an extension, a complex value, a SCIM message. */
  objectMembers: { value: 1000, unit: 'members', scope: 'request', exceeded: '400 invalidValue' },
  /** A User as JSON text, and a request about one. */
  userCharacters: { value: 256 * 1024, unit: 'characters', scope: 'request', exceeded: '413' },
  /** Names in `attributes` or `excludedAttributes`. All paths of a User together are about 110. */
  listedNames: { value: 500, unit: 'names', scope: 'request', exceeded: '400 invalidValue' },
  /** URNs in `schemas`. */
  listedSchemas: { value: 100, unit: 'URNs', scope: 'request', exceeded: '400 invalidSyntax' },
  /** A value that an index holds. An index entry has room for 2 704 bytes, and a character takes up to three. */
  indexedCharacters: { value: 512, unit: 'characters', scope: 'request', exceeded: '400 invalidValue' },
  /** Operations, members and terms that are read before other requests get their turn. */
  stepsAtOnce: { value: 2000, unit: 'steps', scope: 'request', exceeded: 'the rest is read after other requests' },
} as const;
