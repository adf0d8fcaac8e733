-- Members in the hands of admins: since when a connection manages them, what people are found by, and reviews of adoptions that
-- can be decided.

alter table members
  add column linked_at        timestamptz,                     -- null: unlinked, or linked before this was noted
  add column awaits_idp       boolean not null default false,  -- linked by an admin, and the connection has not written since
  add column display_name_key text collate "C";                -- comparison key of displayName, its first 256 characters

-- The owner is bound by row level security as well, until the names are there.
alter table members no force row level security;
update members set display_name_key = left(lower(resource ->> 'displayName'), 256) where erased_at is null;
alter table members force row level security;

create index members_connection   on members (tenant_id, connection_id, id)    where scim_id is not null;
create index members_display_name on members (tenant_id, display_name_key, id) where display_name_key is not null;
create index members_inactive     on members (tenant_id, id) where scim_id is not null and not active;
create index members_removed      on members (tenant_id, id) where scim_id is null;

-- One review for each pair, so that a rejection is remembered; what was pushed is kept until somebody decides. Erasure deletes.
drop index adoption_reviews_open_key;
alter table adoption_reviews
  add column resource          json,
  add column last_requested_at timestamptz;
alter table adoption_reviews no force row level security;
update adoption_reviews set last_requested_at = requested_at;
alter table adoption_reviews force row level security;
alter table adoption_reviews
  alter column last_requested_at set not null,
  add constraint adoption_reviews_pair_key unique (tenant_id, member_id, connection_id);
create index adoption_reviews_open on adoption_reviews (tenant_id, id) where decision is null;

grant delete on adoption_reviews to muster_app;
