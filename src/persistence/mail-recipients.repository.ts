import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

const ADD = tenantStatement(
  'mail_recipients.add',
  `insert into mail_recipients as r (tenant_id, address, day, mails)
   select $tenant::uuid, decode($digest::text, 'hex'), ($at::timestamptz at time zone 'UTC')::date, 1 where ${BOUND}
   on conflict (tenant_id, address, day) do update set mails = r.mails + 1
   returning r.mails`,
);

/** How many mails the session's tenant sends to an address on a day in UTC. */
export class MailRecipientsRepository {
  constructor(private readonly session: TenantSession) {}

  /** Counts one more. @param digest of the address, 64 hexadecimal digits @returns how many it is today */
  async add(digest: string, at: Date): Promise<number> {
    const [row] = await this.session.run<{ mails: number }>(ADD, { digest, at });
    return row?.mails ?? 0;
  }
}
