import { v7 as uuid } from 'uuid';
import type { JsonObject } from '../../../src/scim/index.js';
import { URN, userNameKey } from '../../../src/scim/index.js';
import type { Answer, TestTenant } from '../../support/app.js';

/** A User as an IdP would send it. */
export function person(name: string, more: object = {}) {
  return { schemas: [URN.user], userName: `${name}@example.com`, displayName: `${name} Doe`, ...more };
}

/** A member whom no IdP manages, as an invitation would leave one behind. */
export async function unlinkedMember(
  { app, id: tenantId }: TestTenant,
  name: string,
  { breakGlass = false, active = true }: { readonly breakGlass?: boolean; readonly active?: boolean } = {},
): Promise<{ readonly id: string; readonly scimId: string }> {
  const [id, scimId] = [uuid(), uuid()];
  const { userName } = person(name);
  const resource = JSON.stringify({ schemas: [URN.user], userName, active });
  await app.rows(
    `insert into members (tenant_id, id, scim_id, user_name, user_name_key, active, break_glass, resource, version,
       created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 1, now(), now())`,
    [tenantId, id, scimId, userName, userNameKey(userName), active, breakGlass, resource],
  );
  return { id, scimId };
}

/** The account behind a SCIM id. */
export async function accountOf({ app, id }: TestTenant, scimId: string): Promise<string> {
  const [row] = await app.rows('select id from members where tenant_id = $1 and scim_id = $2', [id, scimId]);
  return String(row?.id);
}

export interface StoredEvent {
  readonly type: string;
  readonly subject_id: string;
  readonly request_id: string | null;
  readonly actor_type: string;
  readonly actor_id: string;
  readonly connection_id: string;
  readonly token_id: string;
  readonly data: JsonObject;
  /** Whether the outbox has it. */
  readonly queued: boolean;
}

/** What happened to the members of a tenant, in order. */
export async function memberEvents({ app, id }: TestTenant): Promise<readonly StoredEvent[]> {
  const rows = await app.rows(
    `select e.*, exists (select from outbox o where o.tenant_id = e.tenant_id and o.event_id = e.id) as queued
     from events e where e.tenant_id = $1 and e.subject_type = 'member' order by e.id`,
    [id],
  );
  return rows as unknown as StoredEvent[];
}

export async function eventTypes(tenant: TestTenant): Promise<readonly string[]> {
  return (await memberEvents(tenant)).map(({ type }) => type);
}

/** An error as the protocol has it: for `toMatchObject`. */
export function refusal(status: number, scimType?: string) {
  return {
    status,
    json: { schemas: [URN.error], status: String(status), ...(scimType && { scimType }) },
  };
}

export function idsIn({ json }: Answer): readonly unknown[] {
  return (json.Resources as readonly JsonObject[]).map(({ id }) => id);
}
