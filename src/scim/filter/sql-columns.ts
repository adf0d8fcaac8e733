import { comparisonKey, prefixUpperBound } from '../comparison.js';
import type { Attribute } from '../schema/model.js';
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
  /** An attribute outside the document, which can be asked for an exact value and nothing else. */
  | { readonly kind: 'membership'; readonly probe: (valuePlaceholder: string) => string };

/** A column that holds the one value of its attribute. */
export type ValueColumn = Exclude<Column, { kind: 'keyTable' | 'membership' }>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isValueColumn(column: Column | undefined): column is ValueColumn {
  return column !== undefined && column.kind !== 'keyTable' && column.kind !== 'membership';
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
      if (op !== 'eq') return textTest(comparableText(`${column.sql}::text`, attribute), op, key(), bind);
      // What is no UUID in our spelling equals none; PostgreSQL would refuse it, or take it in another spelling.
      return UUID.test(key()) ? `${column.sql} = ${bind(key())}` : 'false';
    case 'boolean':
      return `${column.sql} = ${bind(literal)}`;
    case 'time':
      return orderTest(column.sql, op, bind(isoInstant(String(literal))));
    default:
      return column satisfies never;
  }
}

export function columnPresent(column: ValueColumn): string {
  switch (column.kind) {
    case 'key':
    case 'text':
      return `(${column.sql} is not null and ${column.sql} <> '')`;
    case 'uuid':
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
