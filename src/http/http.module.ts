import { type DynamicModule, Global, Module } from '@nestjs/common';
import { LimitCounter } from '../config/limit-counter.js';
import { BaseUrl } from './base-url.js';
import { DiscoveryController } from './discovery.controller.js';
import { FallbackController } from './fallback.controller.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { PublicLimit } from './public-limit.js';
import { Readiness } from './readiness.js';
import { RouteTable } from './route-table.js';
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
      PublicLimit,
      RouteTable,
      ToleranceCounter,
      { provide: Metrics, inject: [LimitCounter], useFactory: (limits: LimitCounter) => new Metrics(limits) },
      { provide: Readiness, useFactory: () => new Readiness(databaseAnswers) },
    ],
    exports: [BaseUrl, Metrics, PublicLimit, Readiness, RouteTable, ToleranceCounter],
  };
}
