import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Clock } from '../config/clock.js';
import type { Config } from '../config/config.js';
import { CLOCK, CONFIG } from '../config/config.module.js';
import { AccessTokensRepository } from '../persistence/access-tokens.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { AuthGuard } from './auth.guard.js';
import { LastUsed } from './last-used.js';
import { RateLimits } from './rate-limit.js';
import { TokenCache } from './token-cache.js';

/** Puts the guard in front of every route. Expects the global modules of config and persistence. */
@Module({
  providers: [
    {
      provide: AccessTokensRepository,
      inject: [UnitOfWork],
      useFactory: (unitOfWork: UnitOfWork) => new AccessTokensRepository(unitOfWork.system),
    },
    {
      provide: TokenCache,
      inject: [AccessTokensRepository, CLOCK],
      useFactory: (tokens: AccessTokensRepository, clock: Clock) =>
        new TokenCache((digest) => tokens.findByDigest(digest), clock),
    },
    {
      provide: LastUsed,
      inject: [AccessTokensRepository, CLOCK],
      useFactory: (tokens: AccessTokensRepository, clock: Clock) => new LastUsed((uses) => tokens.touch(uses), clock),
    },
    {
      provide: RateLimits,
      inject: [CONFIG, CLOCK],
      useFactory: (config: Config, clock: Clock) => new RateLimits(config.rateLimit, clock),
    },
    {
      provide: APP_GUARD,
      inject: [TokenCache, LastUsed, RateLimits, CLOCK],
      useFactory: (tokens: TokenCache, lastUsed: LastUsed, limits: RateLimits, clock: Clock) =>
        new AuthGuard(tokens, lastUsed, limits, clock),
    },
  ],
})
export class AuthModule {}
