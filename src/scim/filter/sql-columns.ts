import { comparisonKey, prefixUpperBound } from '../comparison.js';
import type { Attribute } from '../schema/model.js';
import { badRequest } from '../scim-error.js';
import { UNSTORABLE } from './lexer.js';
import { type Bind, comparableText, isOrder, isoInstant, orderTest, type PlainOp, textTest } from './sql-terms.js';

/** Where the values of a resource type are found in SQL. Every `sql` is an expression over the caller's FROM clause. */
export interface FilterColumns {
  /** The resource as jsonb, for attributes without a column of their own, e.g. `d.doc`. */
  readonly document: string;
  /** Canonical path (`pathText`) → how it is stored. */
  readonly columns: ReadonlyMap<string, Column>;
}

export type Column =
  /** Text in collation "C" that holds `comparisonKey(value)`. */
  | {
      readonly kind: 'key';
      readonly sql: string;
      /** Whether it may hold the empty text, which sorts as no value. */
      readonly mayBeEmpty?: boolean;
    }
  /** Text made from other columns, as the resource shows it, e.g. `meta.version`. Reaches no index. */
  | { readonly kind: 'text'; readonly sql: string }
  | { readonly kind: 'uuid'; readonly sql: string }
  /** A URI that is made from an id: `base`, then the uuid `sql`, as in `meta.location`. */
  | { readonly kind: 'location'; readonly base: string; readonly sql: string }
  /** A URI that is made from a text of a client: `base`, then the text `sql`, percent-encoded, as in `manager.$ref`. */
  | { readonly kind: 'reference'; readonly base: string; readonly sql: string }
  | { readonly kind: 'boolean'; readonly sql: string }
  /** timestamptz, stored to the millisecond. */
  | { readonly kind: 'time'; readonly sql: string }
  /** A narrow table of the comparison keys of a multi-valued attribute, whose values also sit in the document. */
  | {
      readonly kind: 'keyTable';
      /** Column of the key, in collation "C". */
      readonly key: string;
      /** True of the rows that have a key of which the condition is true. */
      readonly having: (condition: string) => string;
    }
  /** An id in the elements of an attribute outside the document, which is found through an index. */
  | { readonly kind: 'membership'; readonly probe: (valuePlaceholder: string) => string }
  /** A multi-valued attribute outside the document: a FROM item of one jsonb column, an element a row. */
  | { readonly kind: 'elements'; readonly from: (bind: Bind) => string };

/** A column that holds the one value of its attribute. */
export type ValueColumn = Exclude<Column, { kind: 'keyTable' | 'membership' | 'elements' }>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const NO_VALUES: ReadonlySet<Column['kind']> = new Set(['keyTable', 'membership', 'elements']);

export function isValueColumn(column: Column | undefined): column is ValueColumn {
  return column !== undefined && !NO_VALUES.has(column.kind);
}

/** A comparison with a column. `=`, `<`, `<=`, `>`, `>=` stand bare: only they reach an index under row level security. */
export function columnTest(
  column: ValueColumn,
  attribute: Attribute,
  op: PlainOp,
  literal: string | number | boolean,
  bind: Bind,
): string {
  const key = () => comparisonKey(attribute, String(literal));
  switch (column.kind) {
    case 'key':
      return keyTest(column.sql, op, key(), bind);
    case 'text':
      return textTest(comparableText(column.sql, attribute), op, key(), bind);
    case 'uuid':
      return op === 'eq' ? idTest(column.sql, key(), bind) : textTest(uuidText(column.sql), op, key(), bind);
    case 'location': {
      if (op !== 'eq') {
        return textTest(`((${bind(column.base)}::text || ${column.sql}) collate "C")`, op, String(literal), bind);
      }
      const text = String(literal);
      return text.startsWith(column.base) ? idTest(column.sql, text.slice(column.base.length), bind) : 'false';
    }
    case 'reference':
      return referenceTest(column, attribute, op, String(literal), bind);
    case 'boolean':
      return `${column.sql} = ${bind(literal)}`;
    case 'time':
      return orderTest(column.sql, op, bind(isoInstant(String(literal))));
    default:
      return column satisfies never;
  }
}

/** What is no UUID in PostgreSQL's own spelling equals none: PostgreSQL would refuse it, or take it in another spelling. */
function idTest(sql: string, id: string, bind: Bind): string {
  return UUID.test(id) ? `${sql} = ${bind(id)}` : 'false';
}

/** A uuid as text is in lower case, which is its comparison key. */
function uuidText(sql: string): string {
  return `((${sql}::text) collate "C")`;
}

/** Only whole URIs are compared: the part that is percent-encoded is not there to be searched. */
function referenceTest(
  { base, sql }: Extract<Column, { kind: 'reference' }>,
  { name }: Attribute,
  op: PlainOp,
  literal: string,
  bind: Bind,
): string {
  if (op !== 'eq') {
    throw badRequest('invalidFilter', `${op} cannot be applied to ${name}, which is compared with eq and ne only`);
  }
  const value = literal.startsWith(base) ? decoded(literal.slice(base.length)) : undefined;
  return value === undefined ? 'false' : `((${sql}) collate "C") = ${bind(value)}::text`;
}

/** The text behind a percent-encoded one, spelled as encodeURIComponent spells it. */
function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return encodeURIComponent(value) === text && !UNSTORABLE.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function columnPresent(column: ValueColumn): string {
  switch (column.kind) {
    case 'key':
    case 'text':
    case 'reference':
      return `(${column.sql} is not null and ${column.sql} <> '')`;
    case 'uuid':
    case 'location':
    case 'boolean':
    case 'time':
      return `${column.sql} is not null`;
    default:
      return column satisfies never;
  }
}

/** `sw` is a range, which an index on the key can serve. */
export function keyTest(sql: string, op: PlainOp, key: string, bind: Bind): string {
  if (isOrder(op)) return orderTest(sql, op, bind(key));
  if (op !== 'sw') return textTest(sql, op, key, bind);
  const from = `${sql} >= ${bind(key)}`;
  const end = prefixUpperBound(key);
  return end === undefined ? from : `(${from} and ${sql} < ${bind(end)})`;
}
