import { BOUND, tenantStatement } from './statement.js';

const TEAM = `team as materialized (
    select t.id from teams t where t.tenant_id = $tenant::uuid and t.id = $teamId::uuid and ${BOUND}
  )`;

export const LIST_TEAMS = tenantStatement(
  'team_access.list_teams',
  `select t.id, t.display_name, t.external_id, t.connection_id, t.created_at, t.updated_at from teams t
    where t.tenant_id = $tenant::uuid and t.id > $after::uuid and ${BOUND}
    order by t.id limit $limit::int`,
);

/**
 * A page of effective_memberships, merged from the team itself and the groups of its links: each is read in the order of
 * its index and no further than the page, so a page costs the same wherever it is and however large the groups are. Whoever
 * is on the page is so with all that gives a membership: a source holds no more people before them than the page does.
 */
export const EFFECTIVE_MEMBERS = tenantStatement(
  'team_access.effective_members',
  `with ${TEAM}, source as materialized (
      select team.id, null::uuid as group_id, null::text as group_name, null::text as permission from team
      union all
      select l.group_id, l.group_id, g.display_name, l.permission
      from team_links l join teams g on g.tenant_id = $tenant::uuid and g.id = l.group_id
      where l.tenant_id = $tenant::uuid and l.team_id = $teamId::uuid and ${BOUND}
    ), found as (
      select tm.member_id, s.group_id, s.group_name, coalesce(s.permission, tm.permission) as permission,
        dense_rank() over (order by tm.member_id) as place
      from source s cross join lateral (
        select tm.member_id, tm.permission from team_memberships tm
        where tm.tenant_id = $tenant::uuid and tm.team_id = s.id and tm.member_id > $after::uuid and ${BOUND}
        order by tm.member_id limit $limit::int
      ) tm
    ), page as (
      select f.*, m.scim_id, m.user_name, m.active
      from found f join members m on m.tenant_id = $tenant::uuid and m.id = f.member_id
      where f.place <= $limit::int and ${BOUND}
    )
    select p.* from team left join page p on true order by p.member_id, p.group_name nulls first, p.group_id`,
);

const WAYS = `select e.team_id, t.display_name as team_name, e.permission, e.via_group, g.display_name as group_name
    from effective_memberships e
    join teams t on t.tenant_id = $tenant::uuid and t.id = e.team_id
    left join teams g on g.tenant_id = $tenant::uuid and g.id = e.via_group
    where e.tenant_id = $tenant::uuid and e.member_id = $memberId::uuid and ${BOUND}`;

/** A member with every way into every team and the grants of those teams; an inactive one has neither. */
export const MEMBER_ACCESS = tenantStatement(
  'team_access.member_access',
  `with member as materialized (
      select m.id, m.user_name, m.active from members m
      where m.tenant_id = $tenant::uuid and m.id = $memberId::uuid and m.erased_at is null and ${BOUND}
    ), way as materialized (
      ${WAYS} and (select m.active from member m)
    ), held as (
      select gr.name, t.team_id, t.team_name
      from (select distinct way.team_id, way.team_name from way) t
      join team_grants gr on gr.tenant_id = $tenant::uuid and gr.team_id = t.team_id
      where ${BOUND}
    )
    select m.id, m.user_name, m.active,
      coalesce((select json_agg(way order by way.team_name, way.team_id, way.group_name nulls first, way.via_group) from way),
        '[]') as ways,
      coalesce((select json_agg(held order by held.name, held.team_name, held.team_id) from held), '[]') as grants
    from member m`,
);
