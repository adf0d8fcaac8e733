import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { IDP_PROFILES } from '../../../src/domain/idp-profile.js';
import { DEFAULT_SETTINGS } from '../../../src/domain/tenant.js';
import { GroupsService } from '../../../src/groups/groups.service.js';
import type { ScimCall } from '../../../src/http/scim-call.js';
import { FixedClock } from '../../support/fixed-clock.js';
import { membershipOf } from '../../support/membership.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

interface Named {
  readonly id: string;
  readonly scimId: string;
}
/** The data of one `team.membership_changed`. */
export interface Told {
  readonly added: readonly Named[];
  readonly removed: readonly Named[];
}
export interface StoredTeam {
  readonly version: number;
  readonly updated_at: string;
}

/** Teams of one tenant, changed as requests would change them, and looked at past all row level security. */
export class Scene {
  readonly clock = new FixedClock();
  private readonly call: ScimCall;
  private names = 0;

  private constructor(
    readonly space: Workspace,
    private readonly superuser: pg.Client,
  ) {
    this.call = {
      caller: { tenantId: space.tenantId, settings: DEFAULT_SETTINGS, serviceAccountId: uuid(), tokenId: uuid() },
      connection: { id: space.connectionId, profile: IDP_PROFILES.generic },
      requestId: 'r-1',
      query: {},
    } as unknown as ScimCall;
  }

  /** One instance's part: two of these meet in the database only. */
  groups(): GroupsService {
    return new GroupsService(this.space.work, this.clock);
  }

  static async open(): Promise<Scene> {
    const space = await openWorkspace();
    const superuser = new pg.Client({ connectionString: space.database.superuserUrl });
    await superuser.connect();
    return new Scene(space, superuser);
  }

  async close(): Promise<void> {
    await this.superuser.end();
    await this.space.close();
  }

  /** @returns SCIM ids, which are here also those of the accounts, in their order */
  async people(count: number): Promise<readonly string[]> {
    const ids = Array.from({ length: count }, () => uuid()).sort();
    await this.rows(
      `insert into members (tenant_id, id, scim_id, connection_id, user_name, user_name_key, active, resource, version,
         created_at, updated_at)
       select $1, id, id, $2, id::text, id::text, true, '{}', 1, now(), now() from unnest($3::uuid[]) as made (id)`,
      [this.space.tenantId, this.space.connectionId, ids],
    );
    return ids;
  }

  /** A team with these members, written by nobody: no event tells of them. */
  async team(members: readonly string[] = []): Promise<string> {
    this.names += 1;
    const attributes = { displayName: `Team ${this.names}`, externalId: null };
    const { id } = await this.groups().create(this.call, attributes, []);
    await this.rows(
      `insert into team_memberships select $1, $2, id, 'can_edit', now() from unnest($3::uuid[]) as joined (id)`,
      [this.space.tenantId, id, members],
    );
    return id;
  }

  /** @returns the version afterwards */
  patch(teamId: string, operations: readonly object[], groups = this.groups()): Promise<number> {
    const { dialect } = this.call.connection.profile;
    const members = membershipOf(operations, dialect);
    return groups.change(this.call, teamId, { attributes: undefined, members });
  }

  async membersOf(teamId: string): Promise<readonly string[]> {
    const found = await this.rows('select member_id from team_memberships where team_id = $1 order by 1', [teamId]);
    return found.map(({ member_id }) => String(member_id));
  }

  async stored(teamId: string): Promise<StoredTeam> {
    const [row] = await this.rows('select version, updated_at from teams where id = $1', [teamId]);
    return row as unknown as StoredTeam;
  }

  /** What was told of a team's members, in order; each of them is in the outbox, or this fails. */
  async told(teamId: string): Promise<readonly Told[]> {
    const events = await this.rows(
      `select e.data, o.event_id is not null as queued from events e
       left join outbox o on o.tenant_id = e.tenant_id and o.event_id = e.id
       where e.subject_id = $1 and e.type = 'team.membership_changed' order by e.id`,
      [teamId],
    );
    if (events.some(({ queued }) => queued !== true)) throw new Error('An event is not in the outbox.');
    return events.map(({ data }) => data as Told);
  }

  async rows(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.superuser.query(sql, [...values])).rows;
  }
}
