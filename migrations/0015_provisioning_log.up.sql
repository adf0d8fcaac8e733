-- What identity providers asked and what they were answered: a log to read, not a proof. It is written beside the requests, in
-- batches, and kept for a while; an id is a UUIDv7, so it begins with its time, and a day of rows goes by dropping a table. The
-- program makes the days; what no day is made for is in the partition of all others.

create table provisioning_requests (
  tenant_id           uuid        not null,
  connection_id       uuid        not null,
  id                  uuid        not null,
  at                  timestamptz not null,
  action              text        not null,
  target_type         text,                     -- User or Group
  target_id           text,
  target_name         text,
  target_key          text,                     -- what it is found by: the name's comparison key, else the id
  status              smallint,                 -- null: a notice of requests that were not recorded
  scim_type           text,
  detail              text,
  cause               text,
  tolerances          text[]      not null,
  duration_ms         real,
  request_id          text,
  body                text,                     -- JSON without secrets, of requests that failed
  client_address      text,
  not_recorded        integer,
  not_recorded_since  timestamptz,
  primary key (tenant_id, connection_id, id)
) partition by range (id);

-- Both in the order of pages.
create index provisioning_requests_target on provisioning_requests (tenant_id, connection_id, target_key, id)
  where target_key is not null;
create index provisioning_requests_failed on provisioning_requests (tenant_id, connection_id, id)
  where status >= 400;

create table provisioning_requests_default partition of provisioning_requests default;

-- How much was asked in each hour (UTC), counted by the statement that writes the requests.
create table provisioning_figures (
  tenant_id        uuid        not null,
  connection_id    uuid        not null,
  hour             timestamptz not null,
  requests         integer     not null,
  errors           integer     not null,
  last_success_at  timestamptz,
  primary key (tenant_id, connection_id, hour)
);

alter table provisioning_requests         enable row level security;
alter table provisioning_requests         force  row level security;
alter table provisioning_requests_default enable row level security;
alter table provisioning_requests_default force  row level security;
alter table provisioning_figures          enable row level security;
alter table provisioning_figures          force  row level security;

create policy tenant_isolation on provisioning_requests
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on provisioning_requests_default
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on provisioning_figures
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on provisioning_requests to muster_system using (true);
create policy system_access on provisioning_figures to muster_system using (true);

grant select on provisioning_requests, provisioning_figures to muster_app;
grant select, insert, delete on provisioning_requests to muster_system;
grant select, insert, update, delete on provisioning_figures to muster_system;
