import { LIMITS } from '../config/limits.js';
import { type Filter, type FilterColumns, filterToSql, pathText } from '../scim/index.js';
import {
  attemptParts,
  CANDIDATE_COUNT,
  type CompiledQuery,
  type ListPlan,
  limited,
  mostCandidates,
  runList,
} from './bounded-list.js';
import { byteCut, isCutByBytes, PAGE_ROWS, withinCut } from './byte-pages.js';
import { indexedTerm } from './indexed-term.js';
import { type Ordered, orderOf, type Position } from './list-order.js';
import { DIRECTORY, LOCK_HEAD, PLACE_HEAD, SETTLE, START, WORTH_SETTLING } from './member-blocks.js';
import { DOCUMENT, MEMBER_DOCUMENT, memberFilterColumns } from './member-columns.js';
import { STORED_USER_COLUMNS, type StoredUser, type StoredUserRow, toStoredUser } from './member-rows.js';
import { BOUND } from './statement.js';
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
  /** Rows of the page, those that its bytes cut off included. */
  readonly fetched?: number | null;
};

/** Lists in one round trip: the total and one page. Values of the client travel as parameters only. */
export class MemberList {
  constructor(private readonly session: TenantSession) {}

  async page(query: MemberQuery): Promise<MemberPage & { readonly worthSettling: boolean }> {
    const rows = await runList<PageRow>(this.session, planMemberQuery(query));
    const found = rows.filter((row): row is PageRow & StoredUserRow => row.scim_id != null);
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const more = isCutByBytes(this.session, found, 'listPageBytes') || found.length > page.length;
    return {
      total: Number(rows[0]?.total ?? 0),
      users: page.map(toStoredUser),
      next: more && last ? { id: last.scim_id, ...(query.sort && { sortKey: last.sort_key ?? null }) } : undefined,
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

/** What a page is made of; the resource stays as stored until it is known to fit. */
const PAGE_COLUMNS = 'm.id, m.scim_id, m.version, m.created_at, m.updated_at, m.resource';

/** The members of a query by their cost: what no index serves is bounded by the number of rows. */
export function planMemberQuery(query: MemberQuery): ListPlan {
  if (isLookup(query)) return { cost: 'bounded', query: compileLookup(query) };
  if (isWalk(query)) return { cost: 'bounded', query: compileMemberQuery(query) };
  const most = mostCandidates(needsDocument(compileMemberQuery(query).text));
  return {
    cost: 'candidates',
    most,
    attempt: compileMemberQuery(query, most),
    whole: () => compileMemberQuery(query),
  };
}

/** The whole list in the order of an index, from near its start: the directory of blocks knows the total. */
function isWalk({ filter, hideUnlinked, sort, from }: MemberQuery): boolean {
  if (filter || hideUnlinked) return false;
  if (!sort) return true;
  return pathText(sort.by) === 'userName' && !('offset' in from && from.offset > mostCandidates(true));
}

/**
 * The members of a query as one statement.
 * @param most of an attempt: the candidates it looks at
 */
export function compileMemberQuery(query: MemberQuery, most?: number): CompiledQuery {
  if (isLookup(query)) return compileLookup(query);
  const { values, bind } = newValues();
  const indexed = query.filter && indexedTerm(query.filter, columnsOf(query), bind);
  const filtered = [...conditionsOf(query, bind), ...(indexed?.implied ?? [])].join(' and ');
  const whole = query.filter === undefined && !query.hideUnlinked;
  const attempt = most === undefined ? undefined : attemptParts({ rows: candidateRows(query, indexed?.sql), most });
  const gated = [filtered, ...(attempt ? [attempt.condition] : [])].join(' and ');

  const order = orderOf(query, { idColumn: 'm.scim_id', columns: columnsOf(query), bind });
  const from = ['members m', ...(needsDocument(filtered + order.columns) ? [DOCUMENT] : [])].join(' ');
  const offset = 'offset' in query.from ? query.from.offset : 0;
  const seek = whole && !query.sort && 'offset' in query.from && offset > 0;
  if (seek) values.offset = offset;
  const skip = seek ? '$offset::bigint - (select upto from start)' : offset > 0 ? `${bind(offset)}::bigint` : undefined;
  const behind = seek ? ['m.scim_id > (select last_id from start)'] : order.conditions;
  const where = [gated, ...behind, ...beyond(query, bind)].join(' and ');
  const chosen = (columns: string) =>
    `select ${columns}${order.columns} from ${from} where ${where} order by ${order.by}`;
  // Documents and teams are read of the rows that fit into the answer, not of those that are skipped or cut off.
  const read = `${chosen(PAGE_COLUMNS)} ${skip ? `offset ${skip}` : ''}`;
  // One more than asked for tells whether a further page exists.
  values.limit = query.limit === 0 ? 0 : query.limit + 1;
  values.maxBytes = LIMITS.listPageBytes.value;
  const page = `page as materialized (
    select m.*, row_number() over () as place from (${limited(read, query.limit, '$limit')}) m
  ), ${byteCut('page.resource::text')}`;
  const shown = `select ${STORED_USER_COLUMNS}${order.columns && ', m.sort_key'}, ${PAGE_ROWS} as fetched
    from page m where ${withinCut('m')} order by m.place`;
  const totals = whole
    ? 'select unsettled, settled + unsettled as total from tail'
    : `select count(*) as total from ${countFrom(filtered)} where ${gated}`;
  const ctes = [...(attempt ? [attempt.cte] : []), ...(whole ? [DIRECTORY] : []), ...(seek ? [START] : []), page];
  return {
    text: `with ${ctes.join(', ')} select ${attempt ? `${CANDIDATE_COUNT}, ` : ''}t.*, p.*
      from (${totals}) t left join lateral (${shown}) p on true`,
    values,
  };
}

/** Where a walk in the order of userName goes on, said so that the index is entered there: every user has one. */
function beyond({ sort, from }: MemberQuery, bind: (value: unknown) => string): readonly string[] {
  if (!sort || pathText(sort.by) !== 'userName' || !('after' in from) || from.after?.sortKey == null) return [];
  return [`m.user_name_key ${sort.descending ? '<=' : '>='} ${bind(from.after.sortKey)}::text`];
}

/** The rows that an attempt counts: what the index finds, or all. */
function candidateRows({ hideUnlinked }: MemberQuery, indexed: string | undefined): string {
  const conditions = [LIVE, ...(indexed ? [indexed] : []), ...(hideUnlinked ? [LINKED] : [])];
  return `from members m where ${conditions.join(' and ')}`;
}

function compileLookup(query: MemberQuery): CompiledQuery {
  const { values, bind } = newValues();
  const filtered = conditionsOf(query, bind).join(' and ');
  const order = orderOf(query, { idColumn: 'm.scim_id', columns: columnsOf(query), bind });
  const from = needsDocument(filtered + order.columns) ? `members m ${DOCUMENT}` : 'members m';
  return {
    text: `select 1 as total, ${STORED_USER_COLUMNS}${order.columns} from ${from} where ${filtered} limit 1`,
    values,
    brief: true,
  };
}

function newValues(): { readonly values: Record<string, unknown>; readonly bind: (value: unknown) => string } {
  const values: Record<string, unknown> = {};
  const bind = (value: unknown) => {
    const name = `v${Object.keys(values).length + 1}`;
    values[name] = value;
    return `$${name}`;
  };
  return { values, bind };
}

function columnsOf({ scimUrl = '' }: MemberQuery): FilterColumns {
  return memberFilterColumns(scimUrl);
}

const LINKED = 'm.connection_id is not null';

function conditionsOf(query: MemberQuery, bind: (value: unknown) => string): readonly string[] {
  const { filter, hideUnlinked } = query;
  return [
    LIVE,
    ...(filter ? [`(${filterToSql(filter, columnsOf(query), bind)})`] : []),
    ...(hideUnlinked ? [LINKED] : []),
  ];
}

function isLookup({ filter, from, limit }: MemberQuery): boolean {
  const isFirst = 'offset' in from ? from.offset === 0 : from.after === undefined;
  return filter !== undefined && limit > 0 && isFirst && findsAtMostOne(filter);
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
