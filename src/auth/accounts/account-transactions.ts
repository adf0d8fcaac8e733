import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../config/clock.js';
import { CLOCK } from '../../config/config.module.js';
import { newId } from '../../config/new-id.js';
import { DomainException } from '../../domain/domain-error.js';
import type { DomainEvent } from '../../domain/domain-event.js';
import type { ServiceAccount } from '../../domain/service-account.js';
import { appendEvents } from '../../persistence/events.repository.js';
import { ServiceAccountsRepository } from '../../persistence/service-accounts.repository.js';
import { type TenantSession, UnitOfWork } from '../../persistence/unit-of-work.js';
import { type Acting, refuseBeyond } from './acting.js';

/** One transaction by somebody, at one time. */
export interface Change {
  readonly session: TenantSession;
  readonly at: Date;
  newId(): string;
  /** Writes down what happened to the service account or token. */
  tell(type: DomainEvent['type'], subjectId: string, data: DomainEvent['data']): Promise<void>;
}

export interface AccountChange extends Change {
  readonly account: ServiceAccount;
}

/** Changes of service accounts and what belongs to them: all or nothing, one after another for one account. */
@Injectable()
export class AccountTransactions {
  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** For reading. */
  session({ tenantId }: Pick<Acting, 'tenantId'>): TenantSession {
    return this.work.forTenant(tenantId);
  }

  change<T>(acting: Acting, work: (change: Change) => Promise<T>): Promise<T> {
    return this.session(acting).transaction((session) => work(this.changeIn(session, acting)));
  }

  /**
   * @throws DomainException when there is no such account
   * @throws Problem when it may do more than whoever is acting
   */
  changeAccount<T>(acting: Acting, id: string, work: (change: AccountChange) => Promise<T>): Promise<T> {
    return this.change(acting, async (change) => {
      const account = known(id, await new ServiceAccountsRepository(change.session).findForChange(id));
      refuseBeyond(acting, account.scopes);
      return work({ ...change, account });
    });
  }

  /** @throws DomainException when there is no such account */
  async exists(acting: Pick<Acting, 'tenantId'>, id: string): Promise<void> {
    known(id, await new ServiceAccountsRepository(this.session(acting)).find(id));
  }

  private changeIn(session: TenantSession, { actor, requestId }: Acting): Change {
    const at = this.clock.now();
    const idOfNow = () => newId({ msecs: at.getTime() });
    const tell: Change['tell'] = (type, subjectId, data) => {
      const subjectType = type.startsWith('token.') ? 'token' : 'service_account';
      const fact = {
        id: idOfNow(),
        type,
        occurredAt: at.toISOString(),
        actor,
        requestId,
        subjectType,
        subjectId,
        data,
      };
      return appendEvents(session, [fact as DomainEvent]);
    };
    return { session, at, newId: idOfNow, tell };
  }
}

export function known(id: string, account: ServiceAccount | undefined): ServiceAccount {
  if (account === undefined) throw new DomainException({ kind: 'notFound', resource: 'Service account', id });
  return account;
}
