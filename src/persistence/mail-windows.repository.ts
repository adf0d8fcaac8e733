import type { RecordedEvent } from '../domain/sealed-event.js';
import { EVENT_COLUMNS, type EventRow, toRecordedEvent } from './event-rows.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** Events of one tenant that become mails together: deliveries with the sink `email` and one order key. */
export interface MailWindow {
  readonly tenantId: string;
  readonly orderKey: string;
}

/** A stretch of a window, in the order of seq. */
export interface WindowPage {
  /** Without those that are older than events are kept. */
  readonly events: readonly RecordedEvent[];
  /** Seq of the last one; where the next page begins. */
  readonly last: number;
}

type PageRow = { readonly seq: number } & (EventRow | { readonly id: null });

const WAITING = `d.sink = 'email' and d.state = 'pending'`;

/** From tenant to tenant along the index; only the first delivery of each is looked at. */
const DUE_TENANTS = systemStatement(
  'mail_windows.due_tenants',
  `with recursive waiting (tenant_id) as (
     (select d.tenant_id from deliveries d where ${WAITING} order by d.tenant_id limit 1)
     union all
     select (select d.tenant_id from deliveries d where ${WAITING} and d.tenant_id > w.tenant_id order by d.tenant_id limit 1)
     from waiting w where w.tenant_id is not null
   )
   select w.tenant_id from waiting w
   where exists (
     select from deliveries d
     where ${WAITING} and d.tenant_id = w.tenant_id and d.sink_id = w.tenant_id and d.next_attempt_at <= $at::timestamptz)`,
);

/** The first delivery stands for the window: whoever holds it makes the mails, and nobody else until that is over. */
const HOLD_FIRST = systemStatement(
  'mail_windows.hold_first',
  `select h.order_key from deliveries h
   where h.tenant_id = $tenantId::uuid and h.state = 'pending' and h.id = (
     select d.id from deliveries d
     where ${WAITING} and d.tenant_id = $tenantId::uuid and d.sink_id = $tenantId::uuid
       and d.next_attempt_at <= $at::timestamptz
     order by d.next_attempt_at, d.seq, d.id limit 1)
   for update of h skip locked`,
);

const PAGE = systemStatement(
  'mail_windows.page',
  `select d.seq::float8 as seq, ${EVENT_COLUMNS} from deliveries d
   left join events e on e.tenant_id = d.tenant_id and e.id = d.event_id
   where ${WAITING} and d.tenant_id = $tenantId::uuid and d.sink_id = $tenantId::uuid and d.order_key = $orderKey::text
     and d.seq > $after::bigint
   order by d.seq limit $limit::int`,
);

const CLOSE = systemStatement(
  'mail_windows.close',
  `update deliveries d set state = $state::text, last_error = $reason::text,
     delivered_at = case when $state::text = 'delivered' then $at::timestamptz end
   where ${WAITING} and d.tenant_id = $tenantId::uuid and d.sink_id = $tenantId::uuid and d.order_key = $orderKey::text
     and d.seq > $after::bigint and d.seq <= $last::bigint`,
);

/** Windows of all tenants. `hold` and what follows it belong into one transaction. */
export class MailWindowsRepository {
  constructor(private readonly session: SystemSession) {}

  /** Tenants with a window that is over. */
  async dueTenants(at: Date): Promise<string[]> {
    const rows = await this.session.run<{ tenant_id: string }>(DUE_TENANTS, { at });
    return rows.map((row) => row.tenant_id);
  }

  /** The tenant's oldest window that is over; undefined when there is none, or another process has it. */
  async hold(tenantId: string, at: Date): Promise<MailWindow | undefined> {
    const [row] = await this.session.run<{ order_key: string }>(HOLD_FIRST, { tenantId, at });
    return row && { tenantId, orderKey: row.order_key };
  }

  /** Undefined behind the last one. */
  async page(window: MailWindow, after: number, limit: number): Promise<WindowPage | undefined> {
    const rows = await this.session.run<PageRow>(PAGE, { ...window, after, limit });
    const last = rows.at(-1)?.seq;
    return last === undefined ? undefined : { events: rows.filter(isKept).map(toRecordedEvent), last };
  }

  /**
   * The events behind `after`, up to `last`, have become mails, or never will.
   * @param reason why they never will; null when they have
   */
  async close(window: MailWindow, after: number, last: number, at: Date, reason: string | null): Promise<void> {
    const state = reason === null ? 'delivered' : 'dead';
    await this.session.run(CLOSE, { ...window, after, last, at, reason, state });
  }
}

const isKept = (row: PageRow): row is PageRow & EventRow => row.id !== null;
