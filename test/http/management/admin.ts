import { expect } from '@jest/globals';
import type { Scope } from '../../../src/domain/service-account.js';
import type { JsonObject } from '../../../src/scim/index.js';
import { URN } from '../../../src/scim/index.js';
import type { Answer, Body, Method, ScimClient, TestTenant } from '../../support/app.js';
import { accountOf, person } from '../users/people.js';

const JSON_BODY = { 'content-type': 'application/json' };

/** Somebody with a token for the management API; paths are below it. */
export class Admin {
  constructor(
    readonly tenant: TestTenant,
    readonly token: string,
  ) {}

  call(method: Method, path: string, body?: Body, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const sent = { ...(body !== undefined && JSON_BODY), ...headers };
    return this.tenant.app.call(method, `/api/v1${path}`, body, { token: this.token, headers: sent });
  }
  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }
  put(path: string, body?: Body): Promise<Answer> {
    return this.call('PUT', path, body);
  }
  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }
  link(team: string, group: string, permission: string): Promise<Answer> {
    return this.put(`/teams/${team}/links/${group}`, { permission });
  }
}

/** A token of the management API, bound to no connection. */
export async function adminOf(tenant: TestTenant, scopes: readonly Scope[] = ['tenant:admin']): Promise<Admin> {
  const connection = await tenant.connect('generic');
  const { token, tokenId } = await tenant.app.tenants.createToken({
    tenant: tenant.slug,
    scopes,
    connection: connection.issued.connection.id,
  });
  await tenant.app.rows('update access_tokens set connection_id = null where id = $1', [tokenId]);
  return new Admin(tenant, token);
}

export interface Someone {
  /** The id on the wire. */
  readonly scimId: string;
  /** The account. */
  readonly id: string;
}

/** Somebody new, later than everybody before: ids tell the order. */
export async function someone(client: ScimClient, name: string): Promise<Someone> {
  client.tenant.app.clock.advance(1);
  const { id: scimId } = await client.create(person(name));
  return { scimId, id: await accountOf(client.tenant, scimId) };
}

/** @returns the id, of the Group and of the team */
export async function group(
  client: ScimClient,
  displayName: string,
  members: readonly Someone[] = [],
): Promise<string> {
  const { status, json, text } = await client.post('/Groups', {
    schemas: [URN.group],
    displayName,
    members: members.map(({ scimId }) => ({ value: scimId })),
  });
  if (status !== 201) throw new Error(`The group was not created: ${text}`);
  return String(json.id);
}

/** Events of links and grants, in order. */
export async function adminEvents({ app, id }: TestTenant): Promise<readonly JsonObject[]> {
  return app.rows(
    `select e.type, e.subject_type, e.subject_id, e.actor_type, e.connection_id, e.request_id, e.data,
       exists (select from outbox o where o.tenant_id = e.tenant_id and o.event_id = e.id) as queued
     from events e where e.tenant_id = $1 and (e.type like 'team.link%' or e.type like 'team.grant%') order by e.id`,
    [id],
  );
}

export function itemsIn({ json }: Answer): readonly JsonObject[] {
  return json.items as readonly JsonObject[];
}

/** A problem as RFC 9457 has it: for `toMatchObject`. */
export function problem(status: number) {
  return { status, json: { type: 'about:blank', title: expect.any(String), status, detail: expect.any(String) } };
}
