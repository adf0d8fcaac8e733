revoke update (status, removed_at, updated_at) on connections from muster_app;
drop table idempotency_keys;

-- The owner is bound by row level security as well while it is forced.
alter table connections no force row level security;
alter table tenants     no force row level security;
update connections set name = 'removed-' || id where removed_at is not null;
update tenants set status = 'suspended' where status = 'removed';
alter table connections force row level security;
alter table tenants     force row level security;

drop index connections_name_key;
alter table connections add constraint connections_name_key unique (tenant_id, name);
alter table connections drop column removed_at;

alter table tenants drop column suspended_at, drop column removed_at, drop column removal_digest, drop column removal_asked_at;
alter table tenants drop constraint tenants_status_check;
alter table tenants add constraint tenants_status_check check (status in ('active', 'suspended'));
