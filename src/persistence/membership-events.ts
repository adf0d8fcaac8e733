import { BOUND } from './statement.js';

/** People named by one event; a larger change is told by several. */
const CHUNK = 1000;

/** A UUIDv7 of the change's time, made by the database because only it knows how many events a change needs. */
export const NEW_ID = `($idTime::text || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid`;

/** The first 48 bits of a UUIDv7 as hexadecimal text. */
export function idTime(at: string): string {
  return Date.parse(at).toString(16).padStart(12, '0');
}

/**
 * CTEs that tell who joined and left teams: `told` events with their outbox rows. Each names people by account and SCIM id.
 * @param delta SELECT of (team_id, member_id, scim_id, joined, version): the rows that really changed, with their team's new
 *   version
 */
export function membershipEvents(delta: string): string {
  return `delta as (${delta}), numbered as (
      select d.*, (row_number() over (partition by d.team_id order by d.joined desc, d.member_id) - 1) / ${CHUNK} as chunk
      from delta d
    ), told as (
      insert into events (tenant_id, id, type, occurred_at, actor_type, actor_id, connection_id, token_id, request_id,
        subject_type, subject_id, subject_version, data)
      select $tenant::uuid, ${NEW_ID}, 'team.membership_changed', $occurredAt::timestamptz, $actorType::text,
        $actorId::uuid, $actorConnection::uuid, $actorToken::uuid, $requestId::text, 'team', n.team_id, n.version,
        json_build_object(
          'added', coalesce(json_agg(json_build_object('id', n.member_id, 'scimId', n.scim_id)) filter (where n.joined), '[]'),
          'removed', coalesce(json_agg(json_build_object('id', n.member_id, 'scimId', n.scim_id)) filter (where not n.joined), '[]'))
      from numbered n where ${BOUND} group by n.team_id, n.version, n.chunk
      returning id
    ), tell as (
      insert into outbox (tenant_id, event_id) select $tenant::uuid, told.id from told
    )`;
}
