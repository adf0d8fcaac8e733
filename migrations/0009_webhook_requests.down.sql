revoke delete on webhook_attempts from muster_system;
drop index deliveries_over;
alter table webhook_endpoints drop constraint webhook_endpoints_disabled_reason_check;
update webhook_endpoints set disabled_reason = 'failing' where disabled_reason = 'unreadable_secret';
alter table webhook_endpoints add constraint webhook_endpoints_disabled_reason_check
  check (disabled_reason in ('manual', 'gone', 'failing'));
alter table deliveries drop column is_next;
alter table webhook_attempts drop column request;
