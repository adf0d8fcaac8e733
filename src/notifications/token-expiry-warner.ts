import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { type ExpiringToken, toAdmins } from '../domain/mail.js';
import { MailsRepository } from '../persistence/mails.repository.js';
import { type TokenToWarnOf, TokenWarningsRepository } from '../persistence/token-warnings.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';

/** Days before its end at which a token is announced. */
const DAYS_AHEAD: readonly number[] = [30, 14, 3, 1];

/** Tells admins which tokens are about to end: once for each number of days, whichever process notices first. */
@Injectable()
export class TokenExpiryWarner {
  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async round(): Promise<void> {
    const at = this.clock.now();
    await this.work.system.transaction(async (session) => {
      const mails = new MailsRepository(session);
      const due = await new TokenWarningsRepository(session).take(DAYS_AHEAD, at);
      for (const [tenantId, tokens] of byTenant(due)) {
        const adminEmails = tokens[0]?.adminEmails ?? [];
        await mails.add(tenantId, toAdmins(adminEmails, { kind: 'tokensExpire', tokens: tokens.map(named) }), at);
      }
    });
  }
}

const named = ({ prefix, name, connection, expiresAt, lastUsedAt }: TokenToWarnOf): ExpiringToken => ({
  prefix,
  name,
  connection,
  expiresAt,
  lastUsedAt,
});

function byTenant(tokens: readonly TokenToWarnOf[]): ReadonlyMap<string, readonly TokenToWarnOf[]> {
  const found = new Map<string, TokenToWarnOf[]>();
  for (const token of tokens) {
    const others = found.get(token.tenantId);
    if (others) others.push(token);
    else found.set(token.tenantId, [token]);
  }
  return found;
}
