import { complexDefault, pathText } from '../attribute-path.js';
import type { AttributeRef } from '../schema/model.js';
import { type FilterColumns, isValueColumn } from './sql-columns.js';
import { comparableText, jsonAt, quoteLiteral } from './sql-terms.js';

/** What a list is sorted by: an expression that is NULL where the attribute has no value, and its PostgreSQL type. */
export interface SortKey {
  readonly sql: string;
  readonly type: 'text' | 'uuid' | 'boolean' | 'timestamptz' | 'numeric';
}

const COLUMN_TYPE = {
  key: 'text',
  text: 'text',
  uuid: 'uuid',
  location: 'uuid',
  reference: 'text',
  boolean: 'boolean',
  time: 'timestamptz',
} as const;

/**
 * RFC 7644 §3.4.2.3: text without caseExact sorts without case, a multi-valued attribute by its primary or else its first
 * value, a complex one by its `value`.
 */
export function sortToSql(sortBy: AttributeRef, { document, columns }: FilterColumns): SortKey {
  const ref = complexDefault(sortBy);
  const column = columns.get(pathText(ref));
  if (isValueColumn(column)) {
    const mayBeEmpty = column.kind === 'key' && column.mayBeEmpty === true;
    return { sql: mayBeEmpty ? `nullif(${column.sql}, '')` : column.sql, type: COLUMN_TYPE[column.kind] };
  }
  const holder = ref.extension === undefined ? document : `${document}->${quoteLiteral(ref.extension)}`;
  const list = jsonAt({ holder, key: ref.attribute.name });
  const element = ref.attribute.multiValued
    ? `coalesce(jsonb_path_query_first(${list}, '$[*] ? (@.primary == true)'), ${list}->0)`
    : list;
  const text = `nullif((${ref.sub ? jsonAt({ holder: element, key: ref.sub.name }) : element}) #>> '{}', '')`;
  const attribute = ref.sub ?? ref.attribute;
  switch (attribute.type) {
    case 'boolean':
      return { sql: `(${text})::boolean`, type: 'boolean' };
    case 'integer':
    case 'decimal':
      return { sql: `(${text})::numeric`, type: 'numeric' };
    case 'dateTime':
      return { sql: `(${text})::timestamptz`, type: 'timestamptz' };
    default:
      return { sql: comparableText(text, attribute), type: 'text' };
  }
}
