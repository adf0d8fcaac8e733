import type { Member, MemberResource } from '../domain/member.js';

/** A member as one row: the resource stays JSON text, because most reads only hand it on. */
export interface MemberRow {
  readonly id: string;
  readonly scim_id: string | null;
  readonly connection_id: string | null;
  readonly external_id: string | null;
  readonly user_name: string;
  readonly active: boolean;
  readonly break_glass: boolean;
  readonly resource: string;
  readonly version: number;
  /** ISO 8601 text: the data source parses timestamptz to it. */
  readonly created_at: string;
  readonly updated_at: string;
}

export const MEMBER_COLUMNS = `m.id, m.scim_id, m.connection_id, m.external_id, m.user_name, m.active, m.break_glass,
  m.resource::text as resource, m.version, m.created_at, m.updated_at`;

/** What an answer to an IdP is made of: the stored JSON text and what meta needs. */
export interface StoredUser {
  readonly scimId: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The canonical resource without id and meta, as JSON text. */
  readonly json: string;
}

export interface StoredUserRow {
  readonly scim_id: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly resource: string;
}

export const STORED_USER_COLUMNS = 'm.scim_id, m.version, m.created_at, m.updated_at, m.resource::text as resource';

export function toStoredUser(row: StoredUserRow): StoredUser {
  return {
    scimId: row.scim_id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    json: row.resource,
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
    resource: JSON.parse(row.resource) as MemberResource,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
