import { BOUND } from './statement.js';

/** A larger change is told by several events. */
export const PEOPLE_PER_EVENT = 1000;

/** A UUIDv7 of the change's time, made by the database because only it knows how many events a change needs. */
export const NEW_ID = `($idTime::text || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid`;

/** The first 48 bits of a UUIDv7 as hexadecimal text. */
export function idTime(at: string): string {
  return Date.parse(at).toString(16).padStart(12, '0');
}

const toldOf = (type: string) => `'${type}', $occurredAt::timestamptz, $actorType::text, $actorId::uuid,
        $actorConnection::uuid, $actorToken::uuid, $requestId::text, 'team'`;
const MEMBERSHIP_CHANGED = toldOf('team.membership_changed');

const COLUMNS = `tenant_id, id, type, occurred_at, actor_type, actor_id, connection_id, token_id, request_id,
        subject_type, subject_id, subject_version, data`;

/** Both lists are there, also when nobody is in one. */
const DATA = `json_build_object(
          'added', coalesce(json_agg(json_build_object('id', d.member_id, 'scimId', d.scim_id)) filter (where d.joined), '[]'),
          'removed', coalesce(json_agg(json_build_object('id', d.member_id, 'scimId', d.scim_id)) filter (where not d.joined), '[]'))`;

const TELL = `tell as (
      insert into outbox (tenant_id, event_id) select $tenant::uuid, told.id from told
    )`;

/**
 * CTEs that tell who joined and left the team `$teamId`, at most `PEOPLE_PER_EVENT`: `told`, an event with its outbox row, or
 * none when nobody did. It names people by account and SCIM id.
 * @param delta SELECT of (team_id, member_id, scim_id, joined, version): the rows that really changed, with their team's new
 *   version
 */
export function membershipEvent(delta: string): string {
  return `delta as (${delta}), told as (
      insert into events (${COLUMNS})
      select $tenant::uuid, ${NEW_ID}, ${MEMBERSHIP_CHANGED}, $teamId::uuid, max(d.version), ${DATA}
      from delta d where ${BOUND} having count(*) > 0
      returning id
    ), ${TELL}`;
}

/** The same for any number of people in any number of teams: an event for each team, or several. */
export function membershipEvents(delta: string): string {
  return `delta as (${delta}), numbered as (
      select d.*, (row_number() over (partition by d.team_id order by d.joined desc, d.member_id) - 1) / ${PEOPLE_PER_EVENT} as chunk
      from delta d
    ), told as (
      insert into events (${COLUMNS})
      select $tenant::uuid, ${NEW_ID}, ${MEMBERSHIP_CHANGED}, d.team_id, d.version, ${DATA}
      from numbered d where ${BOUND} group by d.team_id, d.version, d.chunk
      returning id
    ), ${TELL}`;
}

/**
 * CTEs that tell which members a change of the team `$teamId` named that no user has, and that were left out: an event with its outbox row,
 * or none. It counts all of them and names `PEOPLE_PER_EVENT` at most. They are in the CTE `unknown` and in `$notIds`, texts that are no ids.
 * @param done CTE that has a row when the change is done
 * @param version SQL of the team's version afterwards
 */
export function skippedEvent(done: string, version: string): string {
  return `skipped as (
      select unknown.id::text as value from unknown union all select no_id.value from unnest($notIds::text[]) as no_id (value)
    ), told_skipped as (
      insert into events (${COLUMNS})
      select $tenant::uuid, ${NEW_ID}, ${toldOf('team.members_skipped')}, $teamId::uuid, (${version})::int, json_build_object(
        'count', (select count(*) from skipped),
        'members', array_to_json(array(select s.value from skipped s limit ${PEOPLE_PER_EVENT})))
      where exists (select from skipped) and exists (select from ${done}) and ${BOUND}
      returning id
    ), tell_skipped as (
      insert into outbox (tenant_id, event_id) select $tenant::uuid, told_skipped.id from told_skipped
    )`;
}
