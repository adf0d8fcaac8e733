import pg from 'pg';
import type { MemberResource } from '../../src/domain/member.js';
import { nameKeys } from '../../src/persistence/member-keys.js';
import { foldCase, userNameKey } from '../../src/scim/index.js';
import type { Workspace } from './workspace.js';

interface StoredMember {
  readonly scimId: string;
  /** With userName; without id and meta, as members are stored. */
  readonly resource: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Puts members straight into the tables, as many creates would; each has a connection of its own, so externalIds may repeat. */
export async function storeMembers({ database, tenantId }: Workspace, members: readonly StoredMember[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  try {
    const rows = members.map(({ scimId, resource, createdAt, updatedAt }) => ({
      scim_id: scimId,
      external_id: resource.externalId ?? null,
      user_name: resource.userName,
      user_name_key: userNameKey(resource.userName as string),
      ...nameKeys(resource as MemberResource),
      active: resource.active !== false,
      resource,
      created_at: createdAt,
      updated_at: updatedAt,
      email_keys: [...new Set(((resource.emails ?? []) as { value: string }[]).map(({ value }) => foldCase(value)))],
    }));
    await client.query(
      `with row as (
         select * from json_to_recordset($2) as r (scim_id uuid, external_id text, user_name text, user_name_key text,
           "displayNameKey" text, "familyNameKey" text, "givenNameKey" text, active boolean, resource json, created_at timestamptz, updated_at timestamptz, email_keys text[])
       ), stored as (
         insert into members (tenant_id, id, scim_id, connection_id, external_id, user_name, user_name_key,
           display_name_key, family_name_key, given_name_key, active, resource, version, created_at, updated_at)
         select $1, scim_id, scim_id, gen_random_uuid(), external_id, user_name, user_name_key, "displayNameKey",
           "familyNameKey", "givenNameKey", active, resource, 1,
           created_at, updated_at from row
       )
       insert into member_keys (tenant_id, attribute, value_key, member_id)
       select $1, 'emails.value', key, scim_id from row, unnest(email_keys) key`,
      [tenantId, JSON.stringify(rows)],
    );
    await client.query('analyze members, member_keys');
  } finally {
    await client.end();
  }
}
