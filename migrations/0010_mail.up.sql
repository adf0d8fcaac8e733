-- Mails to people: what is to be said to whom, until it is sent. Events that may set one off wait in deliveries (sink `email`)
-- until their window is over; then the whole window becomes mails in one transaction.

create table mails (
  tenant_id        uuid        not null references tenants (id),
  id               uuid        not null,        -- also what the Message-ID is made from
  kind             text        not null check (kind in ('changes', 'digest', 'endpointDisabled', 'tokensExpire')),
  member_id        uuid,                        -- whose address is looked up when the mail is sent
  address          text,                        -- of an admin
  content          jsonb,                       -- none once the mail is over
  state            text        not null default 'pending' check (state in ('pending', 'sent', 'skipped', 'dead')),
  attempts         integer     not null default 0,
  next_attempt_at  timestamptz not null,
  claimed_until    timestamptz,                 -- a worker is at it; after this time another may
  last_error       text,
  created_at       timestamptz not null,
  ended_at         timestamptz,
  primary key (tenant_id, id),
  check ((member_id is null) <> (address is null))
);
create index mails_due on mails (next_attempt_at) where state = 'pending';
create index mails_over on mails (ended_at) where ended_at is not null;

-- Whom a tenant's mails no longer reach: HMAC-SHA-256 of the address, so that the table names nobody.
create table mail_optouts (
  tenant_id   uuid        not null,
  address     bytea       not null,
  created_at  timestamptz not null,
  primary key (tenant_id, address)
);

-- A token's end is announced once for each number of days.
create table token_warnings (
  tenant_id  uuid        not null,
  token_id   uuid        not null,
  days       integer     not null,
  warned_at  timestamptz not null,
  primary key (tenant_id, token_id, days),
  foreign key (tenant_id, token_id) references access_tokens (tenant_id, id)
);

alter table mails          enable row level security;
alter table mails          force  row level security;
alter table mail_optouts   enable row level security;
alter table mail_optouts   force  row level security;
alter table token_warnings enable row level security;
alter table token_warnings force  row level security;

create policy tenant_isolation on mails
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on mail_optouts
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on token_warnings
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on mails          to muster_system using (true);
create policy system_access on token_warnings to muster_system using (true);

grant select, insert                 on mail_optouts   to muster_app;
grant select, insert, update, delete on mails          to muster_system;
grant select, insert                 on token_warnings to muster_system;
