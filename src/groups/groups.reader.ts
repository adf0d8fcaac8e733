import { Injectable } from '@nestjs/common';
import { isId } from '../config/new-id.js';
import { DomainException } from '../domain/domain-error.js';
import type { Team } from '../domain/team.js';
import { BaseUrl } from '../http/base-url.js';
import { ListPaging } from '../http/list-paging.js';
import type { ScimCall } from '../http/scim-call.js';
import type { ReadTurn } from '../persistence/read-turns.js';
import { teamPage } from '../persistence/team-list.js';
import { type TeamMember, TeamsRepository } from '../persistence/teams.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { GroupType, type ListQuery, parseFilter, type Tolerances } from '../scim/index.js';
import type { TeamWithMembers } from './group.resource.js';

/** A team with fewer members is read at once, however many others are being read. */
const SMALL = 250;
/** Members of one team that are fetched before the answer begins. */
const FIRST = 1000;
/** Further members are streamed in chunks that keep the event loop for a few milliseconds each. */
const CHUNK = 500;
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
    const team = isId(id) ? await this.teams(call).find(id) : undefined;
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
    const [only] = teams;
    if (teams.length === 1 && only) return [await this.oneWithMembers(call, only)];
    const ids = teams.map(({ id }) => id);
    const share = Math.min(FIRST, Math.floor(PAGE_CHUNK / ids.length));
    const members = await this.teams(call).membersOf(ids, share);
    const firsts = teams.map((team) => ({ team, members: members.get(team.id) ?? [] }));
    const isLarge = (first: readonly TeamMember[]) => first.length === share;
    const large = firsts.filter((each) => isLarge(each.members)).length;
    if (large === 0) return firsts;
    // Before the answer begins, so that a read over the tenant's share is refused instead of broken off.
    const read = { turn: await this.work.largeReads.begin(call.caller.tenantId), left: large };
    return firsts.map((each) => {
      const last = each.members.at(-1);
      if (!isLarge(each.members) || last === undefined) return each;
      return { ...each, more: () => this.furtherMembers(call, each.team.id, last, read) };
    });
  }

  private async oneWithMembers(call: ScimCall, team: Team): Promise<TeamWithMembers> {
    const teams = this.teams(call);
    const few = (await teams.membersOf([team.id], SMALL)).get(team.id) ?? [];
    const lastOfFew = few.at(-1);
    if (few.length < SMALL || lastOfFew === undefined) return { team, members: few };
    const turn = await this.work.largeReads.begin(call.caller.tenantId);
    try {
      const limit = FIRST - SMALL;
      const more = await teams.furtherMembers(team.id, lastOfFew.memberId, limit);
      const members = [...few, ...more];
      const last = more.at(-1);
      if (more.length === limit && last !== undefined)
        return { team, members, more: () => this.furtherMembers(call, team.id, last, { turn, left: 1 }) };
      turn.end();
      return { team, members };
    } catch (error) {
      turn.end();
      throw error;
    }
  }

  /** @param read ends with its last group */
  private async *furtherMembers(
    call: ScimCall,
    teamId: string,
    last: TeamMember,
    read: { readonly turn: ReadTurn; left: number },
  ): AsyncIterable<readonly TeamMember[]> {
    try {
      read.turn.renew();
      for await (const chunk of this.teams(call).remainingMembersOf(teamId, last.memberId, CHUNK)) {
        yield chunk;
        read.turn.renew();
      }
    } finally {
      read.left -= 1;
      if (read.left === 0) read.turn.end();
    }
  }

  private teams({ caller }: ScimCall): TeamsRepository {
    return new TeamsRepository(this.work.forTenant(caller.tenantId));
  }
}
