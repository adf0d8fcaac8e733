import { eventParts } from './events.repository.js';
import { membershipEvents, skippedEvent } from './membership-events.js';
import { BOUND, tenantStatement, weighed } from './statement.js';

/*
 * Locks are taken in one order, so that no two changes wait for each other: members (for key share, by SCIM id), then teams
 * (by id), then memberships. A removal of a member takes the member's row first as well (ADR 9).
 */

export const TEAM_COLUMNS = `t.id, t.connection_id, t.external_id, t.display_name, t.version, t.created_at, t.updated_at`;

/** The `display` of a member `m` in a Group. */
export const SHOWN_NAME = `coalesce(m.resource ->> 'displayName', m.user_name)`;

export const FIND_TEAM = tenantStatement(
  'teams.find',
  `select ${TEAM_COLUMNS} from teams t where t.tenant_id = $tenant::uuid and t.id = $teamId::uuid and ${BOUND}`,
);

/** Some members of each team, in the order of their ids, behind `$after`; `$limit` a team. */
export const MEMBERS_OF = tenantStatement(
  'teams.members_of',
  `select tm.team_id, tm.member_id, tm.scim_id, tm.display
    from unnest($teamIds::uuid[]) as team (id) cross join lateral (
      select tm.team_id, tm.member_id, m.scim_id, ${SHOWN_NAME} as display
      from team_memberships tm
      join members m on m.tenant_id = $tenant::uuid and m.id = tm.member_id
      where tm.tenant_id = $tenant::uuid and tm.team_id = team.id and tm.member_id > $after::uuid and ${BOUND}
      order by tm.member_id limit $limit::int
    ) tm where ${BOUND}`,
);

/** The same for a page of teams. */
export const MEMBERS_OF_MANY = weighed({ ...MEMBERS_OF, name: 'teams.members_of_many' }, 'large');
/** Behind the first members of one team. */
export const FURTHER_MEMBERS = weighed({ ...MEMBERS_OF, name: 'teams.further_members' }, 'large');
/** Behind those, in an answer that has begun. */
export const REMAINING_MEMBERS = { ...FURTHER_MEMBERS, admitted: true };

/** Members of the tenant by their SCIM ids, whichever team they are in. */
export const NAMED_MEMBERS = tenantStatement(
  'teams.named_members',
  `select m.id as member_id, m.scim_id, m.display
    from unnest($ids::uuid[]) as named (id) cross join lateral (
      select m.id, m.scim_id, ${SHOWN_NAME} as display from members m
      where m.tenant_id = $tenant::uuid and m.scim_id = named.id and ${BOUND} limit 1
    ) m where ${BOUND}`,
);

/*
 * Plans are made once and kept while tables grow, and the planner has no idea how many members a team will have. So the way
 * is prescribed: each member named is looked up by the whole of an index's columns (a lateral subquery with a limit, a scalar
 * subquery, an array), and no plan can prefer to read a whole team and sort out the rest.
 */

/** The members named by their SCIM ids, held so that none of them is removed before this change is done. */
export const WANTED = `wanted as materialized (
    select m.id, m.scim_id from (select a.id from unnest($add::uuid[]) as a (id) order by a.id) named
    cross join lateral (
      select m.id, m.scim_id from members m
      where m.tenant_id = $tenant::uuid and m.scim_id = named.id and ${BOUND}
      limit 1 for key share of m
    ) m
  ), unknown as materialized (
    select a.id from unnest($add::uuid[]) as a (id) where not exists (select from wanted w where w.scim_id = a.id)
  )`;
export const ALL_KNOWN = 'not exists (select from unknown)';
export const UNKNOWN_IDS = '(select array_agg(unknown.id::text) from unknown) as unknown';

export const JOINED = (condition: string) => `joined as (
    insert into team_memberships (tenant_id, team_id, member_id, permission, added_at)
    select $tenant::uuid, $teamId::uuid, w.id, $permission::text, $occurredAt::timestamptz from wanted w
    where ${condition} and ${BOUND}
    on conflict do nothing
    returning member_id
  )`;
export const JOINED_DELTA = (
  version: string,
) => `select $teamId::uuid as team_id, w.id as member_id, w.scim_id, true as joined, ${version} as version
  from joined j join wanted w on w.id = j.member_id`;

const creation = (name: string, condition: string, ...parts: readonly string[]) =>
  tenantStatement(
    name,
    `with ${WANTED}, changed as (
      insert into teams (tenant_id, id, connection_id, external_id, display_name, display_name_key, name_key_rule, name_slot, version,
        created_at, updated_at)
      select $tenant::uuid, $teamId::uuid, $connectionId::uuid, $externalId::text, $displayName::text,
        $displayNameKey::text, 1, $nameSlot::uuid, 1, $occurredAt::timestamptz, $occurredAt::timestamptz
      where ${condition} and ${BOUND}
      returning id
    ), ${JOINED('exists (select from changed)')},
    ${[membershipEvents(JOINED_DELTA('1')), eventParts('from changed', '1'), ...parts].join(', ')}
    select ${UNKNOWN_IDS}`,
  );
/** Nothing is done when a member is unknown. */
export const CREATE_TEAM = creation('teams.create', ALL_KNOWN);
/** Members that are unknown are left out. */
export const CREATE_TEAM_SKIPPING = creation('teams.create_skipping', 'true', skippedEvent('changed', '1'));

/** The same with more members than one event tells of. */
export const CREATE_LARGE_TEAM = weighed({ ...CREATE_TEAM, name: 'teams.create_large' }, 'large');
export const CREATE_LARGE_TEAM_SKIPPING = weighed(
  { ...CREATE_TEAM_SKIPPING, name: 'teams.create_large_skipping' },
  'large',
);

export const HOLD_MEMBERS = tenantStatement('teams.hold_members', `with ${WANTED} select from wanted where ${BOUND}`);

export const HOLD_TEAM = tenantStatement(
  'teams.hold',
  `select ${TEAM_COLUMNS} from teams t
    where t.tenant_id = $tenant::uuid and t.id = $teamId::uuid and ${BOUND} for update`,
);

/** After HOLD_TEAM, so that its snapshot sees every membership that was added before the lock. */
export const REMOVE_TEAM = tenantStatement(
  'teams.remove',
  `with emptied as (
      delete from team_memberships where tenant_id = $tenant::uuid and team_id = $teamId::uuid and ${BOUND}
    ), changed as (
      delete from teams where tenant_id = $tenant::uuid and id = $teamId::uuid and ${BOUND} returning version + 1 as version
    ), ${eventParts('from changed', 'changed.version')}
    select from changed`,
);

/** A member who left the wire leaves every team; after the member's own row is locked, nobody can add it again. */
export const END_MEMBERSHIPS = tenantStatement(
  'teams.end_memberships',
  `with held as materialized (
      select t.id from (
        select tm.team_id from team_memberships tm
        where tm.tenant_id = $tenant::uuid and tm.member_id = $memberId::uuid and ${BOUND}
        order by tm.team_id
      ) joined cross join lateral (
        select t.id from teams t where t.tenant_id = $tenant::uuid and t.id = joined.team_id and ${BOUND}
        limit 1 for no key update of t
      ) t
    ), ended as (
      delete from team_memberships tm
      where tm.tenant_id = $tenant::uuid and tm.member_id = $memberId::uuid and tm.team_id in (select id from held)
        and ${BOUND}
      returning tm.team_id
    ), changed as (
      update teams t set version = t.version + 1, updated_at = $occurredAt::timestamptz
      where t.tenant_id = $tenant::uuid and t.id = any(array(select ended.team_id from ended)) and ${BOUND}
      returning t.id, t.version
    ), ${membershipEvents('select changed.id as team_id, $memberId::uuid as member_id, $scimId::uuid as scim_id, false as joined, changed.version from changed')}
    select`,
);
