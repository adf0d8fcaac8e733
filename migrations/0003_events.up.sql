-- Facts, written in the transaction of the change they tell of, and the queue of those not yet sent.
-- No role but the owner may change or delete an event: what happened stays.

create table events (
  tenant_id      uuid        not null,
  id             uuid        not null,
  type           text        not null,
  occurred_at    timestamptz not null,
  actor_type     text        not null,
  actor_id       uuid,
  connection_id  uuid,
  token_id       uuid,
  request_id     text,
  subject_type   text        not null,
  subject_id     uuid        not null,
  data           json        not null,
  primary key (tenant_id, id)
);

create table outbox (
  tenant_id  uuid not null,
  event_id   uuid not null,
  primary key (tenant_id, event_id)
);

alter table events enable row level security;
alter table events force  row level security;
alter table outbox enable row level security;
alter table outbox force  row level security;

create policy tenant_isolation on events
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on outbox
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on events to muster_system using (true);
create policy system_access on outbox to muster_system using (true);

grant select, insert on events to muster_app;
grant insert         on outbox to muster_app;
grant select, insert         on events to muster_system;
grant select, insert, delete on outbox to muster_system;
