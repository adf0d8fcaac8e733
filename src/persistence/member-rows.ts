import type { Member, MemberResource, TeamName } from '../domain/member.js';

/**
 * The teams a member `m` is in, as JSON text. The subqueries are about a row that was already read, so the tenant is bound. The fence
 * keeps the planner from reading the teams of others. An array is cheaper to set up than an aggregate with an order, and most of
 * the cost of a list this short is that.
 */
export const TEAMS = `array_to_json(array(
    select json_build_object('id', t.id, 'displayName', t.display_name)
    from team_memberships tm cross join lateral (
      select t.id, t.display_name from teams t where t.tenant_id = $tenant::uuid and t.id = tm.team_id offset 0
    ) t
    where tm.tenant_id = $tenant::uuid and tm.member_id = m.id order by tm.team_id
  ))::text as teams`;

/** What TEAMS is of somebody who is in none. */
export const NO_TEAMS = '[]';

/** A member as one row: the resource stays JSON text, because most reads only hand it on. */
export interface MemberRow {
  readonly id: string;
  readonly scim_id: string | null;
  readonly connection_id: string | null;
  readonly external_id: string | null;
  readonly user_name: string;
  readonly active: boolean;
  readonly break_glass: boolean;
  readonly awaits_idp: boolean;
  readonly resource: string;
  readonly version: number;
  /** ISO 8601 text: the data source parses timestamptz to it. */
  readonly created_at: string;
  readonly updated_at: string;
  readonly teams: string;
}

export const MEMBER_COLUMNS = `m.id, m.scim_id, m.connection_id, m.external_id, m.user_name, m.active, m.break_glass,
  m.awaits_idp, m.resource::text as resource, m.version, m.created_at, m.updated_at, ${TEAMS}`;

/** What an answer to an IdP is made of: the stored JSON text and what meta needs. */
export interface StoredUser {
  readonly scimId: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The canonical resource without id and meta, as JSON text. */
  readonly json: string;
  readonly teams: readonly TeamName[];
}

export interface StoredUserRow {
  readonly scim_id: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly resource: string;
  readonly teams: string;
}

export const STORED_USER_COLUMNS = `m.scim_id, m.version, m.created_at, m.updated_at, m.resource::text as resource, ${TEAMS}`;

export function toStoredUser(row: StoredUserRow): StoredUser {
  return {
    scimId: row.scim_id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    json: row.resource,
    teams: teamsOf(row.teams),
  };
}

export function toMember(row: MemberRow): Member {
  return {
    id: row.id,
    scimId: row.scim_id,
    connectionId: row.connection_id,
    externalId: row.external_id,
    userName: row.user_name,
    active: row.active,
    breakGlass: row.break_glass,
    awaitsIdp: row.awaits_idp,
    resource: JSON.parse(row.resource) as MemberResource,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    teams: teamsOf(row.teams),
  };
}

export function teamsOf(text: string): readonly TeamName[] {
  return text === NO_TEAMS ? [] : (JSON.parse(text) as TeamName[]);
}
