import type { SealedEvent } from '../domain/sealed-event.js';
import { EVENT_COLUMNS, SEAL_COLUMNS, SEALED_EVENTS, type SealedRow, toSealedEvent } from './event-rows.js';
import { BOUND, systemStatement, tenantStatement } from './statement.js';
import type { SystemSession, TenantSession } from './unit-of-work.js';

/** What of a tenant's log can be read: behind `oldest`, up to and with `newest`. Both 0 while nothing is sealed. */
export interface LogBounds {
  readonly oldest: number;
  readonly newest: number;
}

/** A stretch of the log: behind `after`, up to and with `until`. */
export interface LogRange {
  readonly after: number;
  readonly until: number;
  /** Only these; absent: every type. */
  readonly types?: readonly string[] | undefined;
  readonly limit: number;
  /** The page ends behind the event that makes its data so large. */
  readonly bytes: number;
}

const BOUNDS = tenantStatement(
  'feed.bounds',
  `select
     (select a.seq from seal_anchors a where a.tenant_id = $tenant::uuid and ${BOUND}) as oldest,
     (select s.seq from seals s where s.tenant_id = $tenant::uuid and ${BOUND} order by s.seq desc limit 1) as newest`,
);

const PAGE = tenantStatement(
  'feed.page',
  `select * from (
     select p.*, sum(octet_length(p.data_json)) over (order by p.seq rows between unbounded preceding and 1 preceding) as ahead
     from (
       select ${SEAL_COLUMNS}, ${EVENT_COLUMNS} from ${SEALED_EVENTS}
       where s.tenant_id = $tenant::uuid and ${BOUND} and s.seq > $after::bigint and s.seq <= $until::bigint
         and ($types::text[] is null or s.type = any($types::text[]))
       order by s.seq limit $limit::int
     ) p
   ) q where coalesce(q.ahead, 0) < $bytes::bigint order by q.seq`,
);

const NEWEST = systemStatement(
  'feed.newest',
  `select t.tenant_id, (select s.seq from seals s where s.tenant_id = t.tenant_id order by s.seq desc limit 1) as seq
   from unnest($tenants::uuid[]) as t (tenant_id)`,
);

/** The sealed events of the session's tenant, for those who read them in order. */
export class FeedRepository {
  constructor(private readonly session: TenantSession) {}

  async bounds(): Promise<LogBounds> {
    const [row] = await this.session.run<{ oldest: string | null; newest: string | null }>(BOUNDS);
    const oldest = Number(row?.oldest ?? 0);
    return { oldest, newest: Number(row?.newest ?? oldest) };
  }

  /** In the order of seq. At least one event where the range has one. */
  async page({ types, ...range }: LogRange): Promise<SealedEvent[]> {
    return (await this.session.run<SealedRow>(PAGE, { ...range, types: types ?? null })).map(toSealedEvent);
  }
}

/** @returns the last sequence number of each tenant; a tenant without seals is not in it */
export async function newestSeals(
  session: SystemSession,
  tenants: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await session.run<{ tenant_id: string; seq: string | null }>(NEWEST, { tenants });
  return new Map(rows.flatMap(({ tenant_id, seq }) => (seq === null ? [] : [[tenant_id, Number(seq)]])));
}
