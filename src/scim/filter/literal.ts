import { type Dialect, LENIENT, type Tolerance, type Tolerances } from '../dialect.js';
import type { Attribute, AttributeType, ResourceType } from '../schema/model.js';
import type { CompareOp, Literal } from './ast.js';
import { instantOf } from './instant.js';
import type { Token } from './lexer.js';
import type { TokenReader } from './token-reader.js';

export interface FilterOptions {
  readonly dialect?: Dialect;
  /** Collects what was tolerated. */
  readonly tolerances?: Tolerances;
  /** Types whose attributes may be named, too: of them a resource of this type has no value (RFC 7644 §3.4.2.1). */
  readonly alsoKnown?: readonly ResourceType[] | undefined;
}

const ALL: readonly CompareOp[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'];
const EQUALITY: readonly CompareOp[] = ['eq', 'ne'];
const ORDER: readonly CompareOp[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];

/** RFC 7644 §3.4.2.2, Table 3: booleans and binaries have no order; parts exist in text only. */
const OPERATORS: Readonly<Record<AttributeType, readonly CompareOp[]>> = {
  string: ALL,
  reference: ALL,
  binary: ['eq', 'ne', 'co', 'sw', 'ew'],
  boolean: EQUALITY,
  integer: ORDER,
  decimal: ORDER,
  dateTime: ORDER,
  complex: [],
};

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const BOOLEAN: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

export function isCompareOp(word: string): word is CompareOp {
  return (ALL as readonly string[]).includes(word);
}

/** Reads the value of a comparison as the attribute's type. A value of another type is refused: it could match nothing. */
export function readLiteral(reader: TokenReader, attribute: Attribute, op: CompareOp, options: FilterOptions): Literal {
  const token = reader.next();
  if (!OPERATORS[attribute.type].includes(op)) {
    throw reader.refusal(token, `${op} cannot be applied to ${attribute.name}, which is of type ${attribute.type}`);
  }
  if (token.kind !== 'string' && token.kind !== 'word') throw reader.refusal(token, 'A value is expected here');
  if (token.kind === 'word' && token.text.toLowerCase() === 'null') {
    if (EQUALITY.includes(op)) return null;
    throw reader.refusal(token, `${op} cannot be applied to null`);
  }
  const value = typedValue(token, attribute, options);
  if (value === undefined) throw reader.refusal(token, wanted(token, attribute));
  return value;
}

function typedValue(
  token: Token & { kind: 'string' | 'word' },
  attribute: Attribute,
  options: FilterOptions,
): Literal | undefined {
  const { dialect = LENIENT } = options;
  const tolerate = (tolerance: Tolerance) => options.tolerances?.add(tolerance);
  switch (attribute.type) {
    case 'string':
    case 'reference':
    case 'binary':
      if (token.kind === 'string') return token.value;
      if (BOOLEAN.has(token.text.toLowerCase())) return undefined;
      if (dialect.lenient && NUMBER.test(token.text)) {
        tolerate('number-for-string');
        return token.text;
      }
      // Entra's documentation shows `filter=externalId eq jyoung`, without quotes; authentik writes names like that.
      if (!dialect.bareWords || token.text.includes("'")) return undefined;
      tolerate('bare-word-in-filter');
      return token.text;
    case 'boolean': {
      if (token.kind === 'word') return BOOLEAN.get(token.text.toLowerCase());
      // Entra: roles[primary eq "True"].value
      const value = dialect.lenient ? BOOLEAN.get(token.value.toLowerCase()) : undefined;
      if (value !== undefined) tolerate('boolean-as-string');
      return value;
    }
    case 'integer':
    case 'decimal':
      return token.kind === 'word' ? finiteNumber(token.text) : undefined;
    case 'dateTime': {
      const text = token.kind === 'string' ? token.value : token.text;
      if (instantOf(text) === undefined) return undefined;
      if (token.kind === 'string') return text;
      // Microsoft's collection: meta.created gt 2015-10-10T14:38:21.8617979-07:00
      if (!dialect.bareWords) return undefined;
      tolerate('bare-word-in-filter');
      return text;
    }
    case 'complex':
      return undefined;
    default:
      return attribute.type satisfies never;
  }
}

function finiteNumber(text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  // Minus zero is zero: it could not be told apart in SQL.
  return Number.isFinite(value) ? value + 0 : undefined;
}

function wanted(token: Token & { kind: 'string' | 'word' }, attribute: Attribute): string {
  switch (attribute.type) {
    case 'dateTime':
      return `${attribute.name} is compared with a dateTime such as "2026-01-31T08:00:00Z"`;
    case 'boolean':
      return `${attribute.name} is compared with true or false`;
    case 'integer':
    case 'decimal':
      return `${attribute.name} is compared with a number`;
    default:
      return token.kind === 'word'
        ? `${attribute.name} is compared with a string in double quotes`
        : `${attribute.name} cannot be compared`;
  }
}
