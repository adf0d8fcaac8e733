import type { SealedEvent } from '../domain/sealed-event.js';
import { byteCut, isCutByBytes, PAGE_ROWS, withinCut } from './byte-pages.js';
import { SEALED_EVENTS, SEALED_PAGE, SEALED_PAGE_COLUMNS, type SealedRow, toSealedEvent } from './event-rows.js';
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
  /** Of their data; a larger event is a page of its own. */
  readonly bytes: number;
}

export interface LogPage {
  readonly events: readonly SealedEvent[];
  /** Whether the page ended before its range did. */
  readonly isCut: boolean;
}

const BOUNDS = tenantStatement(
  'feed.bounds',
  `select
     (select a.seq from seal_anchors a where a.tenant_id = $tenant::uuid and ${BOUND}) as oldest,
     (select s.seq from seals s where s.tenant_id = $tenant::uuid and ${BOUND} order by s.seq desc limit 1) as newest`,
);

const PAGE = tenantStatement(
  'feed.page',
  `with page as materialized (
     select r.*, row_number() over () as place from (
       select ${SEALED_PAGE} from ${SEALED_EVENTS}
       where s.tenant_id = $tenant::uuid and ${BOUND} and s.seq > $after::bigint and s.seq <= $until::bigint
         and ($types::text[] is null or s.type = any($types::text[]))
       order by s.seq limit $limit::int
     ) r
   ), ${byteCut('page.data::text')}
   select ${SEALED_PAGE_COLUMNS}, ${PAGE_ROWS} as fetched from page where ${withinCut()} order by page.place`,
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
  async page({ types, bytes: maxBytes, ...range }: LogRange): Promise<LogPage> {
    const values = { ...range, maxBytes, types: types ?? null };
    const rows = await this.session.run<SealedRow & { readonly fetched: number }>(PAGE, values);
    const isCut = isCutByBytes(this.session, rows, 'eventPageBytes') || rows.length === range.limit;
    return { events: rows.map(toSealedEvent), isCut };
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
