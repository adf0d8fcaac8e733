import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import type { Clock } from '../config/clock.js';
import type { Config } from '../config/config.js';
import { CLOCK, CONFIG } from '../config/config.module.js';
import { LimitCounter } from '../config/limit-counter.js';
import { AccessTokensRepository } from '../persistence/access-tokens.repository.js';
import { appendForTenantThere } from '../persistence/events.repository.js';
import { RateUsageRepository } from '../persistence/rate-usage.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { AuthFailures } from './auth-failures.js';
import { JudgedGuard } from './judged.guard.js';
import { LastUsed } from './last-used.js';
import { PlatformToken } from './platform-token.js';
import { RateLimits } from './rate-limit.js';
import { RateUsage } from './rate-usage.js';
import { RequestJudge } from './request-judge.js';
import { RouteRules } from './route-rules.js';
import { TokenCache } from './token-cache.js';
import { TokenRecheck } from './token-recheck.js';

/** Judges the requests of every route. Expects the global modules of config and persistence. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: AccessTokensRepository,
      inject: [UnitOfWork],
      useFactory: (unitOfWork: UnitOfWork) => new AccessTokensRepository(unitOfWork.system),
    },
    {
      provide: TokenCache,
      inject: [UnitOfWork, CLOCK],
      useFactory: ({ lookups }: UnitOfWork, clock: Clock) => {
        const tokens = new AccessTokensRepository(lookups);
        return new TokenCache((digest) => tokens.findByDigest(digest), clock);
      },
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
      provide: RequestJudge,
      inject: [TokenCache, PlatformToken, LastUsed, RateLimits, AuthFailures, CLOCK],
      useFactory: (
        issued: TokenCache,
        platform: PlatformToken,
        uses: LastUsed,
        limits: RateLimits,
        failures: AuthFailures,
        clock: Clock,
      ) => new RequestJudge({ issued, platform }, { uses, failures }, limits, clock),
    },
    RouteRules,
    { provide: APP_GUARD, useClass: JudgedGuard },
  ],
  exports: [TokenRecheck, AuthFailures, RateLimits],
})
export class AuthModule {}
