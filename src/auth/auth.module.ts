import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Clock } from '../config/clock.js';
import type { Config } from '../config/config.js';
import { CLOCK, CONFIG } from '../config/config.module.js';
import { LimitCounter } from '../config/limit-counter.js';
import { PublicLimit } from '../http/public-limit.js';
import { AccessTokensRepository } from '../persistence/access-tokens.repository.js';
import { appendForTenantThere } from '../persistence/events.repository.js';
import { RateUsageRepository } from '../persistence/rate-usage.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { AuthGuard, OVER_ADDRESS_LIMIT, pass } from './auth.guard.js';
import { AuthFailures } from './auth-failures.js';
import { LastUsed } from './last-used.js';
import { PlatformToken } from './platform-token.js';
import { RateLimits } from './rate-limit.js';
import { RateUsage } from './rate-usage.js';
import { weightOf } from './route-weights.js';
import { TokenCache } from './token-cache.js';
import { TokenRecheck } from './token-recheck.js';

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
      inject: [AccessTokensRepository, CLOCK, LimitCounter],
      useFactory: (tokens: AccessTokensRepository, clock: Clock, limits: LimitCounter) =>
        new LastUsed((uses) => tokens.touch(uses), clock, limits),
    },
    {
      provide: PlatformToken,
      inject: [CONFIG],
      useFactory: ({ platformToken }: Config) => new PlatformToken(platformToken),
    },
    {
      provide: RateLimits,
      inject: [CONFIG, CLOCK, LimitCounter],
      useFactory: (config: Config, clock: Clock, counter: LimitCounter) =>
        new RateLimits(config.rateLimit, clock, counter),
    },
    {
      provide: RateUsage,
      inject: [CONFIG, RateLimits, UnitOfWork],
      useFactory: ({ rateLimit }: Config, limits: RateLimits, { system }: UnitOfWork) =>
        new RateUsage(rateLimit, limits, new RateUsageRepository(system)),
    },
    {
      provide: AuthFailures,
      inject: [UnitOfWork, CLOCK, LimitCounter],
      useFactory: ({ system }: UnitOfWork, clock: Clock, limits: LimitCounter) =>
        new AuthFailures((tenantId, events) => appendForTenantThere(system, tenantId, events), clock, limits),
    },
    TokenRecheck,
    {
      provide: APP_GUARD,
      inject: [TokenCache, PlatformToken, LastUsed, RateLimits, AuthFailures, CLOCK],
      useFactory: (
        issued: TokenCache,
        platform: PlatformToken,
        uses: LastUsed,
        limits: RateLimits,
        failures: AuthFailures,
        clock: Clock,
      ) => new AuthGuard({ issued, platform }, { uses, failures }, limits, clock),
    },
  ],
  exports: [TokenRecheck, AuthFailures, RateLimits],
})
export class AuthModule {
  constructor(routes: PublicLimit, limits: RateLimits) {
    routes.set(({ ip, method, routeOptions }, reply) => {
      pass(limits.ofAddress(ip, weightOf(method, routeOptions.url ?? '')), reply, OVER_ADDRESS_LIMIT);
    });
  }
}
