-- Team names are compared as RFC 8266 compares nicknames. SQL cannot make that key, so the program makes the keys of rows that are here
-- already, in batches (src/persistence/team-name-keys.ts); a row says by which rule its key was made. A connection says what becomes of a
-- write to a group that names members no user has.

alter table teams add column name_key_rule smallint not null default 0;  -- 0: lower case alone, 1: nickname

create index teams_name_key_rule on teams (tenant_id, id) where name_key_rule = 0;

-- Which tenants have keys to make is asked before a tenant is known.
create policy system_access on teams for select to muster_system using (true);
grant select (tenant_id, id, name_key_rule) on teams to muster_system;

alter table connections
  add column unknown_members text check (unknown_members in ('refuse', 'skip'));  -- null: as its profile has it
