import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { isId, newId } from '../config/new-id.js';
import { type DomainError, DomainException } from '../domain/domain-error.js';
import { create, describe, membershipChanged, remove, type Team, type TeamAttributes } from '../domain/team.js';
import { namedIds } from '../http/named-ids.js';
import { checkPreconditions, isConditional } from '../http/preconditions.js';
import type { ScimCall } from '../http/scim-call.js';
import { causeOf } from '../http/scim-cause.js';
import { type TeamRefusal, TeamsRepository, type TeamWrite } from '../persistence/teams.repository.js';
import { type TenantSession, UnitOfWork } from '../persistence/unit-of-work.js';
import type { MembershipDelta } from '../scim/index.js';
import type { MembershipUpdate } from './member-searches.js';
import { Turns } from './turns.js';

/** Tries without a lock against a team that others keep changing. */
const ATTEMPTS = 5;

/** What a PUT or PATCH asks of a team. */
export interface Wish {
  /** From the attributes as they are; undefined when the request is about members only, which need no reading. */
  readonly attributes: ((before: Team) => TeamAttributes) | undefined;
  readonly members: MembershipUpdate | undefined;
}

/** Teams over SCIM: each method is one change of one team with its events, or nothing at all. */
@Injectable()
export class GroupsService {
  private readonly turns = new Turns();

  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async create(call: ScimCall, attributes: TeamAttributes, members: readonly string[]): Promise<Team> {
    const { settings } = call.caller;
    const cause = causeOf(call, this.clock);
    const id = newId({ msecs: Date.parse(cause.at) });
    const { team, event } = create(id, call.connection.id, attributes, cause);
    const options = { permission: settings.defaultTeamPermission, ...rulesOf(call) };
    const written = await this.teams(call).create(team, [...new Set(members)], options, event);
    if (written.kind !== 'done') throw refusal(written, id);
    noted(call, written);
    return team;
  }

  /** @returns the version afterwards */
  change(call: ScimCall, id: string, wish: Wish): Promise<number> {
    return this.turns.take(`${call.caller.tenantId}/${id.toLowerCase()}`, () => this.changeNow(call, id, wish));
  }

  private async changeNow(call: ScimCall, id: string, wish: Wish): Promise<number> {
    if (!isId(id)) throw refusal({ kind: 'notFound' }, id);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const written = await this.tryChange(call, id, wish, this.teams(call));
      if (written.kind === 'done') return noted(call, written);
      if (written.kind !== 'stale') throw refusal(written, id);
    }
    return this.changeUnderLock(call, id, wish);
  }

  async remove(call: ScimCall, id: string): Promise<void> {
    if (!isId(id)) throw refusal({ kind: 'notFound' }, id);
    await this.session(call).transaction(async (session) => {
      const teams = new TeamsRepository(session);
      const team = await teams.hold(id);
      if (!team) throw refusal({ kind: 'notFound' }, id);
      checkPreconditions(call, team.version);
      if (team.connectionId !== null && team.connectionId !== call.connection.id)
        throw refusal({ kind: 'foreign' }, id);
      await teams.remove(id, remove(team, causeOf(call, this.clock)));
    });
  }

  /** `stale` when somebody else changed the team between its reading and this change. */
  private async tryChange(call: ScimCall, id: string, wish: Wish, teams: TeamsRepository): Promise<TeamWrite> {
    const { attributes: wished } = wish;
    const looksUp = typeof wish.members === 'function';
    const conditional = isConditional(call);
    const reads = wished !== undefined || conditional || wish.members === undefined || looksUp;
    const before = reads ? await teams.find(id) : undefined;
    if (reads && !before) return { kind: 'notFound' };
    if (before) checkPreconditions(call, before.version);
    const members = await deltaOf(wish, teams, id);
    const cause = causeOf(call, this.clock);
    const attributes = before && wished ? wished(before) : undefined;
    const described = before && attributes ? describe(before, attributes, cause) : undefined;
    if (before && !described && !members) return { kind: 'done', version: before.version, changed: false, skipped: [] };
    return teams.change(
      {
        teamId: id,
        connectionId: call.connection.id,
        expectedVersion: described || conditional || looksUp ? (before?.version ?? null) : null,
        attributes: described && attributes,
        members,
        permission: call.caller.settings.defaultTeamPermission,
        ...rulesOf(call),
      },
      described ?? membershipChanged(id, cause),
    );
  }

  private changeUnderLock(call: ScimCall, id: string, wish: Wish): Promise<number> {
    return this.session(call).transaction(async (session) => {
      const teams = new TeamsRepository(session);
      const delta = await deltaOf(wish, teams, id);
      await teams.holdMembers([...(delta?.add ?? [])]);
      if (!(await teams.hold(id))) throw refusal({ kind: 'notFound' }, id);
      const written = await this.tryChange(call, id, wish, teams);
      if (written.kind !== 'done') throw refusal(written, id);
      return noted(call, written);
    });
  }

  private teams(call: ScimCall): TeamsRepository {
    return new TeamsRepository(this.session(call));
  }

  private session({ caller }: ScimCall): TenantSession {
    return this.work.forTenant(caller.tenantId);
  }
}

async function deltaOf({ members }: Wish, teams: TeamsRepository, id: string): Promise<MembershipDelta | undefined> {
  return typeof members === 'function' ? members(teams, id) : members;
}

function rulesOf({ caller, connection }: ScimCall) {
  return { uniqueName: !caller.settings.duplicateTeamNames, unknownMembers: connection.unknownMembers };
}

/** @returns the version; what was skipped is noted for the provisioning log */
function noted(call: ScimCall, { version, skipped }: Extract<TeamWrite, { kind: 'done' }>): number {
  for (const member of skipped) call.skippedMembers.push(member);
  return version;
}

const REFUSALS: {
  readonly [K in TeamRefusal['kind']]: (refused: Extract<TeamRefusal, { kind: K }>, id: string) => DomainError;
} = {
  taken: ({ attribute }) => ({ kind: 'conflict', attribute }),
  unknownMembers: ({ ids }) => ({ kind: 'invalid', attribute: 'members', detail: unknownMembers(ids) }),
  notFound: (_, id) => ({ kind: 'notFound', resource: 'Group', id }),
  foreign: () => ({
    kind: 'protected',
    detail: 'This group is managed by another connection; unlink it there first.',
  }),
  stale: () => ({ kind: 'staleVersion' }),
};

function refusal<K extends TeamRefusal['kind']>(refused: Extract<TeamRefusal, { kind: K }>, id: string) {
  return new DomainException(REFUSALS[refused.kind as K](refused, id));
}

function unknownMembers(ids: readonly string[]): string {
  return `There is no User with the id ${namedIds(ids)}; nothing was changed.`;
}
