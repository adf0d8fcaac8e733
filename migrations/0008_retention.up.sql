-- Events by month, so that those too old to keep go by dropping a table. An id is a UUIDv7: it begins with the time. What was
-- here before stays where it is, as the partition of all that no month is made for; the program makes the months ahead.

alter table events rename to events_default;
alter index events_pkey rename to events_default_pkey;
revoke all on events_default from muster_app, muster_system;

create table events (like events_default including all) partition by range (id);
alter table events attach partition events_default default;

alter table events enable row level security;
alter table events force  row level security;
create policy tenant_isolation on events
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on events to muster_system using (true);
grant select, insert on events to muster_app;
grant select, insert on events to muster_system;

-- Where a tenant's chain begins after its oldest seals were removed. Only the owner writes it, with their removal.
create table seal_anchors (
  tenant_id   uuid        not null primary key,
  seq         bigint      not null,             -- of the last seal that was removed
  hash        bytea       not null,
  removed_at  timestamptz not null
);

alter table seal_anchors enable row level security;
alter table seal_anchors force  row level security;
create policy tenant_isolation on seal_anchors
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on seal_anchors to muster_system using (true);
grant select on seal_anchors to muster_app;
grant select on seal_anchors to muster_system;
