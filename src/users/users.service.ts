import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { isId, newId } from '../config/new-id.js';
import { admit, isAnotherPerson, keepingExternalId } from '../domain/admission.js';
import { DomainException } from '../domain/domain-error.js';
import {
  type Cause,
  type Change,
  type Member,
  type MemberResource,
  provision,
  remove,
  restore,
  revise,
} from '../domain/member.js';
import { checkPreconditions } from '../http/preconditions.js';
import type { ScimCall } from '../http/scim-call.js';
import { causeOf } from '../http/scim-cause.js';
import { MembersRepository, type WriteResult } from '../persistence/members.repository.js';
import { type TenantSession, UnitOfWork } from '../persistence/unit-of-work.js';
import { diff, ScimError } from '../scim/index.js';
import { askForPost, checkAdoption, checkRemoval } from './adoption.js';
import { RecentMembers } from './recent-members.js';

/** Tries against a state that others keep changing; after these the conflict is real. */
const ATTEMPTS = 5;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

const ANOTHER_PERSON =
  'This member is inactive and has another externalId, so the request is about a different person. Delete the inactive member, or change its externalId before it is reactivated.';

/** The life of a User over SCIM: each method is one change of one member with its event, or nothing at all. */
@Injectable()
export class UsersService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly recent: RecentMembers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** POST: a new member, or one that the tenant knows (decisions “Reactivation”, “Restore” and “Adoption of unlinked members”). */
  async create(call: ScimCall, wanted: MemberResource): Promise<Member> {
    const resource = wanted.active === undefined ? { ...wanted, active: true } : wanted;
    this.checkUserName(call, resource);
    const members = this.members(call);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const cause = causeOf(call, this.clock);
      const born = provision(this.newIds(cause), call.connection.id, resource, cause);
      if ((await members.insert(born.member, born.event)).kind === 'written') return this.noted(call, born.member);
      const known = await this.admitKnown(call, resource, members);
      if (known) return this.noted(call, known);
    }
    throw conflict('userName');
  }

  /** @param next the resource as it shall be, from the member as it is; it may be asked more than once */
  async change(call: ScimCall, scimId: string, next: (before: Member) => MemberResource): Promise<Member> {
    const changed = (await this.changeRecent(call, scimId, next)) ?? (await this.changeRead(call, scimId, next));
    return this.noted(call, changed);
  }

  /** DELETE: the id answers 404 for ever; what becomes of the person is the tenant's deletion policy. */
  async remove(call: ScimCall, scimId: string): Promise<void> {
    if (!isId(scimId)) throw notFound(scimId);
    const policy = call.caller.settings.deletionPolicy;
    await this.session(call).transaction(async (session) => {
      const members = new MembersRepository(session);
      const before = this.visible(call, scimId, await members.findForChange(scimId));
      checkPreconditions(call, before.version);
      checkRemoval(call, before);
      const { member, event } = remove(before, call.connection.id, policy, causeOf(call, this.clock));
      await members.remove(before, member, event, policy === 'erase');
    });
    this.recent.forget(call.caller.tenantId, scimId);
  }

  /**
   * Without reading first. Undefined when there is nothing to write or something to refuse: only the member as it is can say so.
   */
  private async changeRecent(
    call: ScimCall,
    scimId: string,
    next: (before: Member) => MemberResource,
  ): Promise<Member | undefined> {
    const before = this.recent.find(call.caller.tenantId, scimId);
    if (before?.connectionId !== call.connection.id) return undefined;
    const change = unlessRefused(() =>
      this.revised(call, before, this.wish(call, before, next), causeOf(call, this.clock)),
    );
    return change?.event && this.write(this.session(call), before, change);
  }

  private async changeRead(call: ScimCall, scimId: string, next: (before: Member) => MemberResource): Promise<Member> {
    const optimistic = await this.tryChange(call, this.session(call), await this.find(call, scimId), next);
    if (optimistic) return optimistic;
    return this.session(call).transaction(async (session) => {
      const before = this.visible(call, scimId, await new MembersRepository(session).findForChange(scimId));
      const changed = await this.tryChange(call, session, before, next);
      if (!changed) throw new DomainException({ kind: 'staleVersion' });
      return changed;
    });
  }

  private async find(call: ScimCall, scimId: string): Promise<Member> {
    return this.visible(call, scimId, isId(scimId) ? await this.members(call).find(scimId) : undefined);
  }

  /** Undefined when somebody else changed the member meanwhile. */
  private async tryChange(
    call: ScimCall,
    session: TenantSession,
    before: Member,
    next: (before: Member) => MemberResource,
  ): Promise<Member | undefined> {
    const resource = this.wish(call, before, next);
    const cause = causeOf(call, this.clock);
    await checkAdoption(session, call, before, resource, cause);
    return this.write(session, before, this.revised(call, before, resource, cause));
  }

  private wish(call: ScimCall, before: Member, next: (before: Member) => MemberResource): MemberResource {
    checkPreconditions(call, before.version);
    const resource = this.reviseWish(call, before, next(before));
    if (resource.active !== false && isAnotherPerson(before, resource)) throw conflict('externalId', ANOTHER_PERSON);
    // Who was here before the rule can still be changed, above all deactivated.
    if (resource.userName !== before.userName) this.checkUserName(call, resource);
    return resource;
  }

  private revised({ connection }: ScimCall, before: Member, resource: MemberResource, cause: Cause): Change {
    return revise(before, connection.id, resource, diff(before.resource, resource), cause);
  }

  private async admitKnown(call: ScimCall, resource: MemberResource, members: MembersRepository) {
    const { connection, caller } = call;
    const admission = admit(resource, connection, caller.settings, await members.candidates(resource, connection.id));
    const cause = causeOf(call, this.clock);
    switch (admission.kind) {
      case 'create':
        return undefined;
      case 'conflict':
        throw conflict(admission.attribute);
      case 'review':
        return askForPost(this.session(call), call, admission.member, resource, cause);
      case 'reactivate':
      case 'link': {
        const before = admission.member;
        const change = this.revised(call, before, keepingExternalId(before, resource), cause);
        if (!change.event && before.awaitsIdp) await members.takeUp(before);
        return this.write(this.session(call), before, change);
      }
      case 'restore': {
        const before = admission.member;
        const { scimId } = this.newIds(cause);
        const { member, event } = restore(before, scimId, resource, diff(before.resource, resource), cause);
        return writtenMember(await members.restore(before, member, event), member);
      }
      default:
        return admission satisfies never;
    }
  }

  /** Undefined when somebody else changed the member meanwhile. */
  private async write(session: TenantSession, before: Member, { member, event }: Change): Promise<Member | undefined> {
    return event ? writtenMember(await new MembersRepository(session).revise(before, member, event), member) : member;
  }

  private noted(call: ScimCall, member: Member): Member {
    this.recent.note(call.caller.tenantId, member);
    return member;
  }

  /** Decision 13: a PUT without `active` keeps it. scim-for-keycloak writes our own id as externalId: not stored. */
  private reviseWish({ connection }: ScimCall, before: Member, wanted: MemberResource): MemberResource {
    const foreign = connection.profile.ignoreOwnIdAsExternalId && wanted.externalId === before.scimId;
    if (wanted.active !== undefined && !foreign) return wanted;
    const active = wanted.active ?? before.active;
    if (!foreign) return { ...wanted, active };
    const { externalId: _, ...rest } = wanted;
    return { ...rest, active, ...(before.externalId !== null && { externalId: before.externalId }) };
  }

  private checkUserName({ caller }: ScimCall, resource: MemberResource): void {
    if (caller.settings.userNameMustBeEmail && !EMAIL.test(resource.userName as string)) {
      throw new DomainException({
        kind: 'invalid',
        attribute: 'userName',
        detail: 'This tenant takes e-mail addresses only.',
      });
    }
  }

  /** Decision 8: unlinked members are seen unless the tenant hides them. */
  private visible({ caller }: ScimCall, scimId: string, member: Member | undefined): Member {
    const hidden = member?.connectionId === null && caller.settings.unlinkedVisibility === 'hidden';
    if (!member || hidden) throw notFound(scimId);
    return member;
  }

  /** Both from the reading of the clock that becomes meta.created: lists are read in the order of the SCIM id. */
  private newIds({ at }: Cause): { id: string; scimId: string } {
    const msecs = Date.parse(at);
    return { id: newId({ msecs }), scimId: newId({ msecs }) };
  }

  private members(call: ScimCall): MembersRepository {
    return new MembersRepository(this.session(call));
  }

  private session({ caller }: ScimCall): TenantSession {
    return this.work.forTenant(caller.tenantId);
  }
}

/** @throws DomainException conflict */
function writtenMember(result: WriteResult, member: Member): Member | undefined {
  switch (result.kind) {
    case 'written':
      return { ...member, teams: result.teams };
    case 'missed':
      return undefined;
    case 'taken':
      throw conflict(result.attribute);
    default:
      return result satisfies never;
  }
}

/** A refusal that rests on what a member was a moment ago says nothing yet. */
function unlessRefused(change: () => Change): Change | undefined {
  try {
    return change();
  } catch (error) {
    if (error instanceof DomainException || error instanceof ScimError) return undefined;
    throw error;
  }
}

function notFound(id: string): DomainException {
  return new DomainException({ kind: 'notFound', resource: 'User', id });
}

function conflict(attribute: 'userName' | 'externalId', detail?: string): DomainException {
  return new DomainException({ kind: 'conflict', attribute, ...(detail !== undefined && { detail }) });
}
