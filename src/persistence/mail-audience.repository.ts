import type { MemberResource } from '../domain/member.js';
import { DEFAULT_SETTINGS, type TenantSettings } from '../domain/tenant.js';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.js';
import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

/** A member as somebody to write to. */
export interface Addressee {
  readonly active: boolean;
  readonly userName: string;
  readonly resource: MemberResource;
}

const SETTINGS = tenantStatement(
  'mail_audience.settings',
  ` select t.settings from tenants t where t.id = $tenant::uuid and ${BOUND}`,
);

const ADDRESSEE = tenantStatement(
  'mail_audience.addressee',
  ` select m.active, m.user_name as "userName", m.resource from members m
    where m.tenant_id = $tenant::uuid and m.id = $memberId::uuid and ${BOUND}`,
);

const TEAM_NAMES = tenantStatement(
  'mail_audience.team_names',
  ` select t.id, t.display_name as name from teams t
    where t.tenant_id = $tenant::uuid and t.id = any($teamIds::uuid[]) and ${BOUND}`,
);

const MEMBERS = tenantStatement(
  'mail_audience.members',
  ` select tm.member_id as id from team_memberships tm
    where tm.tenant_id = $tenant::uuid and tm.team_id = $teamId::uuid and ${BOUND} limit $most::int`,
);

/** The memberships went with the team, but its events tell who joined and who left. */
const FORMER_MEMBERS = tenantStatement(
  'mail_audience.former_members',
  ` select last.id from (
      select distinct on (moved.id) moved.id, moved.joined from (
        select (person ->> 'id')::uuid as id, side.joined, s.seq
        from seals s
        join events e on e.tenant_id = $tenant::uuid and e.id = s.event_id and ${BOUND}
        cross join lateral (values (e.data -> 'added', true), (e.data -> 'removed', false)) as side (people, joined)
        cross join lateral json_array_elements(side.people) as person
        where s.tenant_id = $tenant::uuid and s.subject_id = $teamId::uuid and s.type = 'team.membership_changed' and ${BOUND}
      ) moved order by moved.id, moved.seq desc
    ) last where last.joined limit $most::int`,
);

const WEBHOOK_ENDPOINTS = tenantStatement(
  'mail_audience.webhook_endpoints',
  ` select w.id, w.url, w.description from webhook_endpoints w
    where w.tenant_id = $tenant::uuid and w.id = any($endpointIds::uuid[]) and ${BOUND}`,
);

/** What mails need to know of the session's tenant: whom to write to, and what things are called. */
export class MailAudienceRepository {
  constructor(private readonly session: TenantSession) {}

  async settings(): Promise<TenantSettings> {
    const [row] = await this.session.run<{ settings: Partial<TenantSettings> }>(SETTINGS);
    return { ...DEFAULT_SETTINGS, ...row?.settings };
  }

  async addressee(memberId: string): Promise<Addressee | undefined> {
    const [row] = await this.session.run<Addressee>(ADDRESSEE, { memberId });
    return row;
  }

  /** Of the teams that are there. */
  async teamNames(teamIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.session.run<{ id: string; name: string }>(TEAM_NAMES, { teamIds });
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** Up to `most` members of a team. */
  async membersOf(teamId: string, most: number): Promise<string[]> {
    const rows = await this.session.run<{ id: string }>(MEMBERS, { teamId, most });
    return rows.map(({ id }) => id);
  }

  /** Up to `most` of those who were in a team when it was removed. */
  async formerMembersOf(teamId: string, most: number): Promise<string[]> {
    const rows = await this.session.run<{ id: string }>(FORMER_MEMBERS, { teamId, most });
    return rows.map(({ id }) => id);
  }

  /** Those that are there. */
  webhookEndpoints(endpointIds: readonly string[]): Promise<Pick<WebhookEndpoint, 'id' | 'url' | 'description'>[]> {
    return this.session.run(WEBHOOK_ENDPOINTS, { endpointIds });
  }
}
