drop table deliveries;
drop table leases;
drop table seals;
alter table events drop column subject_version;
