import { type AttributeRef, type FilterColumns, sortToSql } from '../scim/index.js';

/** Where the next page of a cursor begins: behind this resource, and behind this sort key when the list is sorted. */
export interface Position {
  readonly id: string;
  readonly sortKey?: string | null;
}

export interface Ordered {
  readonly sort?: { readonly by: AttributeRef; readonly descending: boolean };
  /** An offset counts resources before the page; a position continues a walk. */
  readonly from: { readonly offset: number } | { readonly after: Position | undefined };
}

interface Order {
  readonly by: string;
  /** Further columns of the page, with a leading comma. */
  readonly columns: string;
  /** What a position demands of the rows behind it. */
  readonly conditions: readonly string[];
}

interface Source {
  /** Unique and in the order of creation, which also decides between equal sort keys. */
  readonly idColumn: string;
  readonly columns: FilterColumns;
  readonly bind: (value: unknown) => string;
}

/** RFC 7644 §3.4.2.3: without a value last ascending, first descending; equal keys in the order of creation. */
export function orderOf({ sort, from }: Ordered, { idColumn, columns: filterColumns, bind }: Source): Order {
  const after = 'after' in from ? from.after : undefined;
  const behindId = (position: Position) => `${idColumn} > ${bind(position.id)}::uuid`;
  if (!sort) return { by: idColumn, columns: '', conditions: after ? [behindId(after)] : [] };
  const { sql, type } = sortToSql(sort.by, filterColumns);
  const by = sort.descending ? `${sql} desc nulls first, ${idColumn}` : `${sql} asc nulls last, ${idColumn}`;
  const columns = `, (${sql})::text as sort_key`;
  if (!after) return { by, columns, conditions: [] };
  const id = behindId(after);
  if (after.sortKey == null) {
    const behind = `(${sql} is null and ${id})`;
    return { by, columns, conditions: [sort.descending ? `(${behind} or ${sql} is not null)` : behind] };
  }
  const key = `${bind(after.sortKey)}::${type}`;
  const further = sort.descending ? `${sql} < ${key}` : `(${sql} > ${key} or ${sql} is null)`;
  return { by, columns, conditions: [`(${further} or (${sql} = ${key} and ${id}))`] };
}
