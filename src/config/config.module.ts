import { type DynamicModule, Global, Module } from '@nestjs/common';
import { type Clock, systemClock } from './clock.js';
import type { Config } from './config.js';
import { LimitCounter } from './limit-counter.js';

/** Injection token of the Config. */
export const CONFIG = Symbol('Config');
/** Injection token of the Clock. */
export const CLOCK = Symbol('Clock');

@Global()
@Module({})
class ConfigModule {}

/** Gives every module the one Config and the one Clock. */
export function configModule(config: Config, clock: Clock = systemClock): DynamicModule {
  return {
    module: ConfigModule,
    providers: [{ provide: CONFIG, useValue: config }, { provide: CLOCK, useValue: clock }, LimitCounter],
    exports: [CONFIG, CLOCK, LimitCounter],
  };
}
