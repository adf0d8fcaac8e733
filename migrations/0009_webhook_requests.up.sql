-- What was sent, beside what was answered; a place in the order that need not be looked for; a reason more to stop; and an
-- end of the log.

alter table webhook_attempts add column request jsonb;  -- { url, headers } without the signatures; none when nothing was sent

-- The one before it is over: whoever claims it need not look for one, and in a snapshot from before could not see that.
alter table deliveries add column is_next boolean not null default false;

alter table webhook_endpoints drop constraint webhook_endpoints_disabled_reason_check;
alter table webhook_endpoints add constraint webhook_endpoints_disabled_reason_check
  check (disabled_reason in ('manual', 'gone', 'failing', 'unreadable_secret'));

-- Those that are over and too old to keep.
create index deliveries_over on deliveries (sink, created_at) where state <> 'pending';
grant delete on webhook_attempts to muster_system;
