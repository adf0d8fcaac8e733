import { Injectable } from '@nestjs/common';
import { LIMITS } from '../../config/limits.js';
import type { ClientSecret } from '../../domain/credentials.js';
import { DomainException } from '../../domain/domain-error.js';
import { Problem } from '../../http/problem.js';
import { assertRoom } from '../../http/quota.js';
import { AccountTokensRepository } from '../../persistence/account-tokens.repository.js';
import { ClientSecretsRepository } from '../../persistence/client-secrets.repository.js';
import { clientSecretPrefix, digest, mintClientSecret } from '../token.js';
import type { RotationWish } from './account-tokens.service.js';
import { type AccountChange, AccountTransactions } from './account-transactions.js';
import type { Acting } from './acting.js';

export interface SecretWish {
  readonly name: string;
  /** Milliseconds. */
  readonly lifetime: number;
}

/** The only time that the secret is seen. */
export interface NewClientSecret extends ClientSecret {
  readonly clientId: string;
  readonly secret: string;
}

export interface RotatedSecret extends NewClientSecret {
  readonly previous: { readonly id: string; readonly expiresAt: string };
}

const ENDED = 'The secret has ended already; create a new one.';

/** What clients of the token endpoint prove with who they are. A secret is told once, when it is made. */
@Injectable()
export class ClientSecretsService {
  constructor(private readonly transactions: AccountTransactions) {}

  async list(acting: Pick<Acting, 'tenantId'>, accountId: string): Promise<ClientSecret[]> {
    await this.transactions.exists(acting, accountId);
    return new ClientSecretsRepository(this.transactions.session(acting), accountId).list();
  }

  create(acting: Acting, accountId: string, wish: SecretWish): Promise<NewClientSecret> {
    return this.transactions.changeAccount(acting, accountId, (change) => make(change, wish));
  }

  rotate(acting: Acting, accountId: string, id: string, wish: RotationWish): Promise<RotatedSecret> {
    return this.transactions.changeAccount(acting, accountId, async (change) => {
      const { session, at, tell } = change;
      const secrets = new ClientSecretsRepository(session, accountId);
      const { name, createdAt, expiresAt } = known(id, await secrets.find(id));
      const oldExpiresAt = await secrets.expire(id, new Date(at.getTime() + wish.overlap), at);
      if (oldExpiresAt === undefined) throw new Problem(409, ENDED);
      if (wish.overlap === 0) await end(change, id);
      const lifetime = wish.lifetime ?? Date.parse(expiresAt) - Date.parse(createdAt);
      const made = await make(change, { name, lifetime });
      const after = { secretId: id, newSecretId: made.id, oldExpiresAt };
      await tell('service_account.secret_rotated', accountId, { after });
      return { ...made, previous: { id, expiresAt: oldExpiresAt } };
    });
  }

  /** The access tokens that were got with it end too. Does nothing to a secret that was revoked before. */
  revoke(acting: Acting, accountId: string, id: string): Promise<ClientSecret> {
    return this.transactions.changeAccount(acting, accountId, async (change) => {
      const secret = known(id, await new ClientSecretsRepository(change.session, accountId).find(id));
      const revokedAt = change.at.toISOString();
      const tokens = await end(change, id);
      if (tokens === undefined) return secret;
      await change.tell('service_account.secret_revoked', accountId, { after: { secretId: id, revokedAt, tokens } });
      return { ...secret, revokedAt };
    });
  }
}

/** @returns how many tokens ended with it, or undefined when it had ended before */
async function end({ account, session, at }: AccountChange, id: string): Promise<number | undefined> {
  const revoked = await new ClientSecretsRepository(session, account.id).revoke(id, at);
  return revoked ? new AccountTokensRepository(session, account.id).revokeAll(id, at) : undefined;
}

async function make(change: AccountChange, { name, lifetime }: SecretWish): Promise<NewClientSecret> {
  const { account, session, at, newId, tell } = change;
  const secrets = new ClientSecretsRepository(session, account.id);
  assertRoom('clientSecrets', await secrets.count(at), LIMITS.clientSecrets.value);
  const secret = mintClientSecret();
  const prefix = clientSecretPrefix(secret);
  const id = newId();
  const expiresAt = new Date(at.getTime() + lifetime);
  await secrets.insert({ id, name, prefix, digest: digest(secret), expiresAt, createdAt: at });
  const after = { secretId: id, name, prefix, expiresAt: expiresAt.toISOString() };
  await tell('service_account.secret_created', account.id, { changed: Object.keys(after), after });
  return {
    id,
    name,
    prefix,
    createdAt: at.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: null,
    revokedAt: null,
    clientId: account.id,
    secret,
  };
}

function known(id: string, secret: ClientSecret | undefined): ClientSecret {
  if (secret === undefined) throw new DomainException({ kind: 'notFound', resource: 'Client secret', id });
  return secret;
}
