import { ALONE, batchedStatement, type Source } from './batched-statement.js';
import { eventParts } from './events.repository.js';
import { EMAIL_VALUES } from './member-keys.js';
import { MEMBER_COLUMNS, NO_TEAMS, STORED_USER_COLUMNS, TEAMS } from './member-rows.js';
import { BOUND, brief, tenantStatement } from './statement.js';

const ONE = `m.tenant_id = $tenant::uuid and m.id = $id::uuid and m.erased_at is null and ${BOUND}`;
const ON_THE_WIRE = `m.tenant_id = $tenant::uuid and m.scim_id = $scimId::uuid and ${BOUND}`;

export const FIND_STORED = brief(
  tenantStatement(
    'members.find_stored',
    `select ${STORED_USER_COLUMNS} from members m
      where ${ON_THE_WIRE} and (m.connection_id is not null or not $hideUnlinked::boolean)`,
  ),
);
export const FIND = brief(
  tenantStatement('members.find', `select ${MEMBER_COLUMNS} from members m where ${ON_THE_WIRE}`),
);
export const FIND_FOR_CHANGE = tenantStatement(
  'members.find_for_change',
  `select ${MEMBER_COLUMNS} from members m where ${ON_THE_WIRE} for no key update`,
);

/** By the account, also of somebody who was removed; with the name of the connection. */
export const FIND_ACCOUNT_FOR_CHANGE = tenantStatement(
  'members.find_account_for_change',
  `select ${MEMBER_COLUMNS}, c.name as manager_name from members m
    left join connections c on c.tenant_id = $tenant::uuid and c.id = m.connection_id
    where ${ONE} for no key update of m`,
);

const LIVE = `m.tenant_id = $tenant::uuid and m.scim_id is not null and ${BOUND}`;
const REMOVED = `m.tenant_id = $tenant::uuid and m.scim_id is null and m.erased_at is null
  and m.connection_id = $connectionId::uuid and ${BOUND}`;

/** Of several removed members who answer, the one that was here last. */
export const CANDIDATES = tenantStatement(
  'members.candidates',
  `select * from (
      select 'byUserName' as role, ${MEMBER_COLUMNS} from members m where ${LIVE} and m.user_name_key = $userNameKey::text
      union all
      select 'byExternalId', ${MEMBER_COLUMNS} from members m
      where ${LIVE} and m.external_id = $externalId::text and m.connection_id = $connectionId::uuid
      union all
      (select 'removed', ${MEMBER_COLUMNS} from members m where ${REMOVED} and m.external_id = $externalId::text
       order by m.updated_at desc limit 1)
      union all
      (select 'removed', ${MEMBER_COLUMNS} from members m
       where ${REMOVED} and m.external_id is null and $externalId::text is null and m.user_name_key = $userNameKey::text
       order by m.updated_at desc limit 1)
    ) candidate`,
);

const addedKeys = ({ changed }: Source) => `keyed as (
    insert into member_keys (tenant_id, attribute, value_key, member_id)
    select $tenant::uuid, '${EMAIL_VALUES}', added.key, $id::uuid ${changed}, unnest($addedKeys::text[]) as added (key)
  )`;
const DROPPED_KEYS = `unkeyed as (
    delete from member_keys
    where tenant_id = $tenant::uuid and attribute = '${EMAIL_VALUES}' and value_key = any($droppedKeys::text[])
      and member_id = $id::uuid and (select count(*) from changed) = 1 and ${BOUND}
  )`;
/** What waits for an admin is over with the member. */
const DROPPED_REVIEWS = `unreviewed as (
    delete from adoption_reviews
    where tenant_id = $tenant::uuid and member_id = $id::uuid and (select count(*) from changed) = 1 and ${BOUND}
  )`;
const event = ({ changed }: Source) => eventParts(changed, '$version');

const insert = (name: string, wasHereBefore: string) =>
  batchedStatement(
    name,
    (source) => `changed as (
      insert into members (tenant_id, id, scim_id, connection_id, external_id, user_name, user_name_key, display_name_key,
        family_name_key, given_name_key, active, resource, version, created_at, updated_at, linked_at)
      select $tenant::uuid, $id::uuid, $scimId::uuid, $connectionId::uuid, $externalId::text, $userName::text,
        $userNameKey::text, $displayNameKey::text, $familyNameKey::text, $givenNameKey::text, $active::boolean, $resource::json, $version::int, $createdAt::timestamptz,
        $updatedAt::timestamptz, $createdAt::timestamptz
      ${source.from}
      where not exists (select from members m where ${REMOVED} and ${wasHereBefore}) and ${BOUND}
      returning id
    ), ${event(source)}, ${addedKeys(source)}
    select id, '${NO_TEAMS}' as teams from changed`,
  );
/** Two statements, because an `or` of the two conditions would reach no index. */
export const INSERT_WITH_EXTERNAL_ID = insert('members.insert_with_external_id', 'm.external_id = $externalId::text');
export const INSERT = insert('members.insert', 'm.external_id is null and m.user_name_key = $userNameKey::text');

const ASSIGNMENTS = `connection_id = $connectionId::uuid, external_id = $externalId::text, user_name = $userName::text,
  user_name_key = $userNameKey::text, display_name_key = $displayNameKey::text, family_name_key = $familyNameKey::text,
  given_name_key = $givenNameKey::text, active = $active::boolean,
  break_glass = $breakGlass::boolean, awaits_idp = $awaitsIdp::boolean, resource = $resource::json, version = $version::int,
  updated_at = $updatedAt::timestamptz, linked_at = case
    when $connectionId::uuid is null then null
    when m.connection_id is distinct from $connectionId::uuid then $updatedAt::timestamptz
    else m.linked_at end`;
const ON_WIRE = 'm.scim_id is not null';

const updating = (assignments: string, condition: string, source: Source, ...parts: readonly string[]) =>
  `changed as (
      update members m set ${assignments} ${source.from}
      where m.tenant_id = $tenant::uuid and m.id = $id::uuid and m.version = $expectedVersion::int and ${condition} and ${BOUND}
      returning m.id
    ), ${[event(source), ...parts].join(', ')}
    select m.id, ${TEAMS} from changed m`;

const update = (name: string, assignments: string, condition: string, ...parts: readonly string[]) =>
  tenantStatement(name, `with ${updating(assignments, condition, ALONE, ...parts)}`);

export const REVISE = batchedStatement('members.revise', (source) => updating(ASSIGNMENTS, ON_WIRE, source));
export const REVISE_WITH_KEYS = brief(
  update('members.revise_with_keys', ASSIGNMENTS, ON_WIRE, DROPPED_KEYS, addedKeys(ALONE)),
);
export const RESTORE = brief(
  update(
    'members.restore',
    `${ASSIGNMENTS}, scim_id = $scimId::uuid, created_at = $createdAt::timestamptz, removed_at = null`,
    'm.scim_id is null',
    addedKeys(ALONE),
  ),
);
export const REMOVE = update(
  'members.remove',
  `${ASSIGNMENTS}, scim_id = null, removed_at = $updatedAt::timestamptz, erased_at = $erasedAt::timestamptz`,
  ON_WIRE,
  DROPPED_KEYS,
  DROPPED_REVIEWS,
);
/** Of somebody who left the wire, the keys and the teams before. */
export const ERASE_REMOVED = update(
  'members.erase_removed',
  `${ASSIGNMENTS}, erased_at = $updatedAt::timestamptz`,
  'm.scim_id is null and m.erased_at is null',
  DROPPED_REVIEWS,
);

export const TAKE_UP = tenantStatement(
  'members.take_up',
  `with taken_up as (
      update members set awaits_idp = false where tenant_id = $tenant::uuid and id = $id::uuid and awaits_idp and ${BOUND}
    ) select`,
);

export const COUNT_DOWN = tenantStatement(
  'member_blocks.count_down',
  `with counted as (
      update member_blocks set live = live - 1
      where tenant_id = $tenant::uuid and first_id <= $scimId::uuid and last_id >= $scimId::uuid and ${BOUND}
    ) select`,
);
