alter table connections drop column unknown_members;

drop policy system_access on teams;
revoke select (tenant_id, id, name_key_rule) on teams from muster_system;
drop index teams_name_key_rule;
alter table teams drop column name_key_rule;
