alter table members
  drop column given_name_key,
  drop column family_name_key;
