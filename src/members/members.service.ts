import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { DomainException } from '../domain/domain-error.js';
import type { Cause, Change } from '../domain/member.js';
import { type Account, erase, link, setActive, setBreakGlass, setExternalId, unlink } from '../domain/member-admin.js';
import { AdoptionReviewsRepository } from '../persistence/adoption-reviews.repository.js';
import { ConnectionNames } from '../persistence/connection-names.js';
import { MembersRepository } from '../persistence/members.repository.js';
import { type TenantSession, UnitOfWork } from '../persistence/unit-of-work.js';
import { userNameKey } from '../scim/index.js';
import { type Acting, causeOf } from './acting.js';
import { known } from './known.js';
import { store } from './store.js';

export interface LinkWish {
  readonly connectionId: string;
  /** Absent: whatever the identity provider will send. */
  readonly externalId?: string | undefined;
}

/**
 * What an admin does to one member: a change with its event, under the member's lock, or nothing at all when it is as
 * wished already. Requests of identity providers come before it or after it, never in between.
 */
@Injectable()
export class MembersService {
  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  link(by: Acting, id: string, { connectionId, externalId }: LinkWish): Promise<void> {
    return this.change(by, id, async (account, cause, session) => {
      const connection = await new ConnectionNames(session).hold(connectionId);
      if (!connection) {
        const detail = 'is of no connection of this tenant';
        throw new DomainException({ kind: 'invalid', attribute: 'connectionId', detail });
      }
      const change = link(account, { connectionId, externalId: externalId ?? null }, cause);
      if (change.event) await new AdoptionReviewsRepository(session).settle(id, connectionId, cause.at);
      return change;
    });
  }

  unlink(by: Acting, id: string): Promise<void> {
    return this.change(by, id, async (account, cause) => unlink(account, cause));
  }

  /** @param override whether it is meant for a member whom a connection manages */
  setActive(by: Acting, id: string, active: boolean, override: boolean): Promise<void> {
    return this.change(by, id, async (account, cause) => setActive(account, active, override, cause));
  }

  setExternalId(by: Acting, id: string, externalId: string | null): Promise<void> {
    return this.change(by, id, async (account, cause) => setExternalId(account, externalId, cause));
  }

  setBreakGlass(by: Acting, id: string, breakGlass: boolean): Promise<void> {
    return this.change(by, id, async (account, cause) => setBreakGlass(account, breakGlass, cause));
  }

  /** @param userName of the member, so that nobody is erased for a wrong id */
  erase(by: Acting, id: string, userName: string): Promise<void> {
    return this.transaction(by, id, async ({ member, manager }, cause, session) => {
      if (userNameKey(userName) !== userNameKey(member.userName)) {
        const detail = 'is not that of the member, who was not erased';
        throw new DomainException({ kind: 'invalid', attribute: 'userName', detail });
      }
      const { member: after, event } = erase({ member, manager }, cause);
      const members = new MembersRepository(session);
      await (member.scimId === null
        ? members.eraseRemoved(member, after, event)
        : members.remove(member, after, event, true));
    });
  }

  private change(
    by: Acting,
    id: string,
    decide: (account: Account, cause: Cause, session: TenantSession) => Promise<Change>,
  ): Promise<void> {
    return this.transaction(by, id, async (account, cause, session) => {
      await store(session, account.member, await decide(account, cause, session));
    });
  }

  private transaction(
    by: Acting,
    id: string,
    work: (account: Account, cause: Cause, session: TenantSession) => Promise<void>,
  ): Promise<void> {
    return this.work.forTenant(by.tenantId).transaction(async (session) => {
      const account = known('Member', id, await new MembersRepository(session).findAccountForChange(id));
      await work(account, causeOf(by, this.clock), session);
    });
  }
}
