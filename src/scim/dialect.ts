/**
 * How far the engine bends for one IdP. All of it is data: the parsers read these switches and nothing else.
 * `lenient` accepts booleans as strings, capitalised ops, singletons for arrays, `remove` with a value array, dotted and
 * URN keys in a path-less value, unknown attributes and schema URNs; each use is reported as a tolerance.
 */
export interface Dialect {
  readonly lenient: boolean;
  /** `replace` on a value path that selects nothing creates the element from its `eq` terms (Entra's default mappings need it). */
  readonly replaceCreates: boolean;
  /** `externalId eq jyoung`: a bare word is taken as a string (Entra's documentation shows it). */
  readonly bareWords: boolean;
  /** A PATCH without any operation changes nothing and is no mistake (Microsoft's SCIM validator sends one). */
  readonly emptyPatch: boolean;
}

/** Names of what was tolerated in one request, in order of first use. Counted per connection. */
export type Tolerance =
  | 'boolean-as-string'
  | 'number-for-string'
  | 'boolean-for-string'
  | 'op-capitalised'
  | 'operations-empty'
  | 'singleton-for-array'
  | 'array-for-singleton'
  | 'string-for-complex'
  | 'json-in-string'
  | 'remove-with-value'
  | 'name-in-value'
  | 'path-as-key'
  | 'replace-created-element'
  | 'unknown-attribute'
  | 'unknown-schema'
  | 'schemas-missing'
  | 'legacy-urn'
  | 'extension-not-declared'
  | 'empty-string-as-unassigned'
  | 'primary-repeated'
  | 'bare-word-in-filter'
  | 'read-only-ignored';

/** Collects tolerances while a request is parsed. */
export type Tolerances = Set<Tolerance>;

export const LENIENT: Dialect = { lenient: true, replaceCreates: false, bareWords: false, emptyPatch: false };
export const STRICT: Dialect = { lenient: false, replaceCreates: false, bareWords: false, emptyPatch: false };
