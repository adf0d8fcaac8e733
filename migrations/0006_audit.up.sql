-- What the audit log is searched by, kept beside the seals: the relay fills it, so no request pays for these indexes.

alter table seals
  add column type        text collate "C" not null,
  add column subject_id  uuid             not null,
  add column actor_id    uuid,
  add column request_id  text collate "C";

create index seals_type    on seals (tenant_id, type, seq);
create index seals_subject on seals (tenant_id, subject_id, seq);
create index seals_actor   on seals (tenant_id, actor_id, seq);
create index seals_request on seals (tenant_id, request_id, seq) where request_id is not null;
