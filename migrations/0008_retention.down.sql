drop table seal_anchors;

-- The owner copies the months of all tenants.
alter table events no force row level security;
alter table events detach partition events_default;
alter table events_default no force row level security;
insert into events_default select * from events;
drop table events;

alter table events_default rename to events;
alter index events_default_pkey rename to events_pkey;
alter table events force row level security;
grant select, insert on events to muster_app;
grant select, insert on events to muster_system;
