drop view effective_memberships;
drop table connection_tolerances;
drop table team_grants;
drop table team_links;
drop table team_memberships;
drop table teams;
