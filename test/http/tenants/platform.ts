import type { JsonObject } from '../../../src/scim/index.js';
import type { Answer, Body, Method, TestApp } from '../../support/app.js';

export const PLATFORM = 'a-platform-token-for-tests-alone-and-long-enough';

/** Whoever runs the installation. Paths are below the management API. */
export class Operator {
  constructor(
    readonly app: TestApp,
    readonly token: string = PLATFORM,
  ) {}

  call(method: Method, path: string, body?: Body, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const sent = { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers };
    return this.app.call(method, `/api/v1${path}`, body, { token: this.token, headers: sent });
  }
  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }
  post(path: string, body?: Body, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('POST', path, body, headers);
  }

  /** @returns the id */
  async tenant(slug: string, settings: object = {}): Promise<string> {
    const { status, json, text } = await this.post('/tenants', { slug, settings });
    if (status !== 201) throw new Error(`The tenant was not made: ${text}`);
    return String(json.id);
  }

  /** A token for everything in the tenant. */
  async adminToken(id: string): Promise<string> {
    const { status, json, text } = await this.post(`/tenants/${id}/admin-token`, {});
    if (status !== 201) throw new Error(`The token was not made: ${text}`);
    return String(json.token);
  }
}

/** Events of a tenant, in order. */
export function eventsOf(app: TestApp, tenantId: string, like = '%'): Promise<JsonObject[]> {
  return app.rows(
    `select e.type, e.actor_type, e.request_id, e.subject_type, e.subject_id, e.data,
       exists (select from outbox o where o.tenant_id = e.tenant_id and o.event_id = e.id) as queued
     from events e where e.tenant_id = $1 and e.type like $2 order by e.id`,
    [tenantId, like],
  );
}
