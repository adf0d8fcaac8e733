-- Who may speak for a tenant: service accounts that are kept up, tokens with names and scopes of their own, and clients of the
-- OAuth 2.0 token endpoint with secrets, keys and identities that other issuers vouch for.

alter table service_accounts
  add column connection_id      uuid,        -- the connection its tokens speak for; none: they cannot speak SCIM
  add column allowed_addresses  text[]      not null default '{}',  -- networks; none: from anywhere
  add column jwks               jsonb,       -- public keys that sign its client assertions
  add column jwks_uri           text,        -- or where they are
  add column removed_at         timestamptz,
  add constraint service_accounts_keys_check check (jwks is null or jwks_uri is null),
  add foreign key (tenant_id, connection_id) references connections (tenant_id, id);

-- The owner is bound by row level security as well while it is forced.
alter table service_accounts no force row level security;
alter table access_tokens    no force row level security;
update service_accounts s set connection_id = (
  select a.connection_id from access_tokens a
  where a.tenant_id = s.tenant_id and a.service_account_id = s.id and a.connection_id is not null
  order by a.created_at desc limit 1
);
alter table access_tokens    force row level security;
alter table service_accounts force row level security;

alter table access_tokens
  add column name       text   not null default '',
  add column scopes     text[],              -- none: those of its service account
  add column kind       text   not null default 'issued' check (kind in ('issued', 'oauth')),
  add column issued_by  uuid;                -- the client secret or federated identity it was got with
create index access_tokens_of_account on access_tokens (tenant_id, service_account_id, id);
create index access_tokens_oauth_over on access_tokens (expires_at) where kind = 'oauth';

create table client_secrets (
  tenant_id           uuid        not null,
  id                  uuid        not null,
  service_account_id  uuid        not null,
  name                text        not null,
  digest              bytea       not null,
  prefix              text        collate "C" not null,
  expires_at          timestamptz not null,
  created_at          timestamptz not null,
  last_used_at        timestamptz,
  revoked_at          timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, service_account_id) references service_accounts (tenant_id, id)
);
create index client_secrets_of_account on client_secrets (tenant_id, service_account_id, id);

-- Somebody whom another issuer vouches for, and who may then act as the service account.
create table federated_identities (
  tenant_id           uuid        not null,
  id                  uuid        not null,
  service_account_id  uuid        not null,
  issuer              text        not null,
  subject             text        not null,
  audience            text        not null,
  jwks                jsonb,                 -- the issuer's keys
  jwks_uri            text,                  -- or where they are; neither: the issuer's discovery document tells
  created_at          timestamptz not null,
  last_used_at        timestamptz,
  primary key (tenant_id, id),
  constraint federated_identities_key unique (tenant_id, service_account_id, issuer, subject, audience),
  foreign key (tenant_id, service_account_id) references service_accounts (tenant_id, id),
  check (jwks is null or jwks_uri is null)
);

-- Assertions that were good once, so that none is good twice. Kept apart by service account: whoever lists an issuer with keys
-- of his own could use up the ids of that issuer's assertions for everybody else.
create table used_assertions (
  tenant_id           uuid        not null,
  service_account_id  uuid        not null,
  digest              bytea       not null,  -- of issuer and jti
  expires_at          timestamptz not null,
  primary key (tenant_id, service_account_id, digest)
);
create index used_assertions_over on used_assertions (expires_at);

-- The token endpoint knows a client before it knows a tenant.
create index service_accounts_client on service_accounts (id);

alter table client_secrets       enable row level security;
alter table client_secrets       force  row level security;
alter table federated_identities enable row level security;
alter table federated_identities force  row level security;
alter table used_assertions      enable row level security;
alter table used_assertions      force  row level security;

create policy tenant_isolation on client_secrets
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on federated_identities
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on used_assertions
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on client_secrets       to muster_system using (true);
create policy system_access on federated_identities to muster_system using (true);
create policy system_access on used_assertions      to muster_system using (true);

-- The role that serves a tenant's admins never reads a digest.
grant select, insert, update on service_accounts to muster_app;
grant select (tenant_id, id, service_account_id, connection_id, prefix, expires_at, created_at, last_used_at, revoked_at,
  name, scopes, kind, issued_by) on access_tokens to muster_app;
grant insert, update (expires_at, revoked_at) on access_tokens to muster_app;
grant select (tenant_id, id, service_account_id, name, prefix, expires_at, created_at, last_used_at, revoked_at)
  on client_secrets to muster_app;
grant insert, update (expires_at, revoked_at) on client_secrets to muster_app;
grant select, insert, delete on federated_identities to muster_app;

grant delete on access_tokens to muster_system;
grant select, insert, update (expires_at, revoked_at, last_used_at) on client_secrets to muster_system;
grant select, insert, delete, update (last_used_at) on federated_identities to muster_system;
grant select, insert, delete on used_assertions to muster_system;
