drop index deliveries_log;
drop index deliveries_next;
drop table webhook_attempts;
drop table webhook_endpoints;
