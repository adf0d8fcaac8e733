import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import type { Config } from '../config/config.js';
import { CLOCK, CONFIG } from '../config/config.module.js';
import { LimitCounter } from '../config/limit-counter.js';
import { BaseUrl } from './base-url.js';
import { BodyBudget } from './body-budget.js';
import { BodyReader } from './body-reader.js';
import { Connections } from './connections.js';
import { DiscoveryController } from './discovery.controller.js';
import { FallbackController } from './fallback.controller.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';
import { RouteTable } from './route-table.js';
import { SlowBodies } from './slow-bodies.js';
import { ToleranceCounter } from './tolerance-counter.js';

@Global()
@Module({})
class HttpModule {}

/**
 * The face of the server: discovery, health, and what no other route takes.
 * @param databaseAnswers resolves when the database does
 */
export function httpModule(databaseAnswers: () => Promise<unknown>): DynamicModule {
  return {
    module: HttpModule,
    controllers: [DiscoveryController, HealthController, FallbackController],
    providers: [
      BaseUrl,
      RouteTable,
      ToleranceCounter,
      { provide: Metrics, inject: [LimitCounter], useFactory: (limits: LimitCounter) => new Metrics(limits) },
      { provide: BodyBudget, inject: [LimitCounter], useFactory: (limits: LimitCounter) => new BodyBudget(limits) },
      {
        provide: SlowBodies,
        inject: [CLOCK, LimitCounter],
        useFactory: (clock: Clock, limits: LimitCounter) => new SlowBodies(clock, limits),
      },
      {
        provide: BodyReader,
        inject: [BodyBudget, SlowBodies, LimitCounter],
        useFactory: (budget: BodyBudget, slow: SlowBodies, limits: LimitCounter) =>
          new BodyReader(budget, slow, limits),
      },
      {
        provide: Readiness,
        inject: [LimitCounter],
        useFactory: (limits: LimitCounter) => new Readiness(databaseAnswers, limits),
      },
      {
        provide: Connections,
        inject: [CONFIG, LimitCounter],
        useFactory: ({ trustProxy }: Config, limits: LimitCounter) => new Connections(trustProxy === 0, limits),
      },
    ],
    exports: [BaseUrl, Metrics, Readiness, RouteTable, ToleranceCounter],
  };
}
