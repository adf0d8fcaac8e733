import { type ChainPoint, GENESIS_HASH, type SealedEvent } from '../domain/sealed-event.js';
import { EVENT_COLUMNS, SEAL_COLUMNS, SEALED_EVENTS, type SealedRow, toSealedEvent } from './event-rows.js';
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

const SEALED = `${SEAL_COLUMNS}, ${EVENT_COLUMNS} from ${SEALED_EVENTS} where s.tenant_id = $tenant::uuid and ${BOUND}`;

const PAGE = tenantStatement(
  'seals.page',
  ` select ${SEALED} and s.seq > $after::bigint order by s.seq limit $limit::int`,
);
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

/** The sealed events of the session's tenant. */
export class SealsRepository {
  constructor(private readonly session: TenantSession) {}

  /** In the order of seq, behind one of them. */
  async page(after: number, limit: number): Promise<SealedEvent[]> {
    return (await this.session.run<SealedRow>(PAGE, { after, limit })).map(toSealedEvent);
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

  /** Newest first. */
  async search(filter: AuditFilter, limit: number): Promise<SealedEvent[]> {
    const asked = (Object.keys(CONDITIONS) as (keyof AuditFilter)[]).filter((name) => filter[name] !== undefined);
    const conditions = asked.map((name) => ` and ${CONDITIONS[name]}`).join('');
    const statement = tenantStatement(
      undefined,
      ` select ${SEALED}${conditions} order by s.seq desc limit $limit::int`,
    );
    const sought = asked.filter((name) => name !== 'before');
    const isServed = sought.length === 0 || (sought.length === 1 && sought.every((name) => INDEXED.has(name)));
    const values: Values = { ...Object.fromEntries(asked.map((name) => [name, filter[name]])), limit };
    return (await this.session.run<SealedRow>(isServed ? statement : weighed(statement, 'heavy'), values)).map(
      toSealedEvent,
    );
  }

  private async point(statement: TenantStatement, values: Values = {}): Promise<ChainPoint | undefined> {
    const [row] = await this.session.run<{ seq: string; hash: string }>(statement, values);
    return row && { seq: Number(row.seq), hash: row.hash };
  }
}
