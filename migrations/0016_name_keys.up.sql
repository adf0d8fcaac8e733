-- Filters and sorts by the names of people read columns instead of documents. A key holds the first 256 characters.

-- The owner is bound by row level security as well, until the keys are there. They are lowered as the application lowers them.
alter table members no force row level security;
update members
set display_name_key = left(lower((resource ->> 'displayName') collate "und-x-icu"), 256)
where erased_at is null
  and display_name_key is distinct from left(lower((resource ->> 'displayName') collate "und-x-icu"), 256) collate "C";
alter table members force row level security;

alter table members
  add column family_name_key text collate "C" generated always as
    (left(lower((resource -> 'name' ->> 'familyName') collate "und-x-icu"), 256) collate "C") stored,
  add column given_name_key text collate "C" generated always as
    (left(lower((resource -> 'name' ->> 'givenName') collate "und-x-icu"), 256) collate "C") stored;
