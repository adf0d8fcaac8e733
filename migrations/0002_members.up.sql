-- Members: the people of a tenant, and what they are found by.
--
-- No foreign key leads from members to tenants or connections: each create would share-lock one hot parent row.
-- Members are never deleted (removal and erasure are updates), so nothing can dangle.

create table members (
  tenant_id      uuid        not null,
  id             uuid        not null,              -- the account, stable for life
  scim_id        uuid,                              -- the resource on the wire; null once it is removed over SCIM
  connection_id  uuid,                              -- null: unlinked, no IdP manages this member
  external_id    text        collate "C",
  user_name      text        not null,
  user_name_key  text        collate "C" not null,  -- PRECIS key: uniqueness and filters compare this
  active         boolean     not null,
  break_glass    boolean     not null default false, -- SCIM never touches this member
  resource       json        not null,              -- the SCIM resource as last written, canonical, without id and meta
  version        integer     not null,
  created_at     timestamptz not null,              -- meta.created: when the resource on the wire came to be
  updated_at     timestamptz not null,              -- meta.lastModified
  removed_at     timestamptz,
  erased_at      timestamptz,
  primary key (tenant_id, id)
);

-- Lists are read in the order of scim_id: a UUIDv7 made from the clock reading that is also created_at.
create unique index members_scim_id_key     on members (tenant_id, scim_id);
create unique index members_user_name_key   on members (tenant_id, user_name_key) where scim_id is not null;
create unique index members_external_id_key on members (tenant_id, external_id, connection_id)
  where scim_id is not null and external_id is not null;
create index members_updated_at on members (tenant_id, updated_at) where scim_id is not null;
-- A POST asks these two whether the person was here before.
create index members_removed_external_id on members (tenant_id, external_id)   where scim_id is null;
create index members_removed_user_name   on members (tenant_id, user_name_key) where scim_id is null;

-- What multi-valued attributes are searched by: under row level security only `=` on a plain column reaches an index.
create table member_keys (
  tenant_id  uuid not null,
  attribute  text collate "C" not null,  -- e.g. emails.value
  value_key  text collate "C" not null,  -- comparison key of the value
  member_id  uuid not null,
  primary key (tenant_id, attribute, value_key, member_id)
);

-- A directory of the list order: how many members live between two ids. Made from settled rows only, so that a page deep in
-- the list and totalResults are found without counting from the start.
create table member_blocks (
  tenant_id  uuid    not null,
  first_id   uuid    not null,
  last_id    uuid    not null,
  live       integer not null,
  primary key (tenant_id, first_id)
);

-- A member whom an IdP asked to adopt while the tenant's policy is `review`; an admin decides.
create table adoption_reviews (
  tenant_id      uuid        not null,
  id             uuid        not null,
  member_id      uuid        not null,
  connection_id  uuid        not null,
  user_name      text        not null,
  external_id    text,
  requested_at   timestamptz not null,
  decision       text        check (decision in ('approved', 'rejected')),
  decided_at     timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id),
  foreign key (tenant_id, connection_id) references connections (tenant_id, id)
);
create unique index adoption_reviews_open_key on adoption_reviews (tenant_id, member_id, connection_id) where decision is null;

alter table members          enable row level security;
alter table members          force  row level security;
alter table member_keys      enable row level security;
alter table member_keys      force  row level security;
alter table member_blocks    enable row level security;
alter table member_blocks    force  row level security;
alter table adoption_reviews enable row level security;
alter table adoption_reviews force  row level security;

create policy tenant_isolation on members
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on member_keys
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on member_blocks
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on adoption_reviews
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);

grant select, insert, update         on members          to muster_app;
grant select, insert, delete         on member_keys      to muster_app;
grant select, insert, update, delete on member_blocks    to muster_app;
grant select, insert, update         on adoption_reviews to muster_app;
