import type { AccessToken, TokenKind } from '../domain/credentials.js';
import { type Page, type PageWish, pageOf } from '../domain/page.js';
import type { Scope } from '../domain/service-account.js';
import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** A token as it is kept: never the token itself. */
export interface NewAccountToken {
  readonly id: string;
  readonly serviceAccountId: string;
  readonly connectionId: string | null;
  readonly name: string;
  /** Null: all of its service account. */
  readonly scopes: readonly Scope[] | null;
  /** SHA-256 in hexadecimal digits. */
  readonly digest: string;
  readonly prefix: string;
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

const COLUMNS = `a.id, a.name, a.prefix, a.kind, a.scopes, a.created_at as "createdAt", a.expires_at as "expiresAt",
  a.last_used_at as "lastUsedAt", a.revoked_at as "revokedAt"`;
const OF_ACCOUNT = `a.tenant_id = $tenant::uuid and a.service_account_id = $accountId::uuid and ${BOUND}`;
const LIVING = 'a.revoked_at is null and a.expires_at > $at::timestamptz';

const LIST = tenantStatement(
  'account_tokens.list',
  `select ${COLUMNS} from access_tokens a
   where ${OF_ACCOUNT} and a.kind = $kind::text and a.id > $after::uuid order by a.id limit $limit::int`,
);

const FIND = tenantStatement(
  'account_tokens.find',
  `select ${COLUMNS} from access_tokens a where ${OF_ACCOUNT} and a.id = $id::uuid`,
);

const COUNT = tenantStatement(
  'account_tokens.count',
  `select count(*)::int as count from access_tokens a where ${OF_ACCOUNT} and a.kind = 'issued' and ${LIVING}`,
);

const INSERT = tenantStatement(
  'account_tokens.insert',
  `insert into access_tokens
     (tenant_id, id, service_account_id, connection_id, name, scopes, digest, prefix, expires_at, created_at)
   select $tenant::uuid, $id::uuid, $serviceAccountId::uuid, $connectionId::uuid, $name::text, $scopes::text[],
     decode($digest::text, 'hex'), $prefix::text, $expiresAt::timestamptz, $createdAt::timestamptz
   where ${BOUND}`,
);

/** Nothing that ended begins again, and nothing ends later than before. */
const EXPIRE = tenantStatement(
  'account_tokens.expire',
  `update access_tokens a set expires_at = least(a.expires_at, $expiresAt::timestamptz)
   where ${OF_ACCOUNT} and a.id = $id::uuid and ${LIVING} returning a.expires_at as "expiresAt"`,
);

const REVOKE = tenantStatement(
  'account_tokens.revoke',
  `update access_tokens a set revoked_at = $at::timestamptz
   where ${OF_ACCOUNT} and a.id = $id::uuid and a.revoked_at is null returning a.id`,
);

const REVOKE_ALL = tenantStatement(
  'account_tokens.revoke_all',
  `update access_tokens a set revoked_at = $at::timestamptz
   where ${OF_ACCOUNT} and ${LIVING} and ($issuedBy::uuid is null or a.issued_by = $issuedBy::uuid) returning a.id`,
);

/** Access tokens of one service account of the session's tenant. Digests are written here and never read. */
export class AccountTokensRepository {
  constructor(
    private readonly session: TenantSession,
    private readonly accountId: string,
  ) {}

  async list({ after = BEFORE_ALL, limit }: PageWish, kind: TokenKind): Promise<Page<AccessToken>> {
    const values = { accountId: this.accountId, kind, after, limit: limit + 1 };
    return pageOf(await this.session.run<AccessToken>(LIST, values), limit, ({ id }) => id);
  }

  async find(id: string): Promise<AccessToken | undefined> {
    const [row] = await this.session.run<AccessToken>(FIND, { accountId: this.accountId, id });
    return row;
  }

  /** Those made by admins that are still good. */
  async count(at: Date): Promise<number> {
    const [row] = await this.session.run<{ count: number }>(COUNT, { accountId: this.accountId, at });
    return row?.count ?? 0;
  }

  async insert(token: NewAccountToken): Promise<void> {
    await this.session.run(INSERT, { ...token });
  }

  /** @returns when it ends, or undefined when it has ended already */
  async expire(id: string, expiresAt: Date, at: Date): Promise<string | undefined> {
    const values = { accountId: this.accountId, id, expiresAt, at };
    const [row] = await this.session.run<{ expiresAt: string }>(EXPIRE, values);
    return row?.expiresAt;
  }

  /** Whether it was this call that ended the token's life. */
  async revoke(id: string, at: Date): Promise<boolean> {
    return (await this.session.run(REVOKE, { accountId: this.accountId, id, at })).length > 0;
  }

  /** @param issuedBy those that were got with this secret or identity only; null: all @returns how many ended */
  async revokeAll(issuedBy: string | null, at: Date): Promise<number> {
    return (await this.session.run(REVOKE_ALL, { accountId: this.accountId, issuedBy, at })).length;
  }
}
