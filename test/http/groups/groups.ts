import { type JsonObject, URN } from '../../../src/scim/index.js';
import type { Answer, ScimClient, TestTenant } from '../../support/app.js';

/** A Group as an IdP would send it. */
export function group(displayName: string, more: object = {}) {
  return { schemas: [URN.group], displayName, ...more };
}

export const elements = (ids: readonly string[]) => ids.map((value) => ({ value }));

/** Creates users named so, and gives their ids. */
export async function people(idp: ScimClient, ...names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) ids.push((await idp.create({ schemas: [URN.user], userName: `${name}@example.com` })).id);
  return ids;
}

/** Creates a group that must not be there yet. */
export async function createGroup(idp: ScimClient, displayName: string, members: readonly string[] = []) {
  const { status, json, text } = await idp.post('/Groups', group(displayName, { members: elements(members) }));
  if (status !== 201) throw new Error(`The group was not created: ${text}`);
  return json as JsonObject & { readonly id: string; readonly meta: JsonObject };
}

/** Ids of the members that a group shows, in order. */
export async function membersOf(idp: ScimClient, id: string): Promise<readonly string[]> {
  return memberIds(await idp.get(`/Groups/${id}`));
}

export function memberIds({ json }: Pick<Answer, 'json'>): readonly string[] {
  return ((json.members ?? []) as readonly JsonObject[]).map(({ value }) => String(value)).sort();
}

interface Named {
  readonly id: string;
  readonly scimId: string;
}
export interface TeamEvent {
  readonly type: string;
  readonly subject_id: string;
  readonly request_id: string | null;
  readonly data: JsonObject & { readonly added?: readonly Named[]; readonly removed?: readonly Named[] };
  /** Whether the outbox has it. */
  readonly queued: boolean;
}

/** What happened to the teams of a tenant, in order. */
export async function teamEvents({ app, id }: TestTenant, teamId?: string): Promise<readonly TeamEvent[]> {
  const rows = await app.rows(
    `select e.*, exists (select from outbox o where o.tenant_id = e.tenant_id and o.event_id = e.id) as queued
     from events e where e.tenant_id = $1 and e.subject_type = 'team' and ($2::uuid is null or e.subject_id = $2)
     order by e.id`,
    [id, teamId ?? null],
  );
  return rows as unknown as TeamEvent[];
}

/** SCIM ids that a change's events name as having come and gone, in order. */
export function delta(events: readonly TeamEvent[]) {
  const ids = (named: readonly Named[] | undefined) => (named ?? []).map(({ scimId }) => scimId);
  return {
    added: events.flatMap(({ data }) => ids(data.added)).sort(),
    removed: events.flatMap(({ data }) => ids(data.removed)).sort(),
  };
}
