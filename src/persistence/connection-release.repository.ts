import type { DomainEvent } from '../domain/domain-event.js';
import type { Member } from '../domain/member.js';
import { eventParts, eventValues } from './events.repository.js';
import { MEMBER_COLUMNS, type MemberRow, toMember } from './member-rows.js';
import { idTime, NEW_ID } from './membership-events.js';
import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

/** A member as it will be, and the event that tells of it. */
export interface Release {
  readonly member: Member;
  readonly event: DomainEvent;
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

const LOCK = tenantStatement(
  'connection_release.lock',
  ` select c.id from connections c
    where c.tenant_id = $tenant::uuid and c.id = $connectionId::uuid and c.removed_at is null and ${BOUND} for update of c`,
);

const HELD = tenantStatement(
  'connection_release.held',
  ` select ${MEMBER_COLUMNS} from members m
    where m.tenant_id = $tenant::uuid and m.id > $after::uuid and m.connection_id = $connectionId::uuid
      and m.scim_id is not null and ${BOUND}
    order by m.id limit $limit::int for no key update of m`,
);

/** Many members at once, each with its event: all share what caused it. */
const RELEASE = tenantStatement(
  'connection_release.members',
  `with released as (
      select * from unnest($ids::uuid[], $actives::boolean[], $resources::text[], $versions::int[], $eventIds::uuid[],
        $types::text[], $datas::text[]) as r (id, active, resource, version, event_id, type, data)
    ), changed as (
      update members m set connection_id = null, external_id = null, awaits_idp = false, linked_at = null,
        active = r.active, resource = r.resource::json, version = r.version, updated_at = $occurredAt::timestamptz
      from released r
      where m.tenant_id = $tenant::uuid and m.id = r.id and m.version = r.version - 1 and ${BOUND}
      returning m.id
    ), told as (
      insert into events (tenant_id, id, type, occurred_at, actor_type, actor_id, connection_id, token_id, request_id,
        subject_type, subject_id, subject_version, data)
      select $tenant::uuid, r.event_id, r.type, $occurredAt::timestamptz, $actorType::text, $actorId::uuid,
        $actorConnection::uuid, $actorToken::uuid, $requestId::text, 'member', r.id, r.version, r.data::json
      from released r join changed on changed.id = r.id
      returning id
    ), queued as (
      insert into outbox (tenant_id, event_id) select $tenant::uuid, told.id from told
    ) select count(*)::int as released from changed`,
);

const RELEASE_TEAMS = tenantStatement(
  'connection_release.teams',
  `with changed as (
      update teams t set connection_id = null, version = t.version + 1, updated_at = $occurredAt::timestamptz
      where t.tenant_id = $tenant::uuid and t.connection_id = $connectionId::uuid and ${BOUND}
      returning t.id, t.version
    ), told as (
      insert into events (tenant_id, id, type, occurred_at, actor_type, actor_id, connection_id, token_id, request_id,
        subject_type, subject_id, subject_version, data)
      select $tenant::uuid, ${NEW_ID}, 'team.unlinked', $occurredAt::timestamptz, $actorType::text, $actorId::uuid,
        $actorConnection::uuid, $actorToken::uuid, $requestId::text, 'team', c.id, c.version,
        json_build_object('changed', json_build_array('connectionId'),
          'before', json_build_object('connectionId', $connectionId::uuid), 'after', '{}'::json)
      from changed c
      returning id
    ), queued as (
      insert into outbox (tenant_id, event_id) select $tenant::uuid, told.id from told
    ) select`,
);

/** All of them; told of are those that somebody made, for the others nobody knows. */
const REVOKE_TOKENS = tenantStatement(
  'connection_release.tokens',
  `with changed as (
      update access_tokens a set revoked_at = $occurredAt::timestamptz
      where a.tenant_id = $tenant::uuid and a.connection_id = $connectionId::uuid and a.revoked_at is null
        and a.expires_at > $occurredAt::timestamptz and ${BOUND}
      returning a.id, a.kind
    ), told as (
      insert into events (tenant_id, id, type, occurred_at, actor_type, actor_id, connection_id, token_id, request_id,
        subject_type, subject_id, subject_version, data)
      select $tenant::uuid, ${NEW_ID}, 'token.revoked', $occurredAt::timestamptz, $actorType::text, $actorId::uuid,
        $actorConnection::uuid, $actorToken::uuid, $requestId::text, 'token', c.id, null,
        json_build_object('changed', json_build_array('revokedAt'), 'after', json_build_object('revokedAt', $revokedAt::text))
      from changed c where c.kind = 'issued'
      returning id
    ), queued as (
      insert into outbox (tenant_id, event_id) select $tenant::uuid, told.id from told
    ) select`,
);

const REMOVE = tenantStatement(
  'connection_release.remove',
  `with changed as (
      update connections c set status = 'disabled', removed_at = $occurredAt::timestamptz, updated_at = $occurredAt::timestamptz
      where c.tenant_id = $tenant::uuid and c.id = $connectionId::uuid and c.removed_at is null and ${BOUND}
      returning c.id
    ), ${eventParts('where exists (select from changed)')} select from changed`,
);

/** The end of a connection: whom it holds, and its letting go of them. For use inside a transaction. */
export class ConnectionReleaseRepository {
  constructor(
    private readonly session: TenantSession,
    private readonly connectionId: string,
  ) {}

  /** Until the transaction ends nobody links a member to it. False when it is gone already. */
  async lock(): Promise<boolean> {
    return (await this.session.run(LOCK, { connectionId: this.connectionId })).length > 0;
  }

  /** Members on the wire that it manages, in the order of their accounts, behind one of them; nobody else changes them meanwhile. */
  async held(after: string | undefined, limit: number): Promise<Member[]> {
    const rows = await this.session.run<MemberRow>(HELD, {
      connectionId: this.connectionId,
      after: after ?? BEFORE_ALL,
      limit,
    });
    return rows.map(toMember);
  }

  /** @param releases of one cause */
  async release(releases: readonly Release[]): Promise<void> {
    const [first] = releases;
    if (!first) return;
    await this.session.run(RELEASE, {
      ...eventValues(first.event),
      ids: releases.map(({ member }) => member.id),
      actives: releases.map(({ member }) => member.active),
      resources: releases.map(({ member }) => JSON.stringify(member.resource)),
      versions: releases.map(({ member }) => member.version),
      eventIds: releases.map(({ event }) => event.id),
      types: releases.map(({ event }) => event.type),
      datas: releases.map(({ event }) => JSON.stringify(event.data)),
    });
  }

  /** Its teams stay, made by nobody. */
  async releaseTeams(event: DomainEvent): Promise<void> {
    await this.session.run(RELEASE_TEAMS, {
      ...eventValues(event),
      connectionId: this.connectionId,
      idTime: idTime(event.occurredAt),
    });
  }

  async revokeTokens(event: DomainEvent): Promise<void> {
    await this.session.run(REVOKE_TOKENS, {
      ...eventValues(event),
      connectionId: this.connectionId,
      idTime: idTime(event.occurredAt),
      revokedAt: event.occurredAt,
    });
  }

  async remove(event: DomainEvent): Promise<void> {
    await this.session.run(REMOVE, { ...eventValues(event), connectionId: this.connectionId });
  }
}
