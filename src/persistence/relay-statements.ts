import { byteCut, PAGE_ROWS, withinCut } from './byte-pages.js';
import { EVENT_COLUMNS, eventColumns } from './event-rows.js';
import { systemStatement } from './statement.js';

/** Times of leases are the database's, so that clocks of instances do not matter. The fencing number changes with the owner. */
export const ACQUIRE = systemStatement(
  'leases.acquire',
  `insert into leases as l (name, owner, fencing, expires_at)
   values ($name::text, $owner::text, 1, now() + make_interval(secs => $seconds))
   on conflict (name) do update set owner = $owner::text, expires_at = now() + make_interval(secs => $seconds),
     fencing = l.fencing + case when l.owner = $owner::text then 0 else 1 end
   where l.owner = $owner::text or l.expires_at <= now()
   returning l.fencing`,
);

/** Not deleted: the fencing number must go on. */
export const RELEASE = systemStatement(
  'leases.release',
  `update leases set expires_at = now()
   where name = $name::text and owner = $owner::text and fencing = $fencing::bigint`,
);

/** Whoever holds the row holds off a successor until its transaction ends. */
export const HOLD = systemStatement(
  'leases.hold',
  `select fencing from leases
   where name = $name::text and owner = $owner::text and fencing = $fencing::bigint for update`,
);

/** From tenant to tenant along the primary key: the queue may be long. */
export const WAITING_TENANTS = systemStatement(
  'outbox.waiting_tenants',
  `with recursive waiting (tenant_id) as (
     (select o.tenant_id from outbox o where o.tenant_id > $after::uuid order by o.tenant_id limit 1)
     union all
     select (select o.tenant_id from outbox o where o.tenant_id > w.tenant_id order by o.tenant_id limit 1)
     from waiting w where w.tenant_id is not null
   )
   select tenant_id from waiting where tenant_id is not null limit $limit::int`,
);

/** Counts no further than somebody cares. */
export const WAITING = systemStatement(
  'outbox.waiting',
  'select count(*)::int as waiting from (select from outbox limit $most::int) o',
);

/** Of a tenant that was quiet for long, nothing may be left but the anchor. */
export const LAST_SEAL = systemStatement(
  'seals.last',
  `(select seq, encode(hash, 'hex') as hash from seals where tenant_id = $tenantId::uuid order by seq desc limit 1)
   union all
   (select seq, encode(hash, 'hex') as hash from seal_anchors where tenant_id = $tenantId::uuid)
   order by seq desc limit 1`,
);

/** The next events in the order of their ids, as many as fit into `$maxBytes`, at least one. */
export const NEXT_EVENTS = systemStatement(
  'outbox.next',
  `with page as materialized (
     select e.*, o.place from (
       select event_id, row_number() over (order by event_id) as place
       from outbox where tenant_id = $tenantId::uuid order by event_id limit $limit::int
     ) o cross join lateral (
       select * from events where tenant_id = $tenantId::uuid and id = o.event_id limit 1
     ) e
   ), ${byteCut('page.data::text')}
   select ${eventColumns('page')}, ${PAGE_ROWS} as waiting from page where ${withinCut()} order by page.place`,
);

/**
 * Events of the subjects whose ids lie behind the batch, but whose versions may lie before. All that was committed behind the
 * batch is passed once. Not prepared: only a plan that knows how many subjects there are compares them by a hash, where a kept
 * one would go through them for every event.
 */
export const LATE_EVENTS = systemStatement(
  undefined,
  `select ${EVENT_COLUMNS} from unnest($subjects::uuid[], $versions::int[]) as batch (subject_id, version)
   join events e on e.subject_id = batch.subject_id and e.subject_version < batch.version
   where e.tenant_id = $tenantId::uuid and e.id > $last::uuid and e.id < $horizon::uuid
     and exists (select from outbox o where o.tenant_id = $tenantId::uuid and o.event_id = e.id)
   order by e.id`,
);

export const INSERT_SEALS = systemStatement(
  'seals.insert',
  `insert into seals (tenant_id, seq, event_id, hash, sealed_at, type, subject_id, actor_id, request_id)
   select $tenantId::uuid, s.seq, s.event_id, decode(s.hash, 'hex'), $sealedAt::timestamptz, s.type, s.subject_id,
     s.actor_id, s.request_id
   from unnest($seqs::bigint[], $eventIds::uuid[], $hashes::text[], $types::text[], $subjects::uuid[], $actors::uuid[],
     $requests::text[]) as s (seq, event_id, hash, type, subject_id, actor_id, request_id)`,
);

export const INSERT_DELIVERIES = systemStatement(
  'deliveries.insert',
  `insert into deliveries (tenant_id, id, event_id, seq, sink, sink_id, order_key, next_attempt_at, created_at)
   select $tenantId::uuid, d.id, d.event_id, d.seq, d.sink, d.sink_id, d.order_key,
     coalesce(d.not_before, $sealedAt::timestamptz), $sealedAt::timestamptz
   from unnest($ids::uuid[], $eventIds::uuid[], $seqs::bigint[], $sinks::text[], $sinkIds::uuid[], $orderKeys::text[],
     $times::timestamptz[]) as d (id, event_id, seq, sink, sink_id, order_key, not_before)`,
);

export const DELETE_OUTBOX = systemStatement(
  'outbox.delete',
  'delete from outbox where tenant_id = $tenantId::uuid and event_id = any($eventIds::uuid[])',
);
