import { Injectable } from '@nestjs/common';
import type { FederatedIdentity } from '../../domain/credentials.js';
import { DomainException } from '../../domain/domain-error.js';
import { Problem } from '../../http/problem.js';
import { AccountTokensRepository } from '../../persistence/account-tokens.repository.js';
import { FederatedIdentitiesRepository } from '../../persistence/federated-identities.repository.js';
import { uniqueViolation } from '../../persistence/pg-errors.js';
import { AccountTransactions } from './account-transactions.js';
import type { Acting } from './acting.js';
import { KeyRules, type KeyWish } from './key-rules.js';

export interface IdentityWish extends KeyWish {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

const MOST_IDENTITIES = 20;
const TOO_MANY = `A service account has at most ${MOST_IDENTITIES} federated identities; remove one first.`;

/** Whom other issuers vouch for, and who may then act as a service account. */
@Injectable()
export class FederatedIdentitiesService {
  constructor(
    private readonly transactions: AccountTransactions,
    private readonly keys: KeyRules,
  ) {}

  async list(acting: Pick<Acting, 'tenantId'>, accountId: string): Promise<FederatedIdentity[]> {
    await this.transactions.exists(acting, accountId);
    return new FederatedIdentitiesRepository(this.transactions.session(acting), accountId).list();
  }

  async add(acting: Acting, accountId: string, wish: IdentityWish): Promise<FederatedIdentity> {
    const { issuer, subject, audience } = wish;
    const { jwks = null, jwksUri = null } = await this.keys.checked(wish);
    if (issuer === accountId) throw invalid('issuer', 'is the client itself; give its keys to the service account');
    // The issuer is compared exactly, so it is kept as it was written.
    if (!jwks && !jwksUri) this.keys.url('issuer', issuer);
    try {
      return await this.transactions.changeAccount(acting, accountId, async ({ session, at, newId, tell }) => {
        const identities = new FederatedIdentitiesRepository(session, accountId);
        if ((await identities.list()).length >= MOST_IDENTITIES) throw new Problem(409, TOO_MANY);
        const createdAt = at.toISOString();
        const identity = { id: newId(), issuer, subject, audience, jwks, jwksUri, createdAt, lastUsedAt: null };
        await identities.insert(identity);
        const after = { identityId: identity.id, issuer, subject, audience };
        await tell('service_account.identity_added', accountId, { changed: Object.keys(after), after });
        return identity;
      });
    } catch (error) {
      if (uniqueViolation(error) !== 'federated_identities_key') throw error;
      throw new Problem(409, 'The service account has this identity already.');
    }
  }

  /** The access tokens that were got with it end too. */
  remove(acting: Acting, accountId: string, id: string): Promise<void> {
    return this.transactions.changeAccount(acting, accountId, async ({ session, at, tell }) => {
      const removed = await new FederatedIdentitiesRepository(session, accountId).remove(id);
      if (!removed) throw new DomainException({ kind: 'notFound', resource: 'Federated identity', id });
      await new AccountTokensRepository(session, accountId).revokeAll(id, at);
      const { issuer, subject, audience } = removed;
      await tell('service_account.identity_removed', accountId, {
        before: { identityId: id, issuer, subject, audience },
      });
    });
  }
}

function invalid(attribute: string, detail: string): DomainException {
  return new DomainException({ kind: 'invalid', attribute, detail });
}
