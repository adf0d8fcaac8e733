-- Events in order, and proof of it: each committed event is sealed once, by the holder of a lease, with a dense sequence per
-- tenant and a hash chain. Consumers read seals; what waits in the outbox is committed and not sealed yet.

-- Order between two events of one subject, whatever the clocks of the instances that wrote them say.
alter table events add column subject_version integer;

create table seals (
  tenant_id  uuid        not null,
  seq        bigint      not null,              -- 1, 2, 3 … without gaps
  event_id   uuid        not null,
  hash       bytea       not null,              -- SHA-256(previous hash, canonical event)
  sealed_at  timestamptz not null,
  primary key (tenant_id, seq),
  constraint seals_event_key unique (tenant_id, event_id)
);

-- A role that one process plays at a time. The fencing number grows with every new holder; who holds an older one is refused.
create table leases (
  name        text        not null primary key,
  owner       text        not null,
  fencing     bigint      not null,
  expires_at  timestamptz not null
);

-- One event to be brought to one sink. The relay writes it in the transaction that seals the event.
create table deliveries (
  tenant_id        uuid        not null,
  id               uuid        not null,
  event_id         uuid        not null,
  seq              bigint      not null,
  sink             text        not null,        -- webhook, and others to come
  sink_id          uuid        not null,        -- e.g. the webhook endpoint
  order_key        text        not null,        -- deliveries of one sink with one key go in the order of seq
  state            text        not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
  attempts         integer     not null default 0,
  next_attempt_at  timestamptz not null,
  claimed_until    timestamptz,                 -- a worker is at it; after this time another may
  last_error       text,
  created_at       timestamptz not null,
  delivered_at     timestamptz,
  primary key (tenant_id, id)
);
create index deliveries_due on deliveries (sink, next_attempt_at) where state = 'pending';
create index deliveries_order on deliveries (tenant_id, sink_id, order_key, seq) where state = 'pending';

alter table seals      enable row level security;
alter table seals      force  row level security;
alter table leases     enable row level security;
alter table leases     force  row level security;
alter table deliveries enable row level security;
alter table deliveries force  row level security;

create policy tenant_isolation on seals
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on deliveries
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on seals      to muster_system using (true);
create policy system_access on leases     to muster_system using (true);
create policy system_access on deliveries to muster_system using (true);

grant select                         on seals      to muster_app;
grant select, insert                 on seals      to muster_system;
grant select, insert, update, delete on leases     to muster_system;
grant select, insert, update         on deliveries to muster_app;
grant select, insert, update, delete on deliveries to muster_system;
