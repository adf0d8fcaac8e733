import { byteCut, withinCut } from './byte-pages.js';
import { eventColumns } from './event-rows.js';
import { systemStatement } from './statement.js';

/** One look into the primary key of `seals` for each tenant: the limit keeps the planner from reading them all. */
export const BEHIND = systemStatement(
  'broker.behind',
  `select t.id as "tenantId", t.slug, coalesce(c.seq, 0) as seq
   from tenants t
   left join broker_cursors c on c.tenant_id = t.id
   cross join lateral (
     select from seals s where s.tenant_id = t.id and s.seq > coalesce(c.seq, 0) order by s.seq limit 1
   ) next
   where t.id > $after::uuid order by t.id limit $limit::int`,
);

/** Sequences have no gaps, so that the difference is a number of events. */
export const LAG = systemStatement(
  'broker.lag',
  `select coalesce(sum(greatest(last.seq - coalesce(c.seq, 0), 0)), 0) as lag
   from tenants t
   left join broker_cursors c on c.tenant_id = t.id
   cross join lateral (
     select s.seq from seals s where s.tenant_id = t.id order by s.seq desc limit 1
   ) last`,
);

/** The next events of each tenant, at most `$limit` and `$maxBytes`, at least one: a tenant with large events takes its share only. */
export const NEXT = systemStatement(
  'broker.next',
  `select next.* from unnest($tenantIds::uuid[], $seqs::bigint[]) as behind (tenant_id, seq)
   cross join lateral (
     with page as materialized (
       select s.seq, e.*, row_number() over () as place from (
         select s.tenant_id, s.seq, s.event_id from seals s
         where s.tenant_id = behind.tenant_id and s.seq > behind.seq order by s.seq limit $limit::int
       ) s
       cross join lateral (
         select * from events e where e.tenant_id = s.tenant_id and e.id = s.event_id limit 1
       ) e
     ), ${byteCut('page.data::text')}
     select page.tenant_id, page.seq, ${eventColumns('page')} from page where ${withinCut()}
   ) next
   order by next.tenant_id, next.seq`,
);

/** Only forward, and only for the holder of the lease, whom no successor can replace before this is done. */
export const MOVE = systemStatement(
  'broker.move',
  `with held as (
     select from leases
     where name = $name::text and owner = $owner::text and fencing = $fencing::bigint for update
   ), moved as (
     insert into broker_cursors as c (tenant_id, seq)
     select m.tenant_id, m.seq from unnest($tenantIds::uuid[], $seqs::bigint[]) as m (tenant_id, seq), held
     on conflict (tenant_id) do update set seq = excluded.seq where c.seq < excluded.seq
   )
   select from held`,
);
