import type { ExpiringToken } from '../domain/mail.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** A token whose end is near and about which this number of days was not told yet. */
export interface TokenToWarnOf extends ExpiringToken {
  readonly tenantId: string;
  readonly adminEmails: readonly string[];
}

/**
 * Of the days ahead that have been reached only the last one counts, so that nobody who was away is told the same twice at
 * once; and only those that a token of its lifetime has, so that a short-lived one is not announced the moment it is made. The
 * primary key decides who tells it, however many ask.
 */
const TAKE = systemStatement(
  'token_warnings.take',
  `with due as (
     select a.tenant_id, a.id, min(w.days) as days
     from access_tokens a
     join tenants t on t.id = a.tenant_id and t.status = 'active' and jsonb_array_length(t.settings -> 'adminEmails') > 0
     left join connections c on c.tenant_id = a.tenant_id and c.id = a.connection_id
     join unnest($days::int[]) as w (days) on a.expires_at <= $at::timestamptz + make_interval(days => w.days)
       and a.created_at < a.expires_at - make_interval(days => w.days)
     where a.revoked_at is null and a.expires_at > $at::timestamptz and c.status is distinct from 'disabled'
     group by a.tenant_id, a.id
   ), taken as (
     insert into token_warnings (tenant_id, token_id, days, warned_at)
     select due.tenant_id, due.id, due.days, $at::timestamptz from due on conflict do nothing
     returning tenant_id, token_id
   )
   select a.tenant_id as "tenantId", t.settings -> 'adminEmails' as "adminEmails", a.prefix, s.name,
     c.name as connection, a.expires_at as "expiresAt", a.last_used_at as "lastUsedAt"
   from taken
   join tenants t on t.id = taken.tenant_id
   join access_tokens a on a.tenant_id = taken.tenant_id and a.id = taken.token_id
   join service_accounts s on s.tenant_id = a.tenant_id and s.id = a.service_account_id
   left join connections c on c.tenant_id = a.tenant_id and c.id = a.connection_id
   order by a.tenant_id, a.expires_at, a.id`,
);

/** Tokens of all tenants that end soon. */
export class TokenWarningsRepository {
  constructor(private readonly session: SystemSession) {}

  /**
   * Those to be warned of now. Each is given once for each number of days: whoever takes it has to tell it, in the same
   * transaction.
   */
  take(days: readonly number[], at: Date): Promise<TokenToWarnOf[]> {
    return this.session.run<TokenToWarnOf>(TAKE, { days, at });
  }
}
