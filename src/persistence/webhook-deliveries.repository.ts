import type { DomainEvent } from '../domain/domain-event.js';
import type { RecordedEvent } from '../domain/sealed-event.js';
import type { DisabledReason } from '../domain/webhook-endpoint.js';
import { EVENT_COLUMNS, type EventRow, toRecordedEvent } from './event-rows.js';
import { eventParts, eventValues } from './events.repository.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';
import type { StoredSecret } from './webhooks.repository.js';

/** A delivery that this process has to make, before the claim ends and another one may. */
export interface ClaimedDelivery {
  readonly tenantId: string;
  readonly id: string;
  readonly seq: number;
  /** This one, counted from 1. */
  readonly attempt: number;
  readonly claimedUntil: Date;
  readonly event: RecordedEvent;
  readonly endpoint: {
    readonly id: string;
    readonly url: string;
    readonly secrets: readonly StoredSecret[];
    /** ISO 8601. */
    readonly failingSince: string | null;
  };
}

/** How an attempt ended, and what follows. */
export interface Outcome {
  readonly at: Date;
  readonly status: number | null;
  readonly latencyMs: number;
  readonly excerpt: string | null;
  /** In a few words, null for a success. */
  readonly error: string | null;
  readonly state: 'pending' | 'delivered' | 'dead';
  /** Of a delivery that stays pending. */
  readonly nextAttemptAt: Date | null;
}

export interface Claim {
  readonly deliveries: readonly ClaimedDelivery[];
  /** False when some were put off, so that there may be more to claim at once. */
  readonly sawAll: boolean;
}

export interface ClaimWish {
  readonly at: Date;
  readonly until: Date;
  /** Deliveries at a time to one endpoint; one that fails is asked one at a time. */
  readonly perEndpoint: number;
  /** Endpoints this process is busy with, and how many deliveries of each. */
  readonly busy: ReadonlyMap<string, number>;
}

interface ClaimRow extends EventRow {
  readonly tenant_id: string;
  readonly delivery_id: string;
  readonly seq: number;
  readonly attempts: number;
  readonly sink_id: string;
  readonly url: string;
  readonly secrets: readonly StoredSecret[];
  readonly failing_since: string | null;
  readonly put_off: boolean;
}

/** Rows of one endpoint that one claim looks at. */
const LOOK = 100;
/** A delivery that waits for another is looked at no more often. */
const SHORTEST_WAIT = '1 second';

/**
 * Goes from endpoint to endpoint along the index, so that what waits for one costs nothing when another is asked for. Of an
 * endpoint's due deliveries those behind an earlier one of their order key are put off until that one is due again (each is
 * looked at once, not in every round); of the others as many are claimed as the endpoint has free places.
 */
const CLAIM = systemStatement(
  'webhook_deliveries.claim',
  `with recursive queue as (
     (select d.tenant_id, d.sink_id from deliveries d where d.sink = 'webhook' and d.state = 'pending'
      order by d.tenant_id, d.sink_id limit 1)
     union all
     select n.tenant_id, n.sink_id from queue q cross join lateral (
       select d.tenant_id, d.sink_id from deliveries d
       where d.sink = 'webhook' and d.state = 'pending' and (d.tenant_id, d.sink_id) > (q.tenant_id, q.sink_id)
       order by d.tenant_id, d.sink_id limit 1) n
   ), places as (
     select w.tenant_id, w.id,
       case when w.failing_since is null then $perEndpoint::int else 1 end - coalesce(busy.taken, 0) as free
     from queue q
     join webhook_endpoints w on w.tenant_id = q.tenant_id and w.id = q.sink_id and w.status = 'enabled'
     left join unnest($busyIds::uuid[], $busyCounts::int[]) as busy (id, taken) on busy.id = w.id
   ), due as (
     select d.*, p.free, row_number() over (partition by d.sink_id, d.behind is null order by d.seq, d.id) as place
     from places p cross join lateral (
       select d.tenant_id, d.id, d.sink_id, d.seq, (
         select e.next_attempt_at from deliveries e
         where e.tenant_id = d.tenant_id and e.sink_id = d.sink_id and e.order_key = d.order_key and e.state = 'pending'
           and (e.seq, e.id) < (d.seq, d.id)
         order by e.seq, e.id limit 1) as behind
       from deliveries d
       where d.sink = 'webhook' and d.tenant_id = p.tenant_id and d.sink_id = p.id and d.state = 'pending'
         and d.next_attempt_at <= $at::timestamptz
       order by d.next_attempt_at, d.seq limit ${LOOK}
       for update of d skip locked
     ) d where p.free > 0
   ), taken as (
     update deliveries d set
       next_attempt_at = case when due.behind is null then $until::timestamptz
         else greatest(due.behind, $at::timestamptz + interval '${SHORTEST_WAIT}') end,
       claimed_until = case when due.behind is null then $until::timestamptz end,
       attempts = d.attempts + case when due.behind is null then 1 else 0 end
     from due
     where d.tenant_id = due.tenant_id and d.id = due.id and (due.behind is not null or due.place <= due.free)
     returning d.tenant_id, d.id, d.event_id, d.seq, d.attempts, d.sink_id, due.behind
   )
   select t.tenant_id, t.id as delivery_id, t.seq::float8 as seq, t.attempts, t.sink_id, w.url, w.secrets, w.failing_since,
     t.behind is not null as put_off, ${EVENT_COLUMNS}
   from taken t
   left join webhook_endpoints w on t.behind is null and w.tenant_id = t.tenant_id and w.id = t.sink_id
   left join events e on t.behind is null and e.tenant_id = t.tenant_id and e.id = t.event_id
   order by t.seq`,
);

/** Nothing is written by whoever's claim has ended: another one has the delivery now. */
const FINISH = systemStatement(
  'webhook_deliveries.finish',
  `with done as (
     update deliveries d set state = $state::text, claimed_until = null, last_error = $error::text,
       next_attempt_at = coalesce($nextAttemptAt::timestamptz, d.next_attempt_at),
       delivered_at = case when $state::text = 'delivered' then $at::timestamptz end
     where d.tenant_id = $tenantId::uuid and d.id = $id::uuid and d.claimed_until = $claimedUntil::timestamptz
     returning d.tenant_id, d.id, d.sink_id, d.order_key, d.seq
   ), noted as (
     insert into webhook_attempts (tenant_id, delivery_id, attempt, at, status, latency_ms, response_excerpt, error)
     select tenant_id, id, $attempt::int, $at::timestamptz, $status::int, $latencyMs::int, $excerpt::text, $error::text
     from done
   ), follower as (
     select n.tenant_id, n.id from done cross join lateral (
       select d.tenant_id, d.id, d.claimed_until from deliveries d
       where d.tenant_id = done.tenant_id and d.sink_id = done.sink_id and d.order_key = done.order_key
         and d.state = 'pending' and d.id <> done.id and $state::text <> 'pending'
       order by d.seq, d.id limit 1) n
     where n.claimed_until is null
   ), woken as (
     update deliveries d set next_attempt_at = $at::timestamptz from follower f
     where d.tenant_id = f.tenant_id and d.id = f.id and d.attempts = 0
   ), health as (
     update webhook_endpoints w set failing_since = case when $succeeded::boolean then null else $at::timestamptz end
     from done where w.tenant_id = done.tenant_id and w.id = done.sink_id
       and (w.failing_since is null) <> $succeeded::boolean
   )
   select from done`,
);

const RELEASE = systemStatement(
  'webhook_deliveries.release',
  `update deliveries d set claimed_until = null, next_attempt_at = $at::timestamptz, attempts = d.attempts - 1
   where d.tenant_id = $tenantId::uuid and d.id = $id::uuid and d.claimed_until = $claimedUntil::timestamptz`,
);

const DISABLE = systemStatement(
  'webhook_endpoints.disable',
  `with changed as (
     update webhook_endpoints w set status = 'disabled', disabled_reason = $reason::text, updated_at = $occurredAt::timestamptz
     where w.tenant_id = $tenant::uuid and w.id = $subjectId::uuid and w.status = 'enabled'
     returning w.id
   ), ${eventParts('where exists (select from changed)')} select from changed`,
);

/** Deliveries to webhook endpoints of all tenants, as the worker sees them. */
export class WebhookDeliveriesRepository {
  constructor(private readonly session: SystemSession) {}

  async claim({ at, until, perEndpoint, busy }: ClaimWish): Promise<Claim> {
    const rows = await this.session.run<ClaimRow>(CLAIM, {
      at,
      until,
      perEndpoint,
      busyIds: [...busy.keys()],
      busyCounts: [...busy.values()],
    });
    const claimed = rows.filter((row) => !row.put_off);
    return { deliveries: claimed.map((row) => toClaimed(row, until)), sawAll: claimed.length === rows.length };
  }

  /** Writes the attempt down, and lets the next delivery of the same order key go when this one is over. */
  async finish({ tenantId, id, attempt, claimedUntil }: ClaimedDelivery, outcome: Outcome): Promise<void> {
    const succeeded = outcome.state === 'delivered';
    await this.session.run(FINISH, { tenantId, id, attempt, claimedUntil, succeeded, ...outcome });
  }

  /** Gives a delivery back that was not attempted to its end. */
  async release({ tenantId, id, claimedUntil }: ClaimedDelivery, at: Date): Promise<void> {
    await this.session.run(RELEASE, { tenantId, id, claimedUntil, at });
  }

  /** Does nothing to an endpoint that is disabled already. */
  async disable(tenantId: string, reason: DisabledReason, event: DomainEvent): Promise<void> {
    await this.session.run(DISABLE, { ...eventValues(event), tenant: tenantId, reason });
  }
}

function toClaimed(row: ClaimRow, until: Date): ClaimedDelivery {
  return {
    tenantId: row.tenant_id,
    id: row.delivery_id,
    seq: row.seq,
    attempt: row.attempts,
    claimedUntil: until,
    event: toRecordedEvent(row),
    endpoint: { id: row.sink_id, url: row.url, secrets: row.secrets, failingSince: row.failing_since },
  };
}
