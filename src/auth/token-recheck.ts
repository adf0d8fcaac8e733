import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { grants, type Scope } from '../domain/service-account.js';
import type { MusterRequest } from '../http/request.js';
import { bearerToken } from './bearer.js';
import { mayComeFrom } from './standing.js';
import { digest } from './token.js';
import { TokenCache } from './token-cache.js';

/** For requests that last: whether the guard would let them in now. */
@Injectable()
export class TokenRecheck {
  constructor(
    private readonly tokens: TokenCache,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainException `unavailable` while the database cannot answer */
  async isGood({ headers, ip }: MusterRequest, scope: Scope): Promise<boolean> {
    const token = bearerToken(headers.authorization);
    if (token === undefined) return false;
    const key = digest(token);
    const standing = this.tokens.fresh(key) ?? (await this.tokens.check(key));
    if (standing.kind !== 'good' || standing.expiresAt <= this.clock.now().getTime()) return false;
    return mayComeFrom(standing.networks, ip) && grants(standing.caller.scopes, scope);
  }
}
