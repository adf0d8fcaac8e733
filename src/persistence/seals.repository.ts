import { LIMITS } from '../config/limits.js';
import type { Page } from '../domain/page.js';
import { type ChainPoint, GENESIS_HASH, type SealedEvent } from '../domain/sealed-event.js';
import { byteCut, isCutByBytes, PAGE_ROWS, withinCut } from './byte-pages.js';
import { SEALED_EVENTS, SEALED_PAGE, SEALED_PAGE_COLUMNS, type SealedRow, toSealedEvent } from './event-rows.js';
import { BOUND, type TenantStatement, tenantStatement, type Values, weighed } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

/** What the audit log can be asked for; what is absent does not matter. Times are ISO 8601. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  readonly subjectType?: string | undefined;
  readonly type?: string | undefined;
  readonly requestId?: string | undefined;
  /** Inclusive. */
  readonly from?: string | undefined;
  /** Exclusive. */
  readonly to?: string | undefined;
  /** Only what was sealed before this. */
  readonly before?: number | undefined;
}

const CONDITIONS: { readonly [K in keyof Required<AuditFilter>]: string } = {
  actor: 's.actor_id = $actor::uuid',
  subject: 's.subject_id = $subject::uuid',
  subjectType: 'e.subject_type = $subjectType::text',
  type: 's.type = $type::text',
  requestId: 's.request_id = $requestId::text',
  from: 'e.occurred_at >= $from::timestamptz',
  to: 'e.occurred_at < $to::timestamptz',
  before: 's.seq < $before::bigint',
};

/** Alone, each of these is read from an index in the order of the answer. Anything else may read the whole log. */
const INDEXED: ReadonlySet<string> = new Set(['actor', 'subject', 'type', 'requestId']);

const GENESIS: ChainPoint = { seq: 0, hash: GENESIS_HASH };

/** A page bounded by its number and by `$maxBytes`, with `order` over the rows of seals `s`. */
const page = (condition: string, order: string) =>
  `with page as materialized (
     select r.*, row_number() over () as place from (
       select ${SEALED_PAGE} from ${SEALED_EVENTS} where s.tenant_id = $tenant::uuid and ${BOUND}${condition}
       order by ${order} limit $limit::int
     ) r
   ), ${byteCut('page.data::text')}
   select ${SEALED_PAGE_COLUMNS}, ${PAGE_ROWS} as fetched from page where ${withinCut()} order by page.place`;

const PAGE = tenantStatement('seals.page', page(' and s.seq > $after::bigint', 's.seq'));
const maxBytes = LIMITS.eventPageBytes.value;
const points = (table: 'seals' | 'seal_anchors') =>
  `select s.seq, encode(s.hash, 'hex') as hash from ${table} s where s.tenant_id = $tenant::uuid and ${BOUND}`;
const ANCHOR = tenantStatement('seals.anchor', points('seal_anchors'));
const AT = tenantStatement(
  'seals.at',
  `${points('seals')} and s.seq = $seq::bigint union all ${points('seal_anchors')} and s.seq = $seq::bigint`,
);
const LAST = tenantStatement(
  'seals.last_of_tenant',
  `(${points('seals')} order by s.seq desc limit 1) union all ${points('seal_anchors')} order by seq desc limit 1`,
);

type FetchedRow = SealedRow & { readonly fetched: number };

/** The sealed events of the session's tenant. */
export class SealsRepository {
  constructor(private readonly session: TenantSession) {}

  /** In the order of seq, behind one of them; fewer than `limit` where they are large, at least one. */
  async page(after: number, limit: number): Promise<SealedEvent[]> {
    const rows = await this.session.run<FetchedRow>(PAGE, { after, limit, maxBytes });
    isCutByBytes(this.session, rows, 'eventPageBytes');
    return rows.map(toSealedEvent);
  }

  /**
   * Where the tenant's log begins: the last seal that was removed because of its age, or seq 0. What is sealed has a seq above
   * it, and whoever read no further has missed something for ever.
   */
  async anchor(): Promise<ChainPoint> {
    return (await this.point(ANCHOR)) ?? GENESIS;
  }

  /** The newest seal, or the anchor when there is none behind it. */
  async last(): Promise<ChainPoint> {
    return (await this.point(LAST)) ?? GENESIS;
  }

  /** Undefined where there is no such seal, and it is not the anchor either. */
  async at(seq: number): Promise<ChainPoint | undefined> {
    return seq === 0 ? GENESIS : this.point(AT, { seq });
  }

  /** Newest first; a page that holds large events is shorter than `limit`. */
  async search(filter: AuditFilter, limit: number): Promise<Page<SealedEvent>> {
    const asked = (Object.keys(CONDITIONS) as (keyof AuditFilter)[]).filter((name) => filter[name] !== undefined);
    const conditions = asked.map((name) => ` and ${CONDITIONS[name]}`).join('');
    const statement = tenantStatement(undefined, page(conditions, 's.seq desc'));
    const sought = asked.filter((name) => name !== 'before');
    const isServed = sought.length === 0 || (sought.length === 1 && sought.every((name) => INDEXED.has(name)));
    const values: Values = {
      ...Object.fromEntries(asked.map((name) => [name, filter[name]])),
      limit: limit + 1,
      maxBytes,
    };
    const rows = await this.session.run<FetchedRow>(isServed ? statement : weighed(statement, 'heavy'), values);
    const items = rows.slice(0, limit).map(toSealedEvent);
    const hasMore = isCutByBytes(this.session, rows, 'eventPageBytes') || rows.length > items.length;
    return { items, next: hasMore ? String(items.at(-1)?.seq) : null };
  }

  private async point(statement: TenantStatement, values: Values = {}): Promise<ChainPoint | undefined> {
    const [row] = await this.session.run<{ seq: string; hash: string }>(statement, values);
    return row && { seq: Number(row.seq), hash: row.hash };
  }
}
