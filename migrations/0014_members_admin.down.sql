revoke delete on adoption_reviews from muster_app;
drop index adoption_reviews_open;
alter table adoption_reviews
  drop constraint adoption_reviews_pair_key,
  drop column last_requested_at,
  drop column resource;
create unique index adoption_reviews_open_key on adoption_reviews (tenant_id, member_id, connection_id) where decision is null;

drop index members_removed;
drop index members_inactive;
drop index members_display_name;
drop index members_connection;
alter table members
  drop column display_name_key,
  drop column awaits_idp,
  drop column linked_at;
