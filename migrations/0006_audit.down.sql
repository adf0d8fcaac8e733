alter table seals
  drop column request_id,
  drop column actor_id,
  drop column subject_id,
  drop column type;
