import { eventParts } from './events.repository.js';
import { membershipEvent, membershipEvents, skippedEvent } from './membership-events.js';
import { BOUND, brief, type TenantStatement, tenantStatement, weighed } from './statement.js';
import { ALL_KNOWN, JOINED, JOINED_DELTA, UNKNOWN_IDS, WANTED } from './team-statements.js';

/** What a change is about. Each shape has a statement of its own, which touches nothing that the change is not about. */
export interface TeamChangeShape {
  /** Whether people join; they are named. */
  readonly join: boolean;
  /** Who leaves: nobody, the one named, all those named, or everybody who does not join. */
  readonly leave: 'nobody' | 'one' | 'named' | 'others';
  /** Whether the team's own attributes change. */
  readonly described: boolean;
  /** Whether members that no user has are left out, instead of refusing the change. */
  readonly skip: boolean;
  /** Whether more people may join and leave than one event tells of. */
  readonly large: boolean;
}

const leaving = (who: string) => `left_team as (
    delete from team_memberships tm
    where tm.tenant_id = $tenant::uuid and tm.team_id = $teamId::uuid and exists (select from held) and ${who} and ${BOUND}
    returning tm.member_id
  )`;
const LEFT = {
  nobody: undefined,
  one: leaving(`tm.member_id = (
      select m.id from members m
      where m.tenant_id = $tenant::uuid and m.scim_id = ($remove::uuid[])[1] and ${BOUND})`),
  named: leaving(`tm.member_id = any(array(
      select m.id from unnest($remove::uuid[]) as r (id) cross join lateral (
        select m.id from members m where m.tenant_id = $tenant::uuid and m.scim_id = r.id and ${BOUND} limit 1) m))`),
  others: leaving('tm.member_id not in (select w.id from wanted w)'),
};
const NEW_VERSION = '(select changed.version from changed)';
const LEFT_DELTA = `select $teamId::uuid as team_id, l.member_id,
    (select m.scim_id from members m where m.tenant_id = $tenant::uuid and m.id = l.member_id and ${BOUND}) as scim_id,
    false as joined, ${NEW_VERSION} as version
  from left_team l`;

const SEEN = `seen as materialized (
    select t.version from teams t where t.tenant_id = $tenant::uuid and t.id = $teamId::uuid and ${BOUND}
  )`;
/**
 * A team that keeps its name keeps its key and its slot, so that one whose name another team has as well can still be changed. A new
 * spelling with an equal key keeps the slot.
 */
const unlessRenamed = (column: string, value: string) =>
  `${column} = case when t.display_name = $displayName::text then t.${column} else ${value} end`;
const DESCRIPTION = `, display_name = $displayName::text, external_id = $externalId::text,
    ${unlessRenamed('display_name_key', '$displayNameKey::text')}, ${unlessRenamed('name_key_rule', '1')},
    name_slot = case when t.display_name = $displayName::text or t.display_name_key = $displayNameKey::text then t.name_slot
      else $nameSlot::uuid end`;

/**
 * One change of a team: attributes and memberships together. It reads and writes the members it names and no others, but for
 * `others`, which is about all of them. Nothing is done, and `held_version` is null, when a member is unknown, the version is
 * another, there is no such team or another connection manages it.
 */
export function teamChange(shape: TeamChangeShape): TenantStatement {
  const name = nameOf(shape);
  const known = statements.get(name) ?? made(name, shape);
  statements.set(name, known);
  return known;
}

const statements = new Map<string, TenantStatement>();

function made(name: string, shape: TeamChangeShape): TenantStatement {
  const statement = tenantStatement(name, textOf(shape));
  return shape.large || shape.leave === 'others' ? weighed(statement, 'large') : brief(statement);
}

function nameOf({ join, leave, described, skip, large }: TeamChangeShape): string {
  return ['teams.change', join && 'join', leave, described && 'described', skip && 'skip', large && 'large']
    .filter(Boolean)
    .join('.');
}

/**
 * Having waited for the lock, the statement still sees the memberships as they were when it began. Who leaves is looked up in
 * that old view, so two replacements would add up instead of one winning: these do nothing then. What comes to the same
 * before and after any change beside it does not mind: people who join, or one who leaves.
 */
function mindsOthers({ join, leave }: TeamChangeShape): boolean {
  return leave === 'named' || leave === 'others' || (leave === 'one' && join);
}

function textOf(shape: TeamChangeShape): string {
  const { described, large, leave, skip } = shape;
  const join = shape.join || leave === 'others';
  const fresh = mindsOthers(shape);
  const left = LEFT[leave];
  const delta = [join && JOINED_DELTA(NEW_VERSION), left && LEFT_DELTA].filter(Boolean).join(' union all ');
  const happened = [join && 'exists (select from joined)', left && 'exists (select from left_team)'].filter(Boolean);
  const parts = [
    join && WANTED,
    fresh && SEEN,
    `held as materialized (
      select t.version from teams t
      where t.tenant_id = $tenant::uuid and t.id = $teamId::uuid
        and ($expectedVersion::int is null or t.version = $expectedVersion::int)
        and (t.connection_id is null or t.connection_id = $connectionId::uuid)
        ${fresh ? 'and t.version = (select seen.version from seen)' : ''} ${join && !skip ? `and ${ALL_KNOWN}` : ''} and ${BOUND}
      for no key update
    )`,
    join && JOINED('exists (select from held)'),
    left,
    `changed as (
      update teams t set version = t.version + 1, updated_at = $occurredAt::timestamptz,
        connection_id = $connectionId::uuid${described ? DESCRIPTION : ''}
      where t.tenant_id = $tenant::uuid and t.id = $teamId::uuid and exists (select from held) and ${BOUND}
        ${described ? '' : `and (${happened.join(' or ') || 'false'})`}
      returning t.version
    )`,
    delta && (large ? membershipEvents(delta) : membershipEvent(delta)),
    described && eventParts('from changed', 'changed.version'),
    join && skip && skippedEvent('held', `coalesce(${NEW_VERSION}, (select held.version from held))`),
  ];
  return `with ${parts.filter(Boolean).join(', ')}
    select ${join ? UNKNOWN_IDS : 'null::text[] as unknown'}, (select version from held) as held_version,
      ${NEW_VERSION} as version`;
}
