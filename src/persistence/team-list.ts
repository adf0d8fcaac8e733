import type { Team } from '../domain/team.js';
import { type Column, type Filter, type FilterColumns, filterToSql, pathText, URN } from '../scim/index.js';
import {
  attemptParts,
  CANDIDATE_COUNT,
  type CompiledQuery,
  type ListPlan,
  limited,
  mostCandidates,
  runList,
} from './bounded-list.js';
import { type Ordered, orderOf, type Position } from './list-order.js';
import { BOUND, uuidOrNull } from './statement.js';
import { SHOWN_NAME, TEAM_COLUMNS } from './team-statements.js';
import { type TeamRow, toTeam } from './teams.repository.js';
import type { TenantSession } from './unit-of-work.js';

export interface TeamQuery extends Ordered {
  readonly filter?: Filter;
  /** 0 asks for the total alone. */
  readonly limit: number;
  /** Base of all SCIM URLs: what `meta.location` and `$ref` are compared with begins with it. */
  readonly scimUrl?: string;
}

export interface TeamPage {
  readonly total: number;
  readonly teams: readonly Team[];
  readonly next: Position | undefined;
}

/** From the member to their teams, whatever else is asked: the other way would read all members of a large team. */
const isMember = (scimId: string) => `t.id = any(array(
  select tm.team_id from (
    select m.id from members m where m.tenant_id = $tenant::uuid and m.scim_id = ${uuidOrNull(scimId)} and ${BOUND} limit 1
  ) m cross join lateral (
    select tm.team_id from team_memberships tm where tm.tenant_id = $tenant::uuid and tm.member_id = m.id and ${BOUND}
    offset 0
  ) tm))`;

const READS_MEMBERS = 'from team_memberships tm join members m';
const ELEMENTS_OF_MEMBERS = (base: string) => `(
  select jsonb_build_object('value', m.scim_id, '$ref', ${base}::text || '/Users/' || m.scim_id, 'display', ${SHOWN_NAME}, 'type', 'User')
  ${READS_MEMBERS} on m.tenant_id = $tenant::uuid and m.id = tm.member_id
  where tm.tenant_id = $tenant::uuid and tm.team_id = t.id offset 0
)`;

/** Where a Group's attributes are found in `teams t`. What all Groups have in common is the document. */
const teamFilterColumns = (scimUrl: string): FilterColumns => ({
  document: `'{"schemas":["${URN.group}"]}'::jsonb`,
  columns: new Map<string, Column>([
    ['id', { kind: 'uuid', sql: 't.id' }],
    ['displayName', { kind: 'key', sql: 't.display_name_key' }],
    ['externalId', { kind: 'key', sql: 't.external_id' }],
    ['members', { kind: 'elements', from: (bind) => ELEMENTS_OF_MEMBERS(bind(scimUrl)) }],
    ['members.value', { kind: 'membership', probe: isMember }],
    ['meta.created', { kind: 'time', sql: 't.created_at' }],
    ['meta.lastModified', { kind: 'time', sql: 't.updated_at' }],
    ['meta.location', { kind: 'location', base: `${scimUrl}/Groups/`, sql: 't.id' }],
    ['meta.resourceType', { kind: 'text', sql: `'Group'::text` }],
    ['meta.version', { kind: 'text', sql: `('W/"' || t.version || '"')` }],
  ]),
});

const OF_TENANT = `t.tenant_id = $tenant::uuid and ${BOUND}`;

/** Lists of teams in one round trip; members are asked for apart, and only when somebody wants them. */
export async function teamPage(session: TenantSession, query: TeamQuery): Promise<TeamPage> {
  const rows = await runList<Partial<TeamRow> & { total: string; sort_key?: string | null }>(
    session,
    planTeamQuery(query),
  );
  const found = rows.filter((row): row is TeamRow & { total: string; sort_key?: string | null } => row.id != null);
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  const more = found.length > page.length && last !== undefined;
  return {
    total: Number(rows[0]?.total ?? 0),
    teams: page.map(toTeam),
    next: more ? { id: last.id, ...(query.sort && { sortKey: last.sort_key ?? null }) } : undefined,
  };
}

function planTeamQuery(query: TeamQuery): ListPlan {
  // A team has any number of members: what looks at them one by one is heavy, however few the teams are.
  const most = compileTeamQuery(query).text.includes(READS_MEMBERS) ? 0 : mostCandidates(false);
  return {
    cost: 'candidates',
    most,
    attempt: compileTeamQuery(query, most),
    whole: () => compileTeamQuery(query),
  };
}

/** @param most of an attempt: the candidates it looks at */
export function compileTeamQuery(query: TeamQuery, most?: number): CompiledQuery {
  const values: Record<string, unknown> = {};
  const bind = (value: unknown) => {
    const name = `v${Object.keys(values).length + 1}`;
    values[name] = value;
    return `$${name}`;
  };
  const columns = teamFilterColumns(query.scimUrl ?? '');
  const filtered = query.filter ? `${OF_TENANT} and (${filterToSql(query.filter, columns, bind)})` : OF_TENANT;
  const attempt = most === undefined ? undefined : attemptParts({ rows: candidateRows(query, columns, bind), most });
  const gated = attempt ? `${filtered} and ${attempt.condition}` : filtered;
  const order = orderOf(query, { idColumn: 't.id', columns, bind });
  const offset = 'offset' in query.from && query.from.offset > 0 ? `offset ${bind(query.from.offset)}::bigint` : '';
  // One more than asked for tells whether a further page exists.
  values.limit = query.limit === 0 ? 0 : query.limit + 1;
  const read = `select ${TEAM_COLUMNS}${order.columns} from teams t where ${[gated, ...order.conditions].join(' and ')}
    order by ${order.by} ${offset}`;
  return {
    text: `${attempt ? `with ${attempt.cte} ` : ''}select ${attempt ? `${CANDIDATE_COUNT}, ` : ''}total.*, p.*
      from (select count(*) as total from teams t where ${gated}) total
      left join lateral (${limited(read, query.limit, '$limit')}) p on true`,
    values,
  };
}

function candidateRows({ filter }: TeamQuery, columns: FilterColumns, bind: (value: unknown) => string): string {
  const term = filter && indexedTerm(filter);
  const indexed = term ? ` and (${filterToSql(term, columns, bind)})` : '';
  return `from teams t where ${OF_TENANT}${indexed}`;
}

const INDEXED: ReadonlySet<string> = new Set(['id', 'meta.location', 'displayName', 'externalId', 'members.value']);

/** The first term of a conjunction that finds teams by an index. */
function indexedTerm(filter: Filter): Filter | undefined {
  if (filter.kind === 'and') return indexedTerm(filter.left) ?? indexedTerm(filter.right);
  const isIndexed = filter.kind === 'compare' && filter.op === 'eq' && filter.value !== null;
  return isIndexed && INDEXED.has(pathText(filter.ref)) ? filter : undefined;
}
