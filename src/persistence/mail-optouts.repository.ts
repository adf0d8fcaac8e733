import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

const ADD = tenantStatement(
  'mail_optouts.add',
  `insert into mail_optouts (tenant_id, address, created_at)
   select $tenant::uuid, decode($digest::text, 'hex'), $at::timestamptz where ${BOUND} on conflict do nothing`,
);

const HAS = tenantStatement(
  'mail_optouts.has',
  ` select from mail_optouts o
    where o.tenant_id = $tenant::uuid and o.address = decode($digest::text, 'hex') and ${BOUND}`,
);

/** Addresses that mails of the session's tenant no longer go to, by their digests in hexadecimal. */
export class MailOptoutsRepository {
  constructor(private readonly session: TenantSession) {}

  async add(digest: string, at: Date): Promise<void> {
    await this.session.run(ADD, { digest, at });
  }

  async has(digest: string): Promise<boolean> {
    return (await this.session.run(HAS, { digest })).length > 0;
  }
}
