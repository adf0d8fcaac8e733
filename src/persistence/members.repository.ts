import type { Candidates } from '../domain/admission.js';
import type { DomainEvent } from '../domain/domain-event.js';
import type { Member, MemberResource, TeamName } from '../domain/member.js';
import type { Account } from '../domain/member-admin.js';
import { userNameKey } from '../scim/index.js';
import { eventValues } from './events.repository.js';
import { emailKeys, keyChanges, nameKeys } from './member-keys.js';
import { type MemberRow, type StoredUser, type StoredUserRow, teamsOf, toMember, toStoredUser } from './member-rows.js';
import * as statements from './member-statements.js';
import { idTime } from './membership-events.js';
import { uniqueViolation } from './pg-errors.js';
import { resourceText } from './resource-text.js';
import type { TenantStatement, Values } from './statement.js';
import { END_MEMBERSHIPS } from './team-statements.js';
import type { TenantSession } from './unit-of-work.js';

export type WriteResult =
  | Written
  /** The row is not in the state the caller saw. */
  | { readonly kind: 'missed' }
  /** Somebody else has the attribute. */
  | { readonly kind: 'taken'; readonly attribute: 'userName' | 'externalId' };

interface Written {
  readonly kind: 'written';
  /** The teams the member is in now. */
  readonly teams: readonly TeamName[];
}

/** The database decides uniqueness; this is what its refusals mean. */
const TAKEN: Readonly<Record<string, WriteResult>> = {
  members_user_name_key: { kind: 'taken', attribute: 'userName' },
  members_external_id_key: { kind: 'taken', attribute: 'externalId' },
};

const MISSED: WriteResult = { kind: 'missed' };

/** Members of the session's tenant. Each write is one statement: the row, its search keys, its event, its outbox entry. */
export class MembersRepository {
  constructor(private readonly session: TenantSession) {}

  /** The hot read: undefined for an id that is not on the wire (never was, or removed). */
  async findStored(scimId: string, hideUnlinked = false): Promise<StoredUser | undefined> {
    const [row] = await this.session.run<StoredUserRow>(statements.FIND_STORED, { scimId, hideUnlinked });
    return row && toStoredUser(row);
  }

  async find(scimId: string): Promise<Member | undefined> {
    const [row] = await this.session.run<MemberRow>(statements.FIND, { scimId });
    return row && toMember(row);
  }

  /** The same, and nobody else changes the member until the session's transaction ends. */
  async findForChange(scimId: string): Promise<Member | undefined> {
    const [row] = await this.session.run<MemberRow>(statements.FIND_FOR_CHANGE, { scimId });
    return row && toMember(row);
  }

  /** By the account, whether it is on the wire or not; undefined once it is erased. Held as by findForChange. */
  async findAccountForChange(id: string): Promise<Account | undefined> {
    const [row] = await this.session.run<MemberRow & { readonly manager_name: string | null }>(
      statements.FIND_ACCOUNT_FOR_CHANGE,
      { id },
    );
    if (!row) return undefined;
    const { connection_id: managerId, manager_name: name } = row;
    return { member: toMember(row), manager: managerId === null ? null : { id: managerId, name: name ?? managerId } };
  }

  /** Whom a POST with this resource may mean. */
  async candidates(resource: MemberResource, connectionId: string): Promise<Candidates> {
    const rows = await this.session.run<MemberRow & { readonly role: keyof Candidates }>(statements.CANDIDATES, {
      connectionId,
      externalId: resource.externalId ?? null,
      userNameKey: userNameKey(resource.userName as string),
    });
    return Object.fromEntries(rows.map((row) => [row.role, toMember(row)]));
  }

  /** `missed`: somebody who was removed answers to this externalId (or userName), so `restore` has to be asked. */
  insert(member: Member, event: DomainEvent): Promise<WriteResult> {
    const statement = member.externalId === null ? statements.INSERT : statements.INSERT_WITH_EXTERNAL_ID;
    const data = `{"scimId":"${member.scimId}","after":${resourceText(member.resource)}}`;
    return this.write(statement, state(member), eventValues(event, data), {
      scimId: member.scimId,
      createdAt: member.createdAt,
      addedKeys: emailKeys(member.resource),
    });
  }

  /** @param before the member as it was read; `missed` when it has changed since */
  revise(before: Member, after: Member, event: DomainEvent): Promise<WriteResult> {
    const { dropped, added } = keyChanges(before.resource, after.resource);
    const statement = dropped.length + added.length === 0 ? statements.REVISE : statements.REVISE_WITH_KEYS;
    return this.write(statement, state(after), eventValues(event), {
      expectedVersion: before.version,
      droppedKeys: dropped,
      addedKeys: added,
    });
  }

  /** Gives a removed member its new id on the wire; `missed` when it has changed or was restored meanwhile. */
  restore(before: Member, after: Member, event: DomainEvent): Promise<WriteResult> {
    return this.write(statements.RESTORE, state(after), eventValues(event), {
      expectedVersion: before.version,
      scimId: after.scimId,
      createdAt: after.createdAt,
      addedKeys: emailKeys(after.resource),
    });
  }

  /**
   * Takes the member off the wire, out of the directory of blocks and out of every team. Needs a transaction: the later
   * statements' fresh snapshots see a block that was settled, or a team that was joined, while the first waited for the row.
   */
  async remove(before: Member, after: Member, event: DomainEvent, erase: boolean): Promise<WriteResult> {
    const result = await this.write(statements.REMOVE, state(after), eventValues(event), {
      expectedVersion: before.version,
      erasedAt: erase ? after.updatedAt : null,
      droppedKeys: emailKeys(before.resource),
    });
    if (result.kind !== 'written') return result;
    await this.session.run(statements.COUNT_DOWN, { scimId: before.scimId });
    await this.session.run(END_MEMBERSHIPS, eventValues(event), {
      memberId: before.id,
      scimId: before.scimId,
      idTime: idTime(event.occurredAt),
    });
    return result;
  }

  /** Takes the personal data out of somebody who was removed before. */
  eraseRemoved(before: Member, after: Member, event: DomainEvent): Promise<WriteResult> {
    return this.write(statements.ERASE_REMOVED, state(after), eventValues(event), {
      expectedVersion: before.version,
    });
  }

  /** The connection has found whom an admin linked to it; nobody else sees a difference. */
  async takeUp({ id }: Member): Promise<void> {
    await this.session.run(statements.TAKE_UP, { id });
  }

  private async write(statement: TenantStatement, ...parts: readonly Values[]): Promise<WriteResult> {
    try {
      const [row] = await this.session.run<{ readonly teams: string }>(statement, ...parts);
      return row ? { kind: 'written', teams: teamsOf(row.teams) } : MISSED;
    } catch (error) {
      const taken = TAKEN[uniqueViolation(error) ?? ''];
      if (taken) return taken;
      throw error;
    }
  }
}

function state(member: Member): Values {
  return {
    id: member.id,
    connectionId: member.connectionId,
    externalId: member.externalId,
    userName: member.userName,
    userNameKey: member.userName === '' ? '' : userNameKey(member.userName),
    ...nameKeys(member.resource),
    active: member.active,
    breakGlass: member.breakGlass,
    awaitsIdp: member.awaitsIdp,
    resource: resourceText(member.resource),
    version: member.version,
    updatedAt: member.updatedAt,
  };
}
