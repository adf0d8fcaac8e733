import { type Filter, type FilterColumns, filterToSql, pathText, prefixUpperBound } from '../scim/index.js';
import { EMAIL_VALUES, nameKey } from './member-keys.js';

/** A term of a filter that an index of `members m` or `member_keys` serves. */
export interface IndexedTerm {
  /** True of every row of which the filter is true; its placeholders are bound. */
  readonly sql: string;
  /** What the filter does not say itself, for the planner to find the index. */
  readonly implied: readonly string[];
}

type Bind = (value: string | number | boolean) => string;

const ORDERS = ['gt', 'ge', 'lt', 'le'];
/** Operators that an index serves, by attribute. */
const INDEXED: ReadonlyMap<string, readonly string[]> = new Map([
  ['id', ['eq']],
  ['meta.location', ['eq']],
  ['userName', ['eq', 'sw', ...ORDERS]],
  ['externalId', ['eq', 'sw', ...ORDERS]],
  ['meta.lastModified', ['eq', ...ORDERS]],
  [EMAIL_VALUES, ['eq', 'sw', ...ORDERS]],
  ['groups.value', ['eq']],
]);

/** The first term of a filter's conjunction that an index serves; undefined where none does. */
export function indexedTerm(filter: Filter, columns: FilterColumns, bind: Bind): IndexedTerm | undefined {
  switch (filter.kind) {
    case 'and':
      return indexedTerm(filter.left, columns, bind) ?? indexedTerm(filter.right, columns, bind);
    case 'compare': {
      if (filter.value === null) return undefined;
      const path = pathText(filter.ref);
      if (path === 'displayName') return displayName(filter.op, String(filter.value), bind);
      if (!INDEXED.get(path)?.includes(filter.op)) return undefined;
      return { sql: `(${filterToSql(filter, columns, bind)})`, implied: [] };
    }
    case 'valuePath':
      return valueOfPath(filter, columns, bind);
    case 'or':
    case 'not':
    case 'present':
      return undefined;
    default:
      return filter satisfies never;
  }
}

/** `emails[type eq "work" and value eq "x"]` */
function valueOfPath(
  { ref, inner }: Extract<Filter, { kind: 'valuePath' }>,
  columns: FilterColumns,
  bind: Bind,
): IndexedTerm | undefined {
  const terms = [inner];
  for (let term = terms.pop(); term !== undefined; term = terms.pop()) {
    if (term.kind === 'and') terms.push(term.left, term.right);
    if (term.kind !== 'compare') continue;
    const found = indexedTerm(
      { kind: 'compare', ref: { ...ref, sub: term.attribute }, op: term.op, value: term.value },
      columns,
      bind,
    );
    if (found) return found;
  }
  return undefined;
}

/** The key holds the beginning of the name, so it finds candidates and the document decides. */
function displayName(op: string, value: string, bind: Bind): IndexedTerm | undefined {
  const key = nameKey(value);
  const column = 'm.display_name_key';
  if (op === 'eq') return both(`${column} = ${bind(key)}::text`);
  if (op !== 'sw' || key === '') return undefined;
  const end = prefixUpperBound(key);
  const from = `${column} >= ${bind(key)}::text`;
  return both(end === undefined ? from : `${from} and ${column} < ${bind(end)}::text`);
}

const both = (sql: string): IndexedTerm => ({ sql, implied: [sql] });
