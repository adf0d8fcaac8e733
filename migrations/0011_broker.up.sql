-- How far the sealed events of each tenant have been published to the broker, and acknowledged by it.

create table broker_cursors (
  tenant_id  uuid    not null primary key references tenants (id),
  seq        bigint  not null                   -- of the last seal that was acknowledged
);

-- A slug is one token of a subject, where a dot, a star or a blank would have a meaning of its own.
alter table tenants
  add constraint tenants_slug_check check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$');

alter table broker_cursors enable row level security;
alter table broker_cursors force  row level security;

create policy tenant_isolation on broker_cursors
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on broker_cursors to muster_system using (true);

grant select, insert, update on broker_cursors to muster_system;
