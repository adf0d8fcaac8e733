-- Whom a tenant tells what happened, over HTTP, and what came of it.

create table webhook_endpoints (
  tenant_id        uuid        not null references tenants (id),
  id               uuid        not null,
  url              text        not null,
  description      text        not null,
  event_types      text[]      not null,        -- none: all; `member.*`: all of a noun
  secrets          jsonb       not null,        -- [{ sealed, expiresAt }], the newest first; encrypted by the application
  status           text        not null check (status in ('enabled', 'disabled')),
  disabled_reason  text        check (disabled_reason in ('manual', 'gone', 'failing')),
  failing_since    timestamptz,                 -- since then nothing but failures
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  primary key (tenant_id, id)
);

create table webhook_attempts (
  tenant_id         uuid        not null,
  delivery_id       uuid        not null,
  attempt           integer     not null,
  at                timestamptz not null,
  status            integer,                    -- none when nothing was answered
  latency_ms        integer     not null,
  response_excerpt  text,
  error             text,
  primary key (tenant_id, delivery_id, attempt)
);

-- The next delivery of each endpoint, found without reading those of any other; and an endpoint's log, the newest first.
create index deliveries_next on deliveries (sink, tenant_id, sink_id, next_attempt_at, seq) where state = 'pending';
create index deliveries_log on deliveries (tenant_id, sink_id, id);

alter table webhook_endpoints enable row level security;
alter table webhook_endpoints force  row level security;
alter table webhook_attempts  enable row level security;
alter table webhook_attempts  force  row level security;

create policy tenant_isolation on webhook_endpoints
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on webhook_attempts
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on webhook_endpoints to muster_system using (true);
create policy system_access on webhook_attempts  to muster_system using (true);

grant select, insert, update, delete on webhook_endpoints to muster_app;
grant select                         on webhook_attempts  to muster_app;
grant select, update                 on webhook_endpoints to muster_system;
grant select, insert                 on webhook_attempts  to muster_system;
