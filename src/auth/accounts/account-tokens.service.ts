import { Injectable } from '@nestjs/common';
import type { AccessToken, TokenKind } from '../../domain/credentials.js';
import { DomainException } from '../../domain/domain-error.js';
import type { Page, PageWish } from '../../domain/page.js';
import { grants, type Scope, type ServiceAccount } from '../../domain/service-account.js';
import { Problem } from '../../http/problem.js';
import { AccountTokensRepository } from '../../persistence/account-tokens.repository.js';
import { digest, mintToken, tokenPrefix } from '../token.js';
import { type AccountChange, AccountTransactions } from './account-transactions.js';
import type { Acting } from './acting.js';

export interface TokenWish {
  readonly name: string;
  /** Null: all of the service account, also what it is given later. */
  readonly scopes: readonly Scope[] | null;
  /** Milliseconds. */
  readonly lifetime: number;
}

export interface RotationWish {
  /** For how long the old one is good besides, in milliseconds; 0: it ends at once. */
  readonly overlap: number;
  /** Of the new one, in milliseconds; as that of the old one where it is not given. */
  readonly lifetime?: number | undefined;
}

/** The only time that the token is seen. */
export interface NewToken extends AccessToken {
  readonly token: string;
}

export interface RotatedToken extends NewToken {
  readonly previous: { readonly id: string; readonly expiresAt: string };
}

const MOST_TOKENS = 100;
const TOO_MANY = `A service account has at most ${MOST_TOKENS} tokens that are good; revoke one that is not needed any more.`;
const ENDED = 'The token has ended already; create a new one.';

/** Tokens that admins make. Each change is one transaction with its event; a token is told once, when it is made. */
@Injectable()
export class AccountTokensService {
  constructor(private readonly transactions: AccountTransactions) {}

  async list(
    acting: Pick<Acting, 'tenantId'>,
    accountId: string,
    page: PageWish,
    kind: TokenKind,
  ): Promise<Page<AccessToken>> {
    await this.transactions.exists(acting, accountId);
    return new AccountTokensRepository(this.transactions.session(acting), accountId).list(page, kind);
  }

  create(acting: Acting, accountId: string, wish: TokenWish): Promise<NewToken> {
    return this.transactions.changeAccount(acting, accountId, (change) => {
      refuseOthers(change.account, wish.scopes);
      return make(change, wish);
    });
  }

  rotate(acting: Acting, accountId: string, id: string, wish: RotationWish): Promise<RotatedToken> {
    return this.transactions.changeAccount(acting, accountId, async (change) => {
      const { session, at, tell } = change;
      const tokens = new AccountTokensRepository(session, accountId);
      const { kind, name, scopes, createdAt, expiresAt } = known(id, await tokens.find(id));
      if (kind === 'oauth')
        throw new Problem(409, 'A token of the token endpoint is not rotated; get a new one there.');
      const until = new Date(at.getTime() + wish.overlap);
      const oldExpiresAt = await tokens.expire(id, until, at);
      if (oldExpiresAt === undefined) throw new Problem(409, ENDED);
      if (wish.overlap === 0) await tokens.revoke(id, at);
      const lifetime = wish.lifetime ?? Date.parse(expiresAt) - Date.parse(createdAt);
      const made = await make(change, { name, scopes, lifetime });
      await tell('token.rotated', id, { after: { newTokenId: made.id, oldExpiresAt } });
      return { ...made, previous: { id, expiresAt: oldExpiresAt } };
    });
  }

  /** Does nothing to a token that was revoked before. */
  revoke(acting: Acting, accountId: string, id: string): Promise<AccessToken> {
    return this.transactions.changeAccount(acting, accountId, async ({ session, at, tell }) => {
      const tokens = new AccountTokensRepository(session, accountId);
      const token = known(id, await tokens.find(id));
      const revokedAt = at.toISOString();
      if (!(await tokens.revoke(id, at))) return token;
      await tell('token.revoked', id, { changed: ['revokedAt'], after: { revokedAt } });
      return { ...token, revokedAt };
    });
  }
}

async function make(change: AccountChange, { name, scopes, lifetime }: TokenWish): Promise<NewToken> {
  const { account, session, at, newId, tell } = change;
  const tokens = new AccountTokensRepository(session, account.id);
  if ((await tokens.count(at)) >= MOST_TOKENS) throw new Problem(409, TOO_MANY);
  const token = mintToken();
  const prefix = tokenPrefix(token);
  const { id: serviceAccountId, connectionId } = account;
  const expiresAt = new Date(at.getTime() + lifetime);
  const kept = { id: newId(), serviceAccountId, connectionId, name, scopes, prefix, expiresAt };
  await tokens.insert({ ...kept, digest: digest(token), createdAt: at });
  const after = {
    serviceAccountId,
    connectionId,
    name,
    prefix,
    expiresAt: expiresAt.toISOString(),
    ...(scopes && { scopes }),
  };
  await tell('token.created', kept.id, { changed: Object.keys(after), after });
  return {
    id: kept.id,
    name,
    prefix,
    kind: 'issued',
    scopes,
    createdAt: at.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: null,
    revokedAt: null,
    token,
  };
}

/** @throws DomainException */
function refuseOthers({ scopes: held }: ServiceAccount, scopes: readonly Scope[] | null): void {
  const beyond = (scopes ?? []).filter((scope) => !grants(held, scope));
  if (beyond.length === 0) return;
  const detail = `the service account does not have ${beyond.join(', ')}`;
  throw new DomainException({ kind: 'invalid', attribute: 'scopes', detail });
}

function known(id: string, token: AccessToken | undefined): AccessToken {
  if (token === undefined) throw new DomainException({ kind: 'notFound', resource: 'Token', id });
  return token;
}
