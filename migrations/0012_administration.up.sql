-- Tenants and connections from their beginning to their end, and requests that may be sent twice.

alter table tenants drop constraint tenants_status_check;
alter table tenants add constraint tenants_status_check check (status in ('active', 'suspended', 'removed'));
alter table tenants
  add column suspended_at     timestamptz,      -- since then its tokens are refused; none while it is active
  add column removed_at       timestamptz,      -- its data goes a while after
  add column removal_digest   bytea,            -- SHA-256 of the code that confirms the removal
  add column removal_asked_at timestamptz;

-- A removed connection stays as a row, because tokens, events and the log of its requests name it; its name is free again.
alter table connections add column removed_at timestamptz;
alter table connections drop constraint connections_name_key;
create unique index connections_name_key on connections (tenant_id, name) where removed_at is null;

-- What a request with an Idempotency-Key was answered, so that it can be repeated. The answer is encrypted with what only
-- the client has: it may hold a secret that is shown once.
create table idempotency_keys (
  tenant_id   uuid        not null,             -- all zero for requests about the platform
  actor_id    uuid        not null,             -- the service account; all zero for the platform
  key_digest  bytea       not null,             -- SHA-256 of the key
  request     bytea       not null,             -- SHA-256 of method, path and body
  status      integer,                          -- none while the first request is under way
  answer      bytea,
  claimed_at  timestamptz not null,
  primary key (tenant_id, actor_id, key_digest)
);

alter table idempotency_keys enable row level security;
alter table idempotency_keys force  row level security;
create policy tenant_isolation on idempotency_keys
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);

grant select, insert, update, delete on idempotency_keys to muster_app;
-- The end of a connection is one transaction with that of its hold on members and teams.
grant update (status, removed_at, updated_at) on connections to muster_app;
