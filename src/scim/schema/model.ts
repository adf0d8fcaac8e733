/** Attribute characteristics of RFC 7643 §7, as data. Everything about an attribute is derived from this. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'binary'
  | 'reference'
  | 'complex';
export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
export type Returned = 'always' | 'never' | 'default' | 'request';
export type Uniqueness = 'none' | 'server' | 'global';

export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: Uniqueness;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
  /**
   * How values are prepared before they are compared: `username` = PRECIS UsernameCaseMapped (RFC 7644 §5), `nickname` = PRECIS
   * Nickname (RFC 8266), `entityTag` = without the fingerprint. Not on the wire.
   */
  readonly preparation?: 'username' | 'nickname' | 'entityTag';
  /** Whether an index holds the values as a whole, although they need not be unique: their length is limited. Not on the wire. */
  readonly indexed?: boolean;
  /** What the attribute is after a `remove` (RFC 7644 §3.5.2.2). Not on the wire. */
  readonly defaultValue?: boolean;
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly { readonly schema: Schema; readonly required: boolean }[];
  /** The most that the JSON text of one resource, and of a request about one, may have; undefined where it has no limit. */
  readonly maxCharacters?: number;
}

/**
 * One attribute of a resource type, found by name (case-insensitive, RFC 7643 §2.1).
 * `extension` is the URN under which the attribute sits in the JSON; undefined for core and common attributes.
 */
export interface AttributeRef {
  readonly extension?: string;
  readonly attribute: Attribute;
  readonly sub?: Attribute;
}
