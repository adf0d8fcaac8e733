import { type Page, type PageWish, pageOf } from '../domain/page.js';
import type { Team } from '../domain/team.js';
import {
  type EffectiveMember,
  type HeldGrant,
  highest,
  type MemberAccess,
  type Provenance,
  type TeamAccess,
  type TeamPermission,
} from '../domain/team-access.js';
import { EFFECTIVE_MEMBERS, LIST_TEAMS, MEMBER_ACCESS } from './team-access-statements.js';
import type { TenantSession } from './unit-of-work.js';

export type TeamSummary = Omit<Team, 'version'>;

interface TeamRow {
  readonly id: string;
  readonly display_name: string;
  readonly external_id: string | null;
  readonly connection_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

interface Way {
  readonly permission: TeamPermission;
  readonly group_name: string | null;
}
interface MemberRow extends Way {
  readonly member_id: string;
  readonly scim_id: string | null;
  readonly user_name: string;
  readonly active: boolean;
  readonly group_id: string | null;
}
interface TeamWay extends Way {
  readonly team_id: string;
  readonly team_name: string;
  readonly via_group: string | null;
}
interface AccessRow {
  readonly id: string;
  readonly user_name: string;
  readonly active: boolean;
  readonly ways: readonly TeamWay[];
  readonly grants: readonly { readonly name: string; readonly team_id: string; readonly team_name: string }[];
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Who is in which team and why, in the session's tenant: each answer is one round trip. */
export class TeamAccessRepository {
  constructor(private readonly session: TenantSession) {}

  /** In the order of their ids, which is that of their creation. */
  async teams({ after = BEFORE_ALL, limit }: PageWish): Promise<Page<TeamSummary>> {
    const rows = await this.session.run<TeamRow>(LIST_TEAMS, { after, limit: limit + 1 });
    return pageOf(rows.map(toSummary), limit, ({ id }) => id);
  }

  /** Direct members and those of linked groups, in the order of their account ids; undefined when there is no such team. */
  async members(teamId: string, { after = BEFORE_ALL, limit }: PageWish): Promise<Page<EffectiveMember> | undefined> {
    const rows = await this.session.run<MemberRow | { readonly member_id: null }>(EFFECTIVE_MEMBERS, {
      teamId,
      after,
      limit: limit + 1,
    });
    if (rows.length === 0) return undefined;
    const ways = rows.filter((row): row is MemberRow => row.member_id !== null);
    const members = grouped(ways, (way) => way.member_id).map(toEffectiveMember);
    return pageOf(members, limit, ({ id }) => id);
  }

  /** @param memberId the account; undefined when there is none, or only what erasure left of it */
  async access(memberId: string): Promise<MemberAccess | undefined> {
    const [row] = await this.session.run<AccessRow>(MEMBER_ACCESS, { memberId });
    if (!row) return undefined;
    const { id, user_name: userName, active, ways, grants } = row;
    return { memberId: id, userName, active, teams: toTeams(ways), grants: toGrants(grants) };
  }
}

function toSummary(row: TeamRow): TeamSummary {
  return {
    id: row.id,
    displayName: row.display_name,
    externalId: row.external_id,
    connectionId: row.connection_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toEffectiveMember(rows: Several<MemberRow>): EffectiveMember {
  const { member_id: id, scim_id: scimId, user_name: userName, active } = rows[0];
  const provenance = rows.map((row) => toProvenance(row, row.group_id));
  return { id, scimId, userName, active, permission: highest(provenance), provenance };
}

function toTeams(ways: readonly TeamWay[]): TeamAccess[] {
  return grouped(ways, (way) => way.team_id).map((ofTeam) => {
    const { team_id: teamId, team_name: teamName } = ofTeam[0];
    const provenance = ofTeam.map((way) => toProvenance(way, way.via_group));
    return { teamId, teamName, permission: highest(provenance), provenance };
  });
}

function toGrants(held: AccessRow['grants']): HeldGrant[] {
  return grouped(held, ({ name }) => name).map((ofName) => ({
    name: ofName[0].name,
    from: ofName.map(({ team_id: teamId, team_name: teamName }) => ({ teamId, teamName })),
  }));
}

function toProvenance({ permission, group_name: groupName }: Way, groupId: string | null): Provenance {
  return groupId === null
    ? { via: 'direct', permission }
    : { via: 'group', groupId, groupName: groupName ?? '', permission };
}

type Several<T> = readonly [T, ...T[]];

/** Rows with an equal key together, in the order of the first of each. */
function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Several<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return [...groups.values()];
}
