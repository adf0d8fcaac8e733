-- Teams: what IdPs push as groups and what admins make by hand; memberships as rows, so that a change costs what it changes.

create table teams (
  tenant_id         uuid        not null,
  id                uuid        not null,              -- also the id of the Group on the wire
  connection_id     uuid,                              -- null: made by hand
  external_id       text        collate "C",
  display_name      text        not null,
  display_name_key  text        collate "C" not null,
  name_slot         uuid        not null,              -- all zero; the team's own id where the tenant allows equal names
  version           integer     not null,
  created_at        timestamptz not null,
  updated_at        timestamptz not null,
  primary key (tenant_id, id)
);
create unique index teams_display_name_key on teams (tenant_id, display_name_key, name_slot);
create unique index teams_external_id_key  on teams (tenant_id, external_id, connection_id) where external_id is not null;
create index teams_updated_at on teams (tenant_id, updated_at);

-- No foreign keys to members: adding members locks their rows `for key share` itself, in one pass and in order (ADR 9).
create table team_memberships (
  tenant_id   uuid        not null,
  team_id     uuid        not null,
  member_id   uuid        not null,
  permission  text        not null check (permission in ('can_view', 'can_edit')),
  added_at    timestamptz not null,
  primary key (tenant_id, team_id, member_id)
);
create index team_memberships_member on team_memberships (tenant_id, member_id, team_id);

-- An IdP's group gives its members a permission in a product team.
create table team_links (
  tenant_id   uuid        not null,
  team_id     uuid        not null,
  group_id    uuid        not null,
  permission  text        not null check (permission in ('can_view', 'can_edit')),
  created_at  timestamptz not null,
  primary key (tenant_id, team_id, group_id),
  foreign key (tenant_id, team_id)  references teams (tenant_id, id) on delete cascade,
  foreign key (tenant_id, group_id) references teams (tenant_id, id) on delete cascade
);
create index team_links_group on team_links (tenant_id, group_id);

-- What members of a team may do in the product; attached by an admin.
create table team_grants (
  tenant_id   uuid        not null,
  team_id     uuid        not null,
  name        text        collate "C" not null,
  created_at  timestamptz not null,
  primary key (tenant_id, team_id, name),
  foreign key (tenant_id, team_id) references teams (tenant_id, id) on delete cascade
);

-- How often a connection leaned on a leniency.
create table connection_tolerances (
  tenant_id      uuid        not null,
  connection_id  uuid        not null,
  tolerance      text        collate "C" not null,
  uses           bigint      not null,
  last_used_at   timestamptz not null,
  primary key (tenant_id, connection_id, tolerance),
  foreign key (tenant_id, connection_id) references connections (tenant_id, id)
);

alter table teams                 enable row level security;
alter table teams                 force  row level security;
alter table team_memberships      enable row level security;
alter table team_memberships      force  row level security;
alter table team_links            enable row level security;
alter table team_links            force  row level security;
alter table team_grants           enable row level security;
alter table team_grants           force  row level security;
alter table connection_tolerances enable row level security;
alter table connection_tolerances force  row level security;

create policy tenant_isolation on teams
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on team_memberships
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on team_links
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on team_grants
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);
create policy tenant_isolation on connection_tolerances
  using (tenant_id = nullif(current_setting('muster.tenant', true), '')::uuid);

-- Who is in a team, and why: directly, or through the group of a link. Derived, never copied; the highest permission wins
-- where it is read. The invoker's row level security holds inside.
create view effective_memberships with (security_invoker = true) as
  select tenant_id, team_id, member_id, permission, null::uuid as via_group
  from team_memberships
  union all
  select l.tenant_id, l.team_id, m.member_id, l.permission, l.group_id
  from team_links l
  join team_memberships m on m.tenant_id = l.tenant_id and m.team_id = l.group_id;

grant select, insert, update, delete on teams            to muster_app;
grant select, insert, delete         on team_memberships to muster_app;
grant select, insert, update, delete on team_links       to muster_app;
grant select, insert, delete         on team_grants      to muster_app;
grant select, insert, update         on connection_tolerances to muster_app;
grant select                         on effective_memberships to muster_app;
