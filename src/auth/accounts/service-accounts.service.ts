import { Injectable } from '@nestjs/common';
import { DomainException } from '../../domain/domain-error.js';
import type { Page, PageWish } from '../../domain/page.js';
import type { KeySet, ServiceAccount } from '../../domain/service-account.js';
import { canonicalRange } from '../../http/address-ranges.js';
import { assertRoom } from '../../http/quota.js';
import { AccountTokensRepository } from '../../persistence/account-tokens.repository.js';
import { ClientSecretsRepository } from '../../persistence/client-secrets.repository.js';
import { FederatedIdentitiesRepository } from '../../persistence/federated-identities.repository.js';
import { ServiceAccountsRepository } from '../../persistence/service-accounts.repository.js';
import { limitOf } from '../../persistence/tenant-limits.js';
import { lockTenant } from '../../persistence/tenant-lock.js';
import { AccountTransactions, known } from './account-transactions.js';
import { type Acting, refuseBeyond } from './acting.js';
import { KeyRules, type KeyWish } from './key-rules.js';

type Attributes = Pick<ServiceAccount, 'name' | 'scopes' | 'allowedAddresses'>;

export interface AccountWish extends Attributes, KeyWish {
  readonly connectionId: string | null;
}

/** What is absent stays as it is. */
export type AccountRevision = Partial<Attributes> & KeyWish;

const ATTRIBUTES = ['name', 'scopes', 'allowedAddresses', 'jwks', 'jwksUri'] as const;

/** Who may be given tokens. Each change is one transaction with its event, by an admin or by an operator at a shell. */
@Injectable()
export class ServiceAccountsService {
  constructor(
    private readonly transactions: AccountTransactions,
    private readonly keys: KeyRules,
  ) {}

  list(acting: Pick<Acting, 'tenantId'>, page: PageWish): Promise<Page<ServiceAccount>> {
    return new ServiceAccountsRepository(this.transactions.session(acting)).list(page);
  }

  async get(acting: Pick<Acting, 'tenantId'>, id: string): Promise<ServiceAccount> {
    return known(id, await new ServiceAccountsRepository(this.transactions.session(acting)).find(id));
  }

  async create(acting: Acting, wish: AccountWish): Promise<ServiceAccount> {
    refuseBeyond(acting, wish.scopes);
    const { name, scopes, connectionId } = wish;
    const allowedAddresses = canonical(wish.allowedAddresses);
    const { jwks = null, jwksUri = null } = await this.keys.checked(wish);
    return this.transactions.change(acting, async ({ session, at, newId, tell }) => {
      const accounts = new ServiceAccountsRepository(session);
      if (connectionId !== null && !(await accounts.hasConnection(connectionId))) {
        throw invalid('connectionId', 'is no connection of this tenant');
      }
      const maximum = limitOf(await lockTenant(session), 'serviceAccounts');
      assertRoom('serviceAccounts', await accounts.count(), maximum);
      const createdAt = at.toISOString();
      const account = { id: newId(), name, scopes, connectionId, allowedAddresses, jwks, jwksUri, createdAt };
      await accounts.insert(account);
      const after = { name, scopes, connectionId, ...(allowedAddresses.length > 0 && { allowedAddresses }) };
      await tell('service_account.created', account.id, { changed: Object.keys(after), after });
      return account;
    });
  }

  async update(acting: Acting, id: string, wish: AccountRevision): Promise<ServiceAccount> {
    if (wish.scopes) refuseBeyond(acting, wish.scopes);
    const { name, scopes, allowedAddresses } = wish;
    const checked: Partial<ServiceAccount> = {
      ...(name !== undefined && { name }),
      ...(scopes && { scopes }),
      ...(allowedAddresses && { allowedAddresses: canonical(allowedAddresses) }),
      ...(await this.keys.checked(wish)),
    };
    return this.transactions.changeAccount(acting, id, async ({ account, session, tell }) => {
      const revised = { ...account, ...checked };
      const changed = ATTRIBUTES.filter((each) => JSON.stringify(revised[each]) !== JSON.stringify(account[each]));
      if (changed.length === 0) return account;
      await new ServiceAccountsRepository(session).update(revised);
      const pick = (from: ServiceAccount) => Object.fromEntries(changed.map((each) => [each, told(from[each])]));
      await tell('service_account.updated', id, { changed, before: pick(account), after: pick(revised) });
      return revised;
    });
  }

  /** Its tokens and secrets end with it. */
  remove(acting: Acting, id: string): Promise<void> {
    return this.transactions.changeAccount(acting, id, async ({ account, session, at, tell }) => {
      await new AccountTokensRepository(session, id).revokeAll(null, at);
      await new ClientSecretsRepository(session, id).revokeAll(at);
      await new FederatedIdentitiesRepository(session, id).removeAll();
      await new ServiceAccountsRepository(session).remove(id, at);
      const { name, scopes } = account;
      await tell('service_account.removed', id, { before: { name, scopes } });
    });
  }
}

/** In one form and once each. @throws DomainException */
function canonical(texts: readonly string[]): readonly string[] {
  const ranges = texts.map((text) => {
    const range = canonicalRange(text);
    if (range !== undefined) return range;
    throw invalid('allowedAddresses', `"${text}" is no address such as 203.0.113.7 and no network such as 10.0.0.0/8`);
  });
  return [...new Set(ranges)];
}

/** An event says which keys, not what they are. */
function told(value: ServiceAccount[(typeof ATTRIBUTES)[number]]): unknown {
  return isKeySet(value) ? value.keys.map(({ kid }) => kid ?? null) : value;
}

function isKeySet(value: unknown): value is KeySet {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(attribute: string, detail: string): DomainException {
  return new DomainException({ kind: 'invalid', attribute, detail });
}
