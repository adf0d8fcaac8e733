import { type Filter, filterToSql, pathText } from '../scim/index.js';
import { type Ordered, orderOf, type Position } from './list-order.js';
import { DIRECTORY, LOCK_HEAD, PLACE_HEAD, SETTLE, START, WORTH_SETTLING } from './member-blocks.js';
import { DOCUMENT, MEMBER_DOCUMENT, memberFilterColumns } from './member-columns.js';
import { STORED_USER_COLUMNS, type StoredUser, type StoredUserRow, toStoredUser } from './member-rows.js';
import { BOUND, shapedStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

export interface MemberQuery extends Ordered {
  readonly filter?: Filter;
  /** 0 asks for the total alone. */
  readonly limit: number;
  readonly hideUnlinked: boolean;
  /** Base of all SCIM URLs: what `meta.location` and `$ref` are compared with begins with it. */
  readonly scimUrl?: string;
}

export interface MemberPage {
  /** All that match, not only this page. */
  readonly total: number;
  readonly users: readonly StoredUser[];
  /** Position of the last user of this page; undefined when no further page exists. */
  readonly next: Position | undefined;
}

type PageRow = Partial<StoredUserRow> & {
  readonly total: string;
  readonly unsettled?: string;
  readonly sort_key?: string | null;
};

/** Lists in one round trip: the total and one page. Values of the client travel as parameters only. */
export class MemberList {
  constructor(private readonly session: TenantSession) {}

  async page(query: MemberQuery): Promise<MemberPage & { readonly worthSettling: boolean }> {
    const { text, values, brief } = compileMemberQuery(query);
    const rows = await this.session.run<PageRow>(shapedStatement(text, brief), values);
    const found = rows.filter((row): row is PageRow & StoredUserRow => row.scim_id != null);
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const more = found.length > page.length && last !== undefined;
    return {
      total: Number(rows[0]?.total ?? 0),
      users: page.map(toStoredUser),
      next: more ? { id: last.scim_id, ...(query.sort && { sortKey: last.sort_key ?? null }) } : undefined,
      worthSettling: Number(rows[0]?.unsettled ?? 0) > WORTH_SETTLING,
    };
  }

  /** Extends the directory of blocks by what has settled; returns how many members that were. */
  settle(): Promise<number> {
    return this.session.transaction(async (session) => {
      await session.run(PLACE_HEAD);
      await session.run(LOCK_HEAD);
      const [row] = await session.run<{ settled: number }>(SETTLE);
      return row?.settled ?? 0;
    });
  }
}

const LIVE = `m.tenant_id = $tenant::uuid and m.scim_id is not null and ${BOUND}`;

interface CompiledQuery {
  /** The body of a tenant statement. */
  readonly text: string;
  readonly values: Record<string, unknown>;
  /** As of a statement. */
  readonly brief?: boolean;
}

/** The members of a query as one statement. */
export function compileMemberQuery(query: MemberQuery): CompiledQuery {
  const values: Record<string, unknown> = {};
  const bind = (value: unknown) => {
    const name = `v${Object.keys(values).length + 1}`;
    values[name] = value;
    return `$${name}`;
  };
  const columns = memberFilterColumns(query.scimUrl ?? '');
  const conditions = [LIVE];
  if (query.filter) conditions.push(`(${filterToSql(query.filter, columns, bind)})`);
  if (query.hideUnlinked) conditions.push('m.connection_id is not null');
  const whole = conditions.length === 1;
  const filtered = conditions.join(' and ');

  const order = orderOf(query, { idColumn: 'm.scim_id', columns, bind });
  const from = ['members m', ...(needsDocument(filtered + order.columns) ? [DOCUMENT] : [])].join(' ');
  const offset = 'offset' in query.from ? query.from.offset : 0;
  // One more than asked for tells whether a further page exists. A literal, so that the planner knows how few rows are read.
  const limit = `limit ${query.limit === 0 ? 0 : Math.trunc(query.limit) + 1}`;
  const seek = whole && !query.sort && 'offset' in query.from && offset > 0;
  if (seek) values.offset = offset;

  if (
    query.filter &&
    findsAtMostOne(query.filter) &&
    order.conditions.length === 0 &&
    offset === 0 &&
    query.limit > 0
  ) {
    return {
      text: `select 1 as total, ${STORED_USER_COLUMNS}${order.columns} from ${from} where ${filtered} limit 1`,
      values,
      brief: true,
    };
  }
  const skip = seek ? '$offset::bigint - (select upto from start)' : offset > 0 ? `${bind(offset)}::bigint` : undefined;
  const behind = seek ? ['m.scim_id > (select last_id from start)'] : order.conditions;
  const where = [filtered, ...behind].join(' and ');
  const chosen = (columns: string) =>
    `select ${columns}${order.columns} from ${from} where ${where} order by ${order.by}`;
  // What is skipped is stepped over before anything is made of it: documents, teams.
  const page = skip
    ? `select ${STORED_USER_COLUMNS}${order.columns && ', m.sort_key'} from (${chosen('m.*')} offset ${skip} ${limit}) m`
    : `${chosen(STORED_USER_COLUMNS)} ${limit}`;
  const totals = whole
    ? 'select unsettled, settled + unsettled as total from tail'
    : `select count(*) as total from ${countFrom(filtered)} where ${filtered}`;
  const parts = whole ? `with ${[DIRECTORY, ...(seek ? [START] : [])].join(', ')} ` : '';
  return {
    text: `${parts}select t.*, p.* from (${totals}) t left join lateral (${page}) p on true`,
    values,
  };
}

/** The look-up of an IdP: uniqueness makes the count superfluous. */
function findsAtMostOne(filter: Filter): boolean {
  if (filter.kind === 'and') return findsAtMostOne(filter.left) || findsAtMostOne(filter.right);
  if (filter.kind !== 'compare' || filter.op !== 'eq' || filter.value === null) return false;
  return UNIQUE.has(pathText(filter.ref));
}
const UNIQUE: ReadonlySet<string> = new Set(['id', 'userName']);

function countFrom(filtered: string): string {
  return needsDocument(filtered) ? `members m ${DOCUMENT}` : 'members m';
}

function needsDocument(sql: string): boolean {
  return sql.includes(MEMBER_DOCUMENT);
}
