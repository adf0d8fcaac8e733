-- A bounded share of common resources for each tenant.

-- Limits that the operator set to another value than the default, by name.
alter table tenants add column limits jsonb not null default '{}';

-- What each instance took from buckets of rate limits, for the other instances to debit. Rows live for minutes and may be lost: the
-- table is not logged. A subject is a tenant, connection or service account; rows outlive it by minutes only.
create unlogged table rate_usage (
  kind        text             not null,
  subject     uuid             not null,
  instance    uuid             not null,
  units       double precision not null,
  per_second  double precision not null,
  at          timestamptz      not null,
  primary key (kind, subject, instance)
);
create index rate_usage_at on rate_usage (at);

-- Mails are claimed tenant by tenant.
drop index mails_due;
create index mails_due on mails (tenant_id, next_attempt_at) where state = 'pending';

-- How many mails of a tenant were begun in each hour (UTC), and whether an event told that mails are held.
create table mail_usage (
  tenant_id  uuid        not null,
  hour       timestamptz not null,
  mails      integer     not null default 0,
  is_told    boolean     not null default false,
  primary key (tenant_id, hour)
);
create index mail_usage_hour on mail_usage (hour);

-- How many mails of a tenant were begun to one address on each day (UTC). The address is a keyed digest, as in mail_optouts.
create table mail_recipients (
  tenant_id  uuid    not null,
  address    bytea   not null,
  day        date    not null,
  mails      integer not null,
  primary key (tenant_id, address, day)
);
create index mail_recipients_day on mail_recipients (day);

-- A row may stand for several refused requests of one reason.
alter table provisioning_requests
  add column repeats integer,
  add column repeats_since timestamptz;

-- Keys expire oldest first, in batches and away from requests. How many a tenant stored is counted by the hour in which they were claimed.
create index idempotency_keys_claimed on idempotency_keys (claimed_at);
create table idempotency_usage (
  tenant_id  uuid        not null,
  hour       timestamptz not null,
  keys       integer     not null,
  bytes      bigint      not null,
  primary key (tenant_id, hour)
);
create index idempotency_usage_hour on idempotency_usage (hour);
insert into idempotency_usage (tenant_id, hour, keys, bytes)
  select tenant_id, date_trunc('hour', claimed_at, 'UTC'), count(*), coalesce(sum(length(answer)), 0)
  from idempotency_keys group by 1, 2;

alter table mail_usage        enable row level security;
alter table mail_usage        force  row level security;
alter table mail_recipients   enable row level security;
alter table mail_recipients   force  row level security;
alter table idempotency_usage enable row level security;
alter table idempotency_usage force  row level security;

create policy tenant_isolation on mail_usage
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on mail_recipients
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on idempotency_usage
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy system_access on mail_usage        to muster_system using (true);
create policy system_access on mail_recipients   to muster_system using (true);
create policy system_access on idempotency_usage to muster_system using (true);
create policy system_access on idempotency_keys  to muster_system using (true);

grant select, insert, update, delete on rate_usage, mail_usage to muster_system;
grant select, insert, update         on mail_recipients to muster_app;
grant select, delete                 on mail_recipients, idempotency_usage, idempotency_keys to muster_system;
grant update (claimed_at)            on idempotency_keys to muster_system;
grant select, insert, update         on idempotency_usage to muster_app;
