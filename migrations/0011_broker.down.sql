drop table broker_cursors;
alter table tenants drop constraint tenants_slug_check;
