-- Keys that were written stay folded: what they were before depends on who wrote them. Those of names are made from the document again.
alter table members
  drop column family_name_key,
  drop column given_name_key;
alter table members
  add column family_name_key text collate "C" generated always as
    (left(lower((resource -> 'name' ->> 'familyName') collate "und-x-icu"), 256) collate "C") stored,
  add column given_name_key text collate "C" generated always as
    (left(lower((resource -> 'name' ->> 'givenName') collate "und-x-icu"), 256) collate "C") stored;

drop function fold_case(text);
