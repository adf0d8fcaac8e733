import { inSteps } from '../config/in-steps.js';
import type { UnknownMembers } from '../domain/connection.js';
import type { DomainEvent } from '../domain/domain-event.js';
import type { Team, TeamAttributes } from '../domain/team.js';
import type { MembershipDelta } from '../scim/index.js';
import { eventValues } from './events.repository.js';
import { idTime, PEOPLE_PER_EVENT } from './membership-events.js';
import { type NamedMembers, namedMembers } from './named-members.js';
import { uniqueViolation } from './pg-errors.js';
import type { TenantStatement, Values } from './statement.js';
import { teamChange } from './team-change-statements.js';
import { ONE_NAME_ONLY, teamNameKey } from './team-names.js';
import * as statements from './team-statements.js';
import type { TenantSession } from './unit-of-work.js';

export interface TeamRow {
  readonly id: string;
  readonly connection_id: string | null;
  readonly external_id: string | null;
  readonly display_name: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A member as a Group shows it. */
export interface TeamMember {
  readonly memberId: string;
  readonly scimId: string;
  /** The displayName, else the userName. */
  readonly display: string;
}

/** Why a write did nothing. */
export type TeamRefusal =
  | { readonly kind: 'taken'; readonly attribute: 'displayName' | 'externalId' }
  /** SCIM ids that no member has. */
  | { readonly kind: 'unknownMembers'; readonly ids: readonly string[] }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'stale' };

export type TeamWrite =
  | TeamRefusal
  /** `changed` is false when everything was as wished already. `skipped` are members that no user has. */
  | {
      readonly kind: 'done';
      readonly version: number;
      readonly changed: boolean;
      readonly skipped: readonly string[];
    };

export interface TeamChange {
  readonly teamId: string;
  readonly connectionId: string;
  readonly expectedVersion: number | null;
  /** Undefined leaves the attributes alone, and then nobody has to know them. */
  readonly attributes: TeamAttributes | undefined;
  readonly members: MembershipDelta | undefined;
  readonly permission: 'can_view' | 'can_edit';
  /** Whether another team of the tenant may not have the name. */
  readonly uniqueName: boolean;
  readonly unknownMembers: UnknownMembers;
}

const TAKEN: Readonly<Record<string, 'displayName' | 'externalId'>> = {
  teams_display_name_key: 'displayName',
  teams_external_id_key: 'externalId',
};
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Members of one team behind one of them, in the order of their account ids. */
interface MembersBehind {
  readonly teamId: string;
  readonly after: string;
  readonly limit: number;
}

/** Teams of the session's tenant. What a write costs depends on the members it names, not on how many the team has. */
export class TeamsRepository {
  constructor(private readonly session: TenantSession) {}

  async find(teamId: string): Promise<Team | undefined> {
    const [row] = await this.session.run<TeamRow>(statements.FIND_TEAM, { teamId });
    return row && toTeam(row);
  }

  /** The first `limit` members of each team, in the order of their account ids. */
  async membersOf(teamIds: readonly string[], limit: number): Promise<ReadonlyMap<string, readonly TeamMember[]>> {
    const statement = teamIds.length > 1 ? statements.MEMBERS_OF_MANY : statements.MEMBERS_OF;
    return this.readMembers(statement, { teamIds, limit, after: BEFORE_ALL });
  }

  /** The members of one team behind one of them, at most `limit`. Continues a read: it waits for its turn without a bound. */
  furtherMembers(teamId: string, after: string, limit: number): Promise<readonly TeamMember[]> {
    return this.membersBehind(statements.REMAINING_MEMBERS, { teamId, after, limit });
  }

  /** All members of a team behind one of them, at most `limit` at a time. Continues a read, as `furtherMembers` does. */
  remainingMembersOf(teamId: string, after: string, limit: number): AsyncGenerator<readonly TeamMember[]> {
    return this.chunksBehind(statements.REMAINING_MEMBERS, { teamId, after, limit });
  }

  /** All members of a team, at most `limit` at a time. */
  allMembersOf(teamId: string, limit: number): AsyncGenerator<readonly TeamMember[]> {
    return this.chunksBehind(statements.FURTHER_MEMBERS, { teamId, after: BEFORE_ALL, limit });
  }

  private async *chunksBehind(
    statement: TenantStatement,
    { teamId, after: first, limit }: MembersBehind,
  ): AsyncGenerator<readonly TeamMember[]> {
    for (let after: string | undefined = first; after !== undefined; ) {
      const chunk: readonly TeamMember[] = await this.membersBehind(statement, { teamId, after, limit });
      if (chunk.length > 0) yield chunk;
      after = chunk.length < limit ? undefined : chunk.at(-1)?.memberId;
    }
  }

  private async membersBehind(
    statement: TenantStatement,
    { teamId, ...range }: MembersBehind,
  ): Promise<readonly TeamMember[]> {
    const members = await this.readMembers(statement, { teamIds: [teamId], ...range });
    return members.get(teamId) ?? [];
  }

  private async readMembers(
    statement: TenantStatement,
    values: { readonly teamIds: readonly string[]; readonly limit: number; readonly after: string },
  ): Promise<ReadonlyMap<string, readonly TeamMember[]>> {
    const rows = await this.session.run<{ team_id: string; member_id: string; scim_id: string; display: string }>(
      statement,
      values,
    );
    const members = new Map<string, TeamMember[]>(values.teamIds.map((id) => [id, []]));
    for (const row of rows) {
      const member = { memberId: row.member_id, scimId: row.scim_id, display: row.display };
      members.get(row.team_id)?.push(member);
    }
    return members;
  }

  /** Those members of the tenant that have these SCIM ids; text that is no id has none. */
  async named(scimIds: readonly string[]): Promise<readonly TeamMember[]> {
    const rows = await this.session.run<{ member_id: string; scim_id: string; display: string }>(
      statements.NAMED_MEMBERS,
      { ids: (await inSteps(namedMembers(scimIds))).ids },
    );
    return rows.map((row) => ({ memberId: row.member_id, scimId: row.scim_id, display: row.display }));
  }

  /** @param uniqueName whether another team of the tenant may not have the name */
  async create(
    team: Team,
    members: readonly string[],
    options: Pick<TeamChange, 'permission' | 'uniqueName' | 'unknownMembers'>,
    event: DomainEvent,
  ): Promise<TeamWrite> {
    const skip = options.unknownMembers === 'skip';
    return this.write(members, skip, async ({ ids, notIds, notIdsText }) => {
      const [row] = await this.session.run<{ unknown: string[] | null }>(
        creationOf(skip, members.length > PEOPLE_PER_EVENT),
        attributeValues(team),
        eventValues(event),
        {
          teamId: team.id,
          connectionId: team.connectionId,
          permission: options.permission,
          idTime: idTime(event.occurredAt),
          nameSlot: options.uniqueName ? ONE_NAME_ONLY : team.id,
          add: ids,
          notIds: notIdsText,
        },
      );
      const unknown = row?.unknown ?? [];
      if (unknown.length > 0 && !skip) return { kind: 'unknownMembers', ids: unknown };
      return { kind: 'done', version: team.version, changed: true, skipped: [...unknown, ...notIds] };
    });
  }

  async change(change: TeamChange, event: DomainEvent): Promise<TeamWrite> {
    const { teamId, connectionId, attributes, members, expectedVersion, permission } = change;
    const skip = change.unknownMembers === 'skip';
    const add = [...(members?.add ?? [])];
    // What is no id of ours is nobody's, so there is nobody to remove.
    const removed = [...(members?.remove ?? [])];
    const remove = await inSteps(namedMembers(removed));
    const clear = members?.clear ?? false;
    const statement = teamChange({
      join: add.length > 0,
      leave: clear ? 'others' : leaving(removed.length - remove.notIds.length),
      described: attributes !== undefined,
      skip: skip && (add.length > 0 || clear),
      large: clear || add.length + removed.length > PEOPLE_PER_EVENT,
    });
    return this.write(add, skip, async ({ ids, notIds, notIdsText }) => {
      const [row] = await this.session.run<ChangeRow>(
        statement,
        attributeValues(attributes ?? { displayName: '', externalId: null }),
        eventValues(event),
        {
          teamId,
          connectionId,
          permission,
          idTime: idTime(event.occurredAt),
          nameSlot: change.uniqueName ? ONE_NAME_ONLY : teamId,
          expectedVersion,
          add: ids,
          notIds: notIdsText,
          remove: remove.ids,
        },
      );
      const version = row?.version ?? row?.held_version;
      const unknown = row?.unknown ?? [];
      return typeof version === 'number'
        ? { kind: 'done', version, changed: row?.version !== null, skipped: [...unknown, ...notIds] }
        : this.whyNot(change, skip ? [] : unknown);
    });
  }

  /** A refused change tells nothing of the team, so that one that succeeds reads nothing it does not need. */
  private async whyNot({ teamId, connectionId }: TeamChange, unknown: readonly string[]): Promise<TeamRefusal> {
    const team = await this.find(teamId);
    if (!team) return { kind: 'notFound' };
    if (unknown.length > 0) return { kind: 'unknownMembers', ids: unknown };
    return { kind: team.connectionId !== null && team.connectionId !== connectionId ? 'foreign' : 'stale' };
  }

  /** Needs a transaction: holds the members a change will name, before it holds the team. */
  async holdMembers(scimIds: readonly string[]): Promise<void> {
    await this.session.run(statements.HOLD_MEMBERS, { add: (await inSteps(namedMembers(scimIds))).ids });
  }

  /** Needs a transaction. Undefined when there is no such team (any more). */
  async hold(teamId: string): Promise<Team | undefined> {
    const [row] = await this.session.run<TeamRow>(statements.HOLD_TEAM, { teamId });
    return row && toTeam(row);
  }

  /** Needs the team held by the same transaction. */
  async remove(teamId: string, event: DomainEvent): Promise<void> {
    await this.session.run(statements.REMOVE_TEAM, { teamId }, eventValues(event));
  }

  /** @param skip whether members that cannot be users are left out; otherwise they refuse the write */
  private async write(
    add: readonly string[],
    skip: boolean,
    write: (members: NamedMembers) => Promise<TeamWrite>,
  ): Promise<TeamWrite> {
    const named = await inSteps(namedMembers(add));
    const { notIds } = named;
    if (notIds.length > 0 && !skip) return { kind: 'unknownMembers', ids: notIds };
    try {
      return await write(named);
    } catch (error) {
      const attribute = TAKEN[uniqueViolation(error) ?? ''];
      if (attribute) return { kind: 'taken', attribute };
      throw error;
    }
  }
}

function creationOf(skip: boolean, large: boolean): TenantStatement {
  if (skip) return large ? statements.CREATE_LARGE_TEAM_SKIPPING : statements.CREATE_TEAM_SKIPPING;
  return large ? statements.CREATE_LARGE_TEAM : statements.CREATE_TEAM;
}

function leaving(people: number): 'nobody' | 'one' | 'named' {
  if (people === 0) return 'nobody';
  return people === 1 ? 'one' : 'named';
}

interface ChangeRow {
  readonly unknown: string[] | null;
  /** Before the change; null when it was refused. */
  readonly held_version: number | null;
  /** Null when everything was as wished already. */
  readonly version: number | null;
}

function attributeValues({ displayName, externalId }: TeamAttributes): Values {
  return { displayName, externalId, displayNameKey: teamNameKey(displayName) };
}

export function toTeam(row: TeamRow): Team {
  return {
    id: row.id,
    connectionId: row.connection_id,
    externalId: row.external_id,
    displayName: row.display_name,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
