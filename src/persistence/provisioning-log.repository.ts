import type { RecordedRequest } from '../domain/recorded-request.js';
import { cachedStatement } from './cached-statement.js';
import { leastId } from './event-months.js';
import { BOUND, tenantStatement, uuidOrNull, type Values } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

/** What of a connection's log is wanted; what is absent does not matter. */
export interface LogFilter {
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
  /** Behind this entry, so older. */
  readonly before?: string | undefined;
  /** Whom or what the requests were about: any id, or a comparison key. */
  readonly user?: string | undefined;
  /** Both inclusive. */
  readonly statuses?: { readonly least: number; readonly most: number } | undefined;
  readonly action?: string | undefined;
}

/** How much was asked in a stretch of time. */
export interface RequestCount {
  readonly requests: number;
  readonly errors: number;
  /** From 0 to 1; 0 where nothing was asked. */
  readonly errorRatio: number;
}

/** How a connection does. Counts are of whole hours, so the stretches are up to an hour longer. */
export interface ConnectionFigures {
  /** When a request was answered without an error the last time, ISO 8601; null: never. */
  readonly lastSyncAt: string | null;
  readonly last24Hours: RequestCount;
  readonly last30Days: RequestCount;
}

interface Row extends Omit<RecordedRequest, 'at' | 'tenantId' | 'notRecorded' | 'repeats'> {
  readonly at: string;
  readonly requests: number | null;
  readonly since: string | null;
  readonly repeats: number | null;
  readonly repeatsSince: string | null;
}

interface FigureRow {
  readonly last_success_at: string | null;
  readonly day_requests: string;
  readonly day_errors: string;
  readonly month_requests: string;
  readonly month_errors: string;
}

const COLUMNS = `r.id, r.connection_id as "connectionId", r.at, r.action, r.target_type as "targetType",
  r.target_id as "targetId", r.target_name as "targetName", r.target_key as "targetKey", r.status,
  r.scim_type as "scimType", r.detail, r.cause, r.tolerances, r.duration_ms as "durationMs", r.request_id as "requestId",
  r.client_address as "clientAddress", r.not_recorded as requests, r.not_recorded_since as since,
  r.repeats, r.repeats_since as "repeatsSince"`;

const OF_CONNECTION = `from provisioning_requests r
  where r.tenant_id = $tenant::uuid and r.connection_id = $connectionId::uuid and ${BOUND}`;

/** Requests name people as they like: so whoever looks for somebody finds those by id and those by name, whichever is asked for. */
const keysOfMember = (condition: string) => `
    union all select k.key from members m, lateral (values (m.scim_id::text), (m.user_name_key collate "default")) as k (key)
    where m.tenant_id = $tenant::uuid and ${BOUND} and k.key is not null and ${condition}`;
const KEYS_OF_USER = `array(
    select $user::text ${keysOfMember('m.user_name_key = $user::text')}
    ${keysOfMember(`m.scim_id = ${uuidOrNull('$user')}`)} ${keysOfMember(`m.id = ${uuidOrNull('$user')}`)})`;

const NEWEST = 'order by r.id desc limit $limit::int';
/** A page of each key, from which the newest are taken: for all keys at once no index has them in order. */
const ofEachKey = (
  page: string,
): string => ` select r.* from (select distinct key from unnest(${KEYS_OF_USER}) as u (key)) k
  cross join lateral (${page}) r ${NEWEST}`;

const CONDITIONS: { readonly [K in keyof Required<LogFilter>]: string } = {
  from: 'r.id >= $from::uuid',
  to: 'r.id < $to::uuid',
  before: 'r.id < $before::uuid',
  user: 'r.target_key = k.key',
  statuses: 'r.status between $least::smallint and $most::smallint',
  action: 'r.action = $action::text',
};
/** Says what the index of failures says, so that it is used. */
const FAILED = 'r.status >= 400';
const FIRST_ERROR = 400;

const FIND = tenantStatement('provisioning.find', `select ${COLUMNS}, r.body ${OF_CONNECTION} and r.id = $id::uuid`);

/** Of those that were removed the log can be read as long as it is kept; a name is that of the one that has it now. */
const CONNECTION = tenantStatement(
  'provisioning.connection',
  `select c.id from connections c where c.tenant_id = $tenant::uuid and ${BOUND}
     and (c.id = ${uuidOrNull('$nameOrId')} or c.name = $nameOrId::text)
   order by c.removed_at desc nulls first limit 1`,
);

const count = (column: string, since: string) => `coalesce(sum(f.${column}) filter (where f.hour >= ${since}), 0)`;
const DAY = '$now::timestamptz - make_interval(hours => 24)';
const MONTH = '$now::timestamptz - make_interval(hours => 720)';
const hourOf = (time: string) => `date_trunc('hour', ${time}, 'UTC')`;

const FIGURES = tenantStatement(
  'provisioning.figures',
  `select max(f.last_success_at) as last_success_at,
     ${count('requests', hourOf(DAY))} as day_requests, ${count('errors', hourOf(DAY))} as day_errors,
     ${count('requests', hourOf(MONTH))} as month_requests, ${count('errors', hourOf(MONTH))} as month_errors
   from provisioning_figures f
   where f.tenant_id = $tenant::uuid and f.connection_id = $connectionId::uuid and ${BOUND}`,
);

/** The provisioning log of the session's tenant. */
export class ProvisioningLogRepository {
  constructor(private readonly session: TenantSession) {}

  /** Newest first, without bodies. */
  async page(connectionId: string, filter: LogFilter, limit: number): Promise<RecordedRequest[]> {
    const asked = (Object.keys(CONDITIONS) as (keyof LogFilter)[]).filter((name) => filter[name] !== undefined);
    const conditions = asked.map((name) => CONDITIONS[name]);
    if ((filter.statuses?.least ?? 0) >= FIRST_ERROR) conditions.push(FAILED);
    const page = ` select ${COLUMNS}, null as body ${[OF_CONNECTION, ...conditions].join(' and ')} ${NEWEST}`;
    const statement = cachedStatement(this.session.tenantId, filter.user === undefined ? page : ofEachKey(page));
    const { from, to, statuses, ...others } = filter;
    const values: Values = {
      ...others,
      ...statuses,
      ...(from && { from: idFrom(from) }),
      ...(to && { to: idFrom(to) }),
      connectionId,
      limit,
    };
    return (await this.session.run<Row>(statement, values)).map((row) => this.recorded(row));
  }

  async find(connectionId: string, id: string): Promise<RecordedRequest | undefined> {
    const [row] = await this.session.run<Row>(FIND, { connectionId, id });
    return row && this.recorded(row);
  }

  /** @returns the id of a connection of the tenant, whether it has requests or not */
  async findConnection(nameOrId: string): Promise<string | undefined> {
    const [row] = await this.session.run<{ id: string }>(CONNECTION, { nameOrId });
    return row?.id;
  }

  /** Reads one row for each hour of 30 days at most, however much was asked. */
  async connectionFigures(connectionId: string, now: Date): Promise<ConnectionFigures> {
    const [row] = await this.session.run<FigureRow>(FIGURES, { connectionId, now });
    return {
      lastSyncAt: row?.last_success_at ?? null,
      last24Hours: countOf(row?.day_requests, row?.day_errors),
      last30Days: countOf(row?.month_requests, row?.month_errors),
    };
  }

  private recorded({ at, requests, since, repeats, repeatsSince, ...row }: Row): RecordedRequest {
    return {
      ...row,
      tenantId: this.session.tenantId,
      at: Date.parse(at),
      notRecorded: countSince(requests, since),
      repeats: countSince(repeats, repeatsSince),
    };
  }
}

/** There is no id of before 1970. */
const idFrom = (time: Date): string => leastId(Math.max(time.getTime(), 0));

function countSince(requests: number | null, since: string | null): { requests: number; since: number } | null {
  return requests === null || since === null ? null : { requests, since: Date.parse(since) };
}

/** Sums arrive as text. */
function countOf(requestsText = '0', errorsText = '0'): RequestCount {
  const [requests, errors] = [Number(requestsText), Number(errorsText)];
  return { requests, errors, errorRatio: requests === 0 ? 0 : errors / requests };
}
