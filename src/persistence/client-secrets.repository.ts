import type { ClientSecret } from '../domain/credentials.js';
import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

/** A secret as it is kept: never the secret itself. */
export interface NewClientSecret {
  readonly id: string;
  readonly name: string;
  /** SHA-256 in hexadecimal digits. */
  readonly digest: string;
  readonly prefix: string;
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

const COLUMNS = `c.id, c.name, c.prefix, c.created_at as "createdAt", c.expires_at as "expiresAt",
  c.last_used_at as "lastUsedAt", c.revoked_at as "revokedAt"`;
const OF_ACCOUNT = `c.tenant_id = $tenant::uuid and c.service_account_id = $accountId::uuid and ${BOUND}`;
const LIVING = 'c.revoked_at is null and c.expires_at > $at::timestamptz';

const LIST = tenantStatement(
  'client_secrets.list',
  `select ${COLUMNS} from client_secrets c where ${OF_ACCOUNT} order by c.id`,
);

const FIND = tenantStatement(
  'client_secrets.find',
  `select ${COLUMNS} from client_secrets c where ${OF_ACCOUNT} and c.id = $id::uuid`,
);

const COUNT = tenantStatement(
  'client_secrets.count',
  `select count(*)::int as count from client_secrets c where ${OF_ACCOUNT} and ${LIVING}`,
);

const INSERT = tenantStatement(
  'client_secrets.insert',
  `insert into client_secrets (tenant_id, id, service_account_id, name, digest, prefix, expires_at, created_at)
   select $tenant::uuid, $id::uuid, $accountId::uuid, $name::text, decode($digest::text, 'hex'), $prefix::text,
     $expiresAt::timestamptz, $createdAt::timestamptz
   where ${BOUND}`,
);

const EXPIRE = tenantStatement(
  'client_secrets.expire',
  `update client_secrets c set expires_at = least(c.expires_at, $expiresAt::timestamptz)
   where ${OF_ACCOUNT} and c.id = $id::uuid and ${LIVING} returning c.expires_at as "expiresAt"`,
);

const REVOKE = tenantStatement(
  'client_secrets.revoke',
  `update client_secrets c set revoked_at = $at::timestamptz
   where ${OF_ACCOUNT} and c.id = $id::uuid and c.revoked_at is null returning c.id`,
);

const REVOKE_ALL = tenantStatement(
  'client_secrets.revoke_all',
  `update client_secrets c set revoked_at = $at::timestamptz where ${OF_ACCOUNT} and c.revoked_at is null`,
);

/** Client secrets of one service account of the session's tenant. Digests are written here and never read. */
export class ClientSecretsRepository {
  constructor(
    private readonly session: TenantSession,
    private readonly accountId: string,
  ) {}

  /** The first made first; there are few. */
  list(): Promise<ClientSecret[]> {
    return this.session.run<ClientSecret>(LIST, { accountId: this.accountId });
  }

  async find(id: string): Promise<ClientSecret | undefined> {
    const [row] = await this.session.run<ClientSecret>(FIND, { accountId: this.accountId, id });
    return row;
  }

  /** Those that are still good. */
  async count(at: Date): Promise<number> {
    const [row] = await this.session.run<{ count: number }>(COUNT, { accountId: this.accountId, at });
    return row?.count ?? 0;
  }

  async insert(secret: NewClientSecret): Promise<void> {
    await this.session.run(INSERT, { ...secret, accountId: this.accountId });
  }

  /** @returns when it ends, or undefined when it has ended already */
  async expire(id: string, expiresAt: Date, at: Date): Promise<string | undefined> {
    const values = { accountId: this.accountId, id, expiresAt, at };
    const [row] = await this.session.run<{ expiresAt: string }>(EXPIRE, values);
    return row?.expiresAt;
  }

  /** Whether it was this call that ended it. */
  async revoke(id: string, at: Date): Promise<boolean> {
    return (await this.session.run(REVOKE, { accountId: this.accountId, id, at })).length > 0;
  }

  async revokeAll(at: Date): Promise<void> {
    await this.session.run(REVOKE_ALL, { accountId: this.accountId, at });
  }
}
