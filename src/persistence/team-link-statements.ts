import { eventParts } from './events.repository.js';
import { BOUND, tenantStatement } from './statement.js';

const TEAM = `(select t.id from teams t where t.tenant_id = $tenant::uuid and t.id = $teamId::uuid and ${BOUND})`;
const ONE_LINK = `l.tenant_id = $tenant::uuid and l.team_id = $teamId::uuid and l.group_id = $groupId::uuid`;
const ONE_GRANT = `tenant_id = $tenant::uuid and team_id = $teamId::uuid and name = $name::text`;

export const LIST_LINKS = tenantStatement(
  'team_links.list',
  `select page.* from ${TEAM} as team left join lateral (
      select l.group_id, g.display_name as group_name, l.permission
      from team_links l join teams g on g.tenant_id = $tenant::uuid and g.id = l.group_id
      where l.tenant_id = $tenant::uuid and l.team_id = $teamId::uuid and l.group_id > $after::uuid and ${BOUND}
      order by l.group_id limit $limit::int
    ) page on true`,
);

/** What is there of a team, a group and the link between them. */
export const LINK_STATE = tenantStatement(
  'team_links.state',
  `select ${TEAM} is not null as team_exists,
      (select g.display_name from teams g where g.tenant_id = $tenant::uuid and g.id = $groupId::uuid and ${BOUND})
        as group_name,
      (select l.permission from team_links l where ${ONE_LINK} and ${BOUND}) as permission`,
);

const write = (name: string, change: string) =>
  tenantStatement(name, `with changed as (${change}), ${eventParts('from changed')} select from changed`);

export const INSERT_LINK = write(
  'team_links.insert',
  `insert into team_links (tenant_id, team_id, group_id, permission, created_at)
   select $tenant::uuid, $teamId::uuid, $groupId::uuid, $after::text, $occurredAt::timestamptz where ${BOUND}
   on conflict do nothing returning team_id`,
);
export const UPDATE_LINK = write(
  'team_links.update',
  `update team_links l set permission = $after::text
   where ${ONE_LINK} and l.permission = $before::text and ${BOUND} returning l.team_id`,
);
export const DELETE_LINK = write(
  'team_links.delete',
  `delete from team_links l where ${ONE_LINK} and l.permission = $before::text and ${BOUND} returning l.team_id`,
);

export const LIST_GRANTS = tenantStatement(
  'team_grants.list',
  `select page.* from ${TEAM} as team left join lateral (
      select gr.name from team_grants gr
      where gr.tenant_id = $tenant::uuid and gr.team_id = $teamId::uuid and gr.name > $after::text and ${BOUND}
      order by gr.name limit $limit::int
    ) page on true`,
);

export const GRANT_STATE = tenantStatement(
  'team_grants.state',
  `select ${TEAM} is not null as team_exists,
      exists (select from team_grants where ${ONE_GRANT} and ${BOUND}) as granted`,
);

export const INSERT_GRANT = write(
  'team_grants.insert',
  `insert into team_grants (tenant_id, team_id, name, created_at)
   select $tenant::uuid, $teamId::uuid, $name::text, $occurredAt::timestamptz where ${BOUND}
   on conflict do nothing returning team_id`,
);
export const DELETE_GRANT = write(
  'team_grants.delete',
  `delete from team_grants where ${ONE_GRANT} and ${BOUND} returning team_id`,
);
