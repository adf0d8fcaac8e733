import { Injectable } from '@nestjs/common';
import { DomainException } from '../domain/domain-error.js';
import type { Team } from '../domain/team.js';
import { BaseUrl } from '../http/base-url.js';
import { ListPaging } from '../http/list-paging.js';
import type { ScimCall } from '../http/scim-call.js';
import { teamPage } from '../persistence/team-list.js';
import { type TeamMember, TeamsRepository } from '../persistence/teams.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { GroupType, type ListQuery, parseFilter, type Tolerances } from '../scim/index.js';
import type { TeamWithMembers } from './group.resource.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Members of one team that are fetched at once; those of larger teams are streamed in such chunks. */
const CHUNK = 1000;
/** Members of all teams of a page that are fetched at once, so that a page of large teams needs no more memory than one. */
const PAGE_CHUNK = 20_000;

export interface GroupsPage {
  readonly totalResults: number;
  readonly groups: readonly TeamWithMembers[];
  readonly startIndex?: number;
  readonly nextCursor?: string;
}

/** Reads Groups. Memberships are touched only when the answer shows them. */
@Injectable()
export class GroupsReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly paging: ListPaging,
    private readonly baseUrl: BaseUrl,
  ) {}

  /** @throws DomainException notFound, also for text that is no id of ours */
  async find(call: ScimCall, id: string, withMembers: boolean): Promise<TeamWithMembers> {
    const team = UUID.test(id) ? await this.teams(call).find(id) : undefined;
    if (!team) throw new DomainException({ kind: 'notFound', resource: 'Group', id });
    const [group] = await this.withMembers(call, [team], withMembers);
    return group ?? { team, members: [] };
  }

  async list(call: ScimCall, query: ListQuery, withMembers: boolean, tolerances: Tolerances): Promise<GroupsPage> {
    const options = { dialect: call.connection.profile.dialect, tolerances, alsoKnown: query.alsoKnown };
    const filter = query.filter === undefined ? undefined : parseFilter(query.filter, GroupType, options);
    const paging = this.paging.of(call, GroupType, query, filter);
    const found = await teamPage(this.work.forTenant(call.caller.tenantId), {
      ...(filter && { filter }),
      ...(query.sortBy && { sort: { by: query.sortBy, descending: query.sortOrder === 'descending' } }),
      from: paging.from,
      limit: query.page.count,
      scimUrl: this.baseUrl.scim,
    });
    const groups = await this.withMembers(call, found.teams, withMembers);
    return { totalResults: found.total, groups, ...paging.position(found.next) };
  }

  private async withMembers(
    call: ScimCall,
    teams: readonly Team[],
    wanted: boolean,
  ): Promise<readonly TeamWithMembers[]> {
    if (!wanted || teams.length === 0) return teams.map((team) => ({ team, members: [] }));
    const ids = teams.map(({ id }) => id);
    const share = Math.min(CHUNK, Math.floor(PAGE_CHUNK / ids.length));
    const members = await this.teams(call).membersOf(ids, share);
    return Promise.all(
      teams.map(async (team) => {
        const first = members.get(team.id) ?? [];
        const last = first.at(-1);
        if (first.length < share || last === undefined) return { team, members: first };
        if (teams.length > 1) return { team, members: first, more: () => this.furtherMembers(call, team.id, last) };
        // Read before the answer begins, so that a read over the tenant's share is refused instead of broken off.
        const second = await this.teams(call).furtherMembers(team.id, last.memberId, { limit: CHUNK, hasBegun: false });
        return { team, members: first, more: () => this.furtherMembers(call, team.id, last, second) };
      }),
    );
  }

  private async *furtherMembers(
    call: ScimCall,
    teamId: string,
    last: TeamMember,
    next?: readonly TeamMember[],
  ): AsyncIterable<readonly TeamMember[]> {
    const teams = this.teams(call);
    const after = (member: TeamMember) =>
      teams.furtherMembers(teamId, member.memberId, { limit: CHUNK, hasBegun: true });
    for (let chunk = next ?? (await after(last)); ; ) {
      if (chunk.length > 0) yield chunk;
      const end = chunk.at(-1);
      if (chunk.length < CHUNK || end === undefined) return;
      chunk = await after(end);
    }
  }

  private teams({ caller }: ScimCall): TeamsRepository {
    return new TeamsRepository(this.work.forTenant(caller.tenantId));
  }
}
