-- Tenants, their connections to identity providers, and who may speak for them.
-- The runner has made the roles muster_app (requests of one tenant) and muster_system (work that belongs to no tenant).
-- Neither owns anything, and row level security is forced, so it binds the owner as well.

create table tenants (
  id          uuid        not null primary key,
  slug        text        collate "C" not null,
  name        text        not null,
  settings    jsonb       not null default '{}',
  status      text        not null default 'active' check (status in ('active', 'suspended')),
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  constraint tenants_slug_key unique (slug)
);

create table connections (
  tenant_id   uuid        not null references tenants (id),
  id          uuid        not null,
  name        text        collate "C" not null,
  idp         text        not null,
  status      text        not null default 'enabled' check (status in ('enabled', 'disabled')),
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  primary key (tenant_id, id),
  constraint connections_name_key unique (tenant_id, name)
);

create table service_accounts (
  tenant_id   uuid        not null references tenants (id),
  id          uuid        not null,
  name        text        not null,
  scopes      text[]      not null,
  created_at  timestamptz not null,
  primary key (tenant_id, id)
);

-- Looked up by digest before the tenant is known: the one unique index that tenant_id does not lead.
create table access_tokens (
  tenant_id           uuid        not null,
  id                  uuid        not null,
  service_account_id  uuid        not null,
  connection_id       uuid,
  digest              bytea       not null,
  prefix              text        collate "C" not null,
  expires_at          timestamptz not null,
  created_at          timestamptz not null,
  last_used_at        timestamptz,
  revoked_at          timestamptz,
  primary key (tenant_id, id),
  constraint access_tokens_digest_key unique (digest),
  foreign key (tenant_id, service_account_id) references service_accounts (tenant_id, id),
  foreign key (tenant_id, connection_id) references connections (tenant_id, id)
);

-- What the installation as a whole remembers, such as the key that signs cursors.
create table platform_settings (
  name   text not null primary key,
  value  text not null
);

alter table tenants           enable row level security;
alter table tenants           force  row level security;
alter table connections       enable row level security;
alter table connections       force  row level security;
alter table service_accounts  enable row level security;
alter table service_accounts  force  row level security;
alter table access_tokens     enable row level security;
alter table access_tokens     force  row level security;
alter table platform_settings enable row level security;
alter table platform_settings force  row level security;

create policy tenant_isolation on tenants
  using (id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on connections
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on service_accounts
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on access_tokens
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);

create policy system_access on tenants           to muster_system using (true);
create policy system_access on connections       to muster_system using (true);
create policy system_access on service_accounts  to muster_system using (true);
create policy system_access on access_tokens     to muster_system using (true);
create policy system_access on platform_settings to muster_system using (true);

grant usage on schema public to muster_app, muster_system;
grant select on tenants, connections to muster_app;
grant select, insert, update on tenants, connections, service_accounts, access_tokens to muster_system;
grant select, insert on platform_settings to muster_system;
