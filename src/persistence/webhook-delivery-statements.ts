import { EVENT_COLUMNS } from './event-rows.js';
import { eventParts } from './events.repository.js';
import { systemStatement } from './statement.js';
import { REMOVED } from './webhook-statements.js';

/** Rows of one endpoint that one claim looks at. */
const LOOK = 100;
/** A delivery that waits for another is looked at no more often. */
const SHORTEST_WAIT = '1 second';

/**
 * Goes from endpoint to endpoint along the index, so that what waits for one costs nothing when another is asked for. Of an
 * endpoint's due deliveries those behind an earlier one of their order key are put off until that one is due again (each is
 * looked at once, not in every round); of the others as many are claimed as the endpoint and its tenant have free places, one
 * of each tenant before a second one of any. What was planned while its endpoint was being removed is given up.
 *
 * Their events fit into the bytes that are free, of the tenant and in all. Nothing goes past a delivery that does not fit, so that it
 * fits in the end; one larger than all the bytes goes alone. `reached` names the limits that left deliveries behind.
 */
export const CLAIM = systemStatement(
  'webhook_deliveries.claim',
  `with recursive queue as (
     (select d.tenant_id, d.sink_id from deliveries d where d.sink = 'webhook' and d.state = 'pending'
      order by d.tenant_id, d.sink_id limit 1)
     union all
     select n.tenant_id, n.sink_id from queue q cross join lateral (
       select d.tenant_id, d.sink_id from deliveries d
       where d.sink = 'webhook' and d.state = 'pending' and (d.tenant_id, d.sink_id) > (q.tenant_id, q.sink_id)
       order by d.tenant_id, d.sink_id limit 1) n
   ), given_up as (
     update deliveries d set state = 'dead', claimed_until = null, last_error = '${REMOVED}' from queue q
     where d.sink = 'webhook' and d.state = 'pending' and d.tenant_id = q.tenant_id and d.sink_id = q.sink_id
       and not exists (select from webhook_endpoints w where w.tenant_id = q.tenant_id and w.id = q.sink_id)
   ), places as (
     select w.tenant_id, w.id,
       case when w.failing_since is null then $perEndpoint::int else 1 end - coalesce(busy.taken, 0) as free
     from queue q
     join webhook_endpoints w on w.tenant_id = q.tenant_id and w.id = q.sink_id and w.status = 'enabled'
     left join unnest($busyIds::uuid[], $busyCounts::int[]) as busy (id, taken) on busy.id = w.id
   ), due as (
     select d.*, p.free, row_number() over (partition by d.sink_id, d.behind is null order by d.seq, d.id) as place
     from places p cross join lateral (
       select d.tenant_id, d.id, d.sink_id, d.event_id, d.seq, case when not d.is_next then (
         select e.next_attempt_at from deliveries e
         where e.tenant_id = d.tenant_id and e.sink_id = d.sink_id and e.order_key = d.order_key and e.state = 'pending'
           and (e.seq, e.id) < (d.seq, d.id)
         order by e.seq, e.id limit 1) end as behind
       from deliveries d
       where d.sink = 'webhook' and d.tenant_id = p.tenant_id and d.sink_id = p.id and d.state = 'pending'
         and d.next_attempt_at <= $at::timestamptz
       order by d.next_attempt_at, d.seq limit ${LOOK}
       for update of d skip locked
     ) d where p.free > 0
   ), sending as (
     select b.tenant_id, sum(b.taken) as taken, sum(b.bytes) as bytes
     from unnest($busyTenants::uuid[], $busyCounts::int[], $busyBytes::bigint[]) as b (tenant_id, taken, bytes) group by b.tenant_id
   ), placed as (
     select due.tenant_id, due.id, due.event_id, due.place, coalesce(s.taken, 0) as taken, coalesce(s.bytes, 0) as bytes_taken,
       row_number() over (partition by due.tenant_id order by due.place, due.seq, due.id) as turn
     from due left join sending s on s.tenant_id = due.tenant_id
     where due.behind is null and due.place <= due.free
   ), sized as (
     select p.*, coalesce(octet_length(e.data::text), 0) as bytes
     from placed p
     left join lateral (select data from events where tenant_id = p.tenant_id and id = p.event_id limit 1) e on true
     where p.turn <= $perTenant::int - p.taken and p.bytes_taken < $tenantBytes::bigint
   ), summed as (
     select z.*, z.bytes_taken + sum(z.bytes) over (partition by z.tenant_id order by z.turn) as upto from sized z
   ), fitting as (
     select f.*, row_number() over in_turn as turn_of_all, sum(f.bytes) over in_turn as upto_of_all
     from summed f where f.upto <= $tenantBytes::bigint or (f.turn = 1 and f.taken = 0)
     window in_turn as (order by f.turn, f.place, f.tenant_id)
   ), chosen as (
     select f.tenant_id, f.id, f.bytes from fitting f
     where f.turn_of_all <= $inAll::int and (f.upto_of_all <= $bytesInAll::bigint or (f.turn_of_all = 1 and $isIdle::boolean))
   ), reached as (
     select array_remove(array[
       case when exists (select from due where due.behind is null and due.place > due.free) then 'webhooksSendingToEndpoint' end,
       case when exists (select from placed p where p.turn > $perTenant::int - p.taken) then 'webhooksSending' end,
       case when (select count(*) from placed p where p.turn <= $perTenant::int - p.taken) > (select count(*) from fitting)
         then 'webhookBytesSending' end,
       case when exists (select from fitting f where f.turn_of_all > $inAll::int) then 'webhooksSendingInAll' end,
       case when (select count(*) from fitting f where f.turn_of_all <= $inAll::int) > (select count(*) from chosen)
         then 'webhookBytesSendingInAll' end
     ], null) as names
   ), taken as (
     update deliveries d set
       next_attempt_at = case when due.behind is null then $until::timestamptz
         else greatest(due.behind, $at::timestamptz + interval '${SHORTEST_WAIT}') end,
       claimed_until = case when due.behind is null then $until::timestamptz end,
       is_next = false,
       attempts = d.attempts + case when due.behind is null then 1 else 0 end
     from due left join chosen c on c.tenant_id = due.tenant_id and c.id = due.id
     where d.tenant_id = due.tenant_id and d.id = due.id and (due.behind is not null or c.id is not null)
     returning d.tenant_id, d.id, d.event_id, d.seq, d.attempts, d.sink_id, due.behind, c.bytes
   )
   select reached.names as reached, t.tenant_id, t.id as delivery_id, t.seq::float8 as seq, t.attempts, t.sink_id,
     t.bytes::int as bytes, w.url, w.secrets, w.failing_since, t.behind is not null as put_off, ${EVENT_COLUMNS}
   from reached left join taken t on true
   left join webhook_endpoints w on t.behind is null and w.tenant_id = t.tenant_id and w.id = t.sink_id
   left join events e on t.behind is null and e.tenant_id = t.tenant_id and e.id = t.event_id
   order by t.seq`,
);

/** Nothing is written by whoever's claim has ended: another one has the delivery now. */
export const FINISH = systemStatement(
  'webhook_deliveries.finish',
  `with done as (
     update deliveries d set state = $state::text, claimed_until = null, last_error = $error::text,
       next_attempt_at = coalesce($nextAttemptAt::timestamptz, d.next_attempt_at),
       delivered_at = case when $state::text = 'delivered' then $at::timestamptz end
     where d.tenant_id = $tenantId::uuid and d.id = $id::uuid and d.claimed_until = $claimedUntil::timestamptz
     returning d.tenant_id, d.id, d.sink_id, d.order_key, d.seq
   ), noted as (
     insert into webhook_attempts
       (tenant_id, delivery_id, attempt, at, request, status, latency_ms, response_excerpt, error)
     select tenant_id, id, $attempt::int, $at::timestamptz, $request::jsonb, $status::int, $latencyMs::int, $excerpt::text,
       $error::text
     from done
   ), follower as (
     select n.tenant_id, n.id from done cross join lateral (
       select d.tenant_id, d.id, d.claimed_until from deliveries d
       where d.tenant_id = done.tenant_id and d.sink_id = done.sink_id and d.order_key = done.order_key
         and d.state = 'pending' and d.id <> done.id and $state::text <> 'pending'
       order by d.seq, d.id limit 1) n
     where n.claimed_until is null
   ), woken as (
     update deliveries d set next_attempt_at = $at::timestamptz, is_next = true from follower f
     where d.tenant_id = f.tenant_id and d.id = f.id and d.attempts = 0
   ), health as (
     update webhook_endpoints w set failing_since = case when $succeeded::boolean then null else $at::timestamptz end
     from done where w.tenant_id = done.tenant_id and w.id = done.sink_id
       and (w.failing_since is null) <> $succeeded::boolean
   )
   select from done`,
);

export const RELEASE = systemStatement(
  'webhook_deliveries.release',
  `update deliveries d set claimed_until = null, next_attempt_at = $at::timestamptz, attempts = d.attempts - 1
   where d.tenant_id = $tenantId::uuid and d.id = $id::uuid and d.claimed_until = $claimedUntil::timestamptz`,
);

export const DISABLE = systemStatement(
  'webhook_endpoints.disable',
  `with changed as (
     update webhook_endpoints w set status = 'disabled', disabled_reason = $reason::text, updated_at = $occurredAt::timestamptz
     where w.tenant_id = $tenant::uuid and w.id = $subjectId::uuid and w.status = 'enabled'
     returning w.id
   ), ${eventParts('where exists (select from changed)')} select from changed`,
);

/** Counts no further than somebody cares. What waits for a disabled endpoint is held, however old it becomes. */
export const WAITING = systemStatement(
  'webhook_deliveries.waiting',
  `select (count(*) filter (where d.is_enabled))::int as pending, (count(*) filter (where not d.is_enabled))::int as held,
     extract(epoch from $at::timestamptz - min(d.created_at) filter (where d.is_enabled))::float8 as oldest
   from (
     select d.created_at, w.status = 'enabled' as is_enabled from deliveries d
     join webhook_endpoints w on w.tenant_id = d.tenant_id and w.id = d.sink_id
     where d.sink = 'webhook' and d.state = 'pending' limit $most::int) d`,
);

/** Several workers may forget at once: each takes others. */
export const FORGET = systemStatement(
  'webhook_deliveries.forget',
  `with old as (
     select d.tenant_id, d.id from deliveries d
     where d.sink = 'webhook' and d.state <> 'pending' and d.created_at < $before::timestamptz
     order by d.created_at limit $most::int for update of d skip locked
   ), attempts as (
     delete from webhook_attempts a using old where a.tenant_id = old.tenant_id and a.delivery_id = old.id
   )
   delete from deliveries d using old where d.tenant_id = old.tenant_id and d.id = old.id`,
);
